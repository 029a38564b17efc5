"""Which fields a record has beside those of its class, and how the text of one is read."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.intake import measures, values
from casm.intake.cell import Cell, CellError, Parser
from casm.intake.fields import Field
from casm.inventory.custom_field import (
    CHOICE,
    CUSTOM_FIELD_KINDS,
    DATE,
    DECIMAL,
    LONGEST_TEXT,
    TEXT,
    WHOLE,
    YES_NO,
    CustomField,
)
from casm.inventory.owner import Owner
from casm.inventory.owner_code import is_within

# Before its name wherever a field goes beside those of the class: in forms, files, the API and exports.
PREFIX = "custom_"
MOST_WHOLE = 2**53
COLUMN_OF_KIND = {
    TEXT: "value_text", CHOICE: "value_text", WHOLE: "value_whole", DECIMAL: "value_decimal", YES_NO: "value_yes",
    DATE: "value_on",
}  # fmt: skip
assert set(COLUMN_OF_KIND) == set(CUSTOM_FIELD_KINDS)


@dataclass(frozen=True)
class Definition:
    """A field that an owner added to a class. key: its name with the prefix. row: for its marking and its rules.

    owner_code, owner_name: whose it is; records of that owner and of all below it have it.
    """

    id: uuid.UUID
    record_class: str
    key: str
    label: str
    owner_code: str
    owner_name: str
    row: CustomField

    @property
    def kind(self) -> str:
        """One of CUSTOM_FIELD_KINDS."""
        return self.row.kind

    @property
    def column(self) -> str:
        """The column of custom_value that holds it."""
        return COLUMN_OF_KIND[self.row.kind]

    @property
    def retired(self) -> bool:
        """Whether it takes no more values; those it has stay."""
        return self.row.status == "retired"

    def holds_for(self, owner_code: str) -> bool:
        """Whether records of an owner have it."""
        return is_within(owner_code, self.owner_code)


def read_definitions(
    session: Session,
    record_class: str,
    *,
    owner_code: str | None = None,
    field_classes: Iterable[str] = ("public", "sensitive"),
    retired: bool = False,
) -> list[Definition]:
    """The fields added to a class that the viewer may know of, by owner and label; one query.

    owner_code: only those that records of this owner have. field_classes: only fields of these. retired: those that
    were retired as well.
    """
    conditions = [CustomField.record_class == record_class, CustomField.field_class.in_(tuple(field_classes))]
    if not retired:
        conditions.append(CustomField.status != "retired")
    rows = session.execute(
        select(CustomField, Owner.code, Owner.name.label("owner_name"))
        .join(Owner, Owner.id == CustomField.owner_id)
        .where(*conditions)
        .order_by(Owner.code, CustomField.label, CustomField.id)
    )
    found = (definition_of(row.CustomField, row.code, row.owner_name) for row in rows)
    return [one for one in found if owner_code is None or one.holds_for(owner_code)]


def definition_of(row: CustomField, owner_code: str, owner_name: str) -> Definition:
    """A definition as it was read."""
    return Definition(row.id, row.record_class, PREFIX + row.name, row.label, owner_code, owner_name, row)


def field_of(one: Definition) -> Field:
    """The field as forms and files read it: its parser, its headings, its unit and its terms."""
    row = one.row
    return Field(
        name=one.key,
        parse=parser_of(row),
        aliases=(row.label, row.name),
        units=(row.unit,) if row.unit else (),
        required=row.required,
        terms=tuple(row.choices or ()) if row.kind == CHOICE else (),
    )


def parser_of(row: CustomField) -> Parser:
    """The parser of a definition's texts: CellError with reason and mend for what cannot be taken."""
    if row.kind == TEXT:
        return short_text
    if row.kind == YES_NO:
        return values.yes_no
    if row.kind == DATE:
        return values.day
    if row.kind == CHOICE:
        return values.choice(tuple(row.choices or ()), {})
    least, most, unit, whole = row.least, row.most, row.unit, row.kind == WHOLE
    return lambda cell: number(cell, least, most, unit, whole=whole)


def short_text(cell: Cell) -> str:
    """A text of at most LONGEST_TEXT characters."""
    text = values.text(cell)
    if len(text) > LONGEST_TEXT:
        raise CellError(f"the text is {len(text):,} characters long", f"shorten it to {LONGEST_TEXT}")
    return text


def number(cell: Cell, least: float | None, most: float | None, unit: str | None, *, whole: bool) -> Any:
    """A figure in the field's own unit, which may stand behind it; an int where the field is of whole numbers."""
    written = cell.text
    if unit and written.casefold().endswith(unit.casefold()):
        written = written[: -len(unit)].rstrip()
    found, other = measures.split_number(written)
    if other is not None and other != measures.unit_named(unit or ""):
        raise CellError(f"{other} is no unit for this", f"write it in {unit}" if unit else "write it without a unit")
    if whole and found != found.to_integral_value():
        raise CellError("this is not a whole number", "write a whole number")
    value: Any = int(found) if whole else float(found)
    low = max(least, -MOST_WHOLE) if least is not None else -MOST_WHOLE if whole else -1e300
    high = min(most, MOST_WHOLE) if most is not None else MOST_WHOLE if whole else 1e300
    measures.check_range(value, low, high, unit or "")
    return value


def range_words(row: CustomField) -> str:
    """The range of a figure in words, "" where there is none."""
    unit = f" {row.unit}" if row.unit else ""
    if row.least is not None and row.most is not None:
        return f"{row.least:g} to {row.most:g}{unit}"
    if row.least is not None:
        return f"{row.least:g}{unit} or more"
    return "" if row.most is None else f"{row.most:g}{unit} or less"
