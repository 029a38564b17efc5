"""What a table of a class can show and be filtered by: the fields of its forms, those of its parts, its record."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Table

from casm.custom_fields.definitions import Definition
from casm.db.columns import RECORD_SOURCE, RECORD_STATUS
from casm.editing import form_fields as forms
from casm.editing.form_fields import FormField, all_fields, position_column
from casm.editing.groups import RECORD
from casm.editing.labels import label_of, term_words
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import Rights
from casm.intake.classes.common import EVERY_CLASS
from casm.intake.fields import Field
from casm.intake.measures import integer

# How a field is filtered.
TEXT, LIST, CHOICE, CHOICES, YES_NO = "text", "list", "choice", "choices", "yes_no"
DATE, MOMENT, NUMBER, COORDINATE, SQUELCH = "date", "moment", "number", "coordinate", "squelch"
REFERENCE, OWNER, COUNTY, STATE, KNOWN = "reference", "owner", "county", "state", "known"
OPERATORS: dict[str, tuple[str, ...]] = {
    TEXT: ("contains", "starts", "is", "missing"),
    LIST: ("contains", "missing"),
    CHOICE: ("is", "missing"),
    CHOICES: ("is", "missing"),
    YES_NO: ("is", "missing"),
    DATE: ("is", "from", "to", "before", "missing"),
    MOMENT: ("from", "to", "before"),
    NUMBER: ("is", "from", "to", "missing"),
    COORDINATE: ("from", "to", "missing"),
    REFERENCE: ("is", "missing"),
    OWNER: ("is",),
    COUNTY: ("is", "missing"),
    STATE: ("is", "missing"),
    SQUELCH: ("is", "missing"),
    KNOWN: ("missing",),
}
# Kinds whose values stand in an order that means something to a reader.
SORTED_KINDS = frozenset({TEXT, CHOICE, YES_NO, DATE, MOMENT, NUMBER, COUNTY, STATE, REFERENCE, OWNER})
PART_MARK = "."
EVERY_NAME = frozenset(one.name for one in EVERY_CLASS)


@dataclass(frozen=True)
class ListField:
    """One field of a table. name: as addresses have it, of a part as ``part.field``. kind: how it is filtered.

    column: the column that tells it, in the table of ``record_class``. part_key: of a field of a part, the part's
    column that holds the whole's id. needed: it is never missing. source: parses what is typed. added: its definition,
    of a field that an owner added; its column is of the values then.
    """

    name: str
    label: str
    group: str
    kind: str
    help: str
    units: tuple[str, ...]
    terms: tuple[str, ...]
    target: str | None
    column: str
    record_class: RecordClass
    part_key: str | None
    needed: bool
    source: Field | None
    form: FormField | None
    added: Definition | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        """What can be asked of it."""
        return tuple(one for one in OPERATORS[self.kind] if one != "missing" or not self.needed)

    @property
    def sortable(self) -> bool:
        """Whether a table can be sorted by it."""
        return self.part_key is None and self.kind in SORTED_KINDS

    def words_of(self, term: str) -> str:
        """One of its terms as a person reads it; an owner's own as the owner wrote it."""
        return term if self.added is not None else term_words(term)


@cache
def list_fields(name: str) -> tuple[ListField, ...]:
    """Every field of a class' table, in the order of its form; those of parts after them."""
    record_class = record_class_of(name)
    own = [found for one in all_fields(name) if (found := _of_form(record_class, one)) is not None]
    return (*own, *_of_record(record_class), *_of_parts(record_class))


def seen_fields(name: str, rights: Rights) -> tuple[ListField, ...]:
    """The fields of a class' table for a viewer: those of a part only for who may see that part of any owner's."""
    return tuple(one for one in list_fields(name) if one.part_key is None or rights.may_see_class(one.record_class))


def by_name(fields: Iterable[ListField]) -> dict[str, ListField]:
    """Fields by their names."""
    return {one.name: one for one in fields}


def _of_form(record_class: RecordClass, one: FormField) -> ListField | None:
    """A field of the class' form; None where it stands in no column of the class' own table."""
    told = _kind_and_column(record_class, one)
    if told is None:
        return None
    kind, column = told
    return ListField(
        name=one.name, label=one.label, group=one.group, kind=kind, help=one.help, units=one.units,
        terms=RECORD_STATUS if one.name == "status" else one.terms, target=one.target, column=column,
        record_class=record_class, part_key=None, needed=not record_class.shape.table.c[column].nullable,
        source=one.source, form=one,
    )  # fmt: skip


def _kind_and_column(record_class: RecordClass, one: FormField) -> tuple[str, str] | None:
    table: Table = record_class.shape.table
    if one.name == "datum" or not one.columns:
        return None
    if one.name in ("latitude", "longitude"):
        return COORDINATE, position_column(record_class)
    if one.name.endswith("_squelch"):
        return SQUELCH, f"{one.name}_kind"
    if one.name in ("county", "state") and one.columns == ("county_fips", "state_code"):
        return (COUNTY, "county_fips") if one.name == "county" else (STATE, "state_code")
    where = record_class.shape.references.get(one.name)
    if where is not None:
        return (REFERENCE if where.target else KNOWN), where.id_column
    if one.name not in table.c:
        return None
    simple = {forms.AREA: KNOWN, forms.CHOICE: CHOICE, forms.CHOICES: CHOICES, forms.YES_NO: YES_NO, forms.DATE: DATE}
    return simple.get(one.kind) or _kind_of_type(table.c[one.name].type), one.name


def _kind_of_type(kind: Any) -> str:
    if isinstance(kind, ARRAY):
        return LIST
    return NUMBER if kind.python_type in (int, float, Decimal) else TEXT


def _of_record(record_class: RecordClass) -> tuple[ListField, ...]:
    """Whose the record is, where it comes from and when it was changed."""
    whole_number = Field("version", integer(1, 1_000_000_000))
    wanted = (
        ("owner", "Record of", OWNER, "owner_id", (), "its name or code; whatever is below it is meant as well", None),
        ("source", label_of("source"), CHOICE, "source", RECORD_SOURCE, "", None),
        ("source_key", "Id in the source", TEXT, "source_key", (), "", None),
        ("updated_at", "Last changed", MOMENT, "updated_at", (), "a day, as 2026-11-22", None),
        ("created_at", "First entered", MOMENT, "created_at", (), "a day, as 2026-11-22", None),
        ("version", "Version", NUMBER, "version", (), "", whole_number),
    )
    return tuple(
        ListField(
            name=name, label=label, group=RECORD, kind=kind, help=told, units=(), terms=terms, target=None,
            column=column, record_class=record_class, part_key=None,
            needed=not record_class.shape.table.c[column].nullable, source=source, form=None,
        )
        for name, label, kind, column, terms, told, source in wanted
    )  # fmt: skip


def _of_parts(record_class: RecordClass) -> tuple[ListField, ...]:
    """The fields of the records that are part of one, without those that every record has."""
    found = []
    for part in record_class.parts:
        reference = next(
            name for name in part.part_of if part.shape.references[name].target == record_class.name
        )
        heading = part.words[:1].upper() + part.words[1:]
        for one in all_fields(part.name):
            told = None if one.name in EVERY_NAME or one.name in part.part_of else _kind_and_column(part, one)
            if told is not None:
                found.append(
                    ListField(
                        name=f"{part.name}{PART_MARK}{one.name}", label=one.label, group=heading, kind=told[0],
                        help=one.help, units=one.units, terms=one.terms, target=one.target, column=told[1],
                        record_class=part, part_key=part.shape.references[reference].id_column, needed=False,
                        source=one.source, form=one,
                    )
                )  # fmt: skip
    return tuple(found)
