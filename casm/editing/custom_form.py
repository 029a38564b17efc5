"""Fields that owners added to a class, as forms and pages have them beside the class' own."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from casm.custom_fields.definitions import PREFIX, Definition, field_of, range_words, read_definitions
from casm.custom_fields.stored_values import read_values, texts_of_values, value_text
from casm.editing.faults import FieldFault
from casm.editing.form_fields import CHOICE, DATE, NUMBER, TEXT, YES_NO, FormField, form_fields
from casm.editing.groups import ADDED
from casm.editing.parse_form import Assembled
from casm.editing.record_class import RecordClass
from casm.inventory import custom_field as kinds
from casm.inventory.custom_field import ATTACHED_FIELD_CLASSES

KIND_ON_A_FORM = {
    kinds.TEXT: TEXT, kinds.WHOLE: NUMBER, kinds.DECIMAL: TEXT, kinds.YES_NO: YES_NO, kinds.DATE: DATE,
    kinds.CHOICE: CHOICE,
}  # fmt: skip
NO_SUCH_FIELD = ("records of this owner have no such field", "leave it empty, or choose another owner")


@dataclass(frozen=True)
class Added:
    """What a record has beside the fields of its class: definitions in force, its values by key, and retired ones."""

    definitions: tuple[Definition, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    others: tuple[tuple[str, str], ...] = ()
    shown: tuple[Definition, ...] = ()

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The definitions as fields of a form."""
        return tuple(map(added_field, self.definitions))


def added_definitions(
    session: Session, record_class: RecordClass, owner_codes: Iterable[str], field_classes: Iterable[str]
) -> list[Definition]:
    """Fields in force that records of any of these owners have; none for what is only a part of a record."""
    if record_class.name != record_class.asset_class:
        return []
    codes = tuple(owner_codes)
    found = read_definitions(session, record_class.name, field_classes=allowed(field_classes))
    return [one for one in found if any(one.holds_for(code) for code in codes)]


def new_fields(
    session: Session, record_class: RecordClass, owner_codes: Iterable[str], field_classes: frozenset[str]
) -> tuple[FormField, ...]:
    """Every field of a form for a new record of one of these owners."""
    added = added_definitions(session, record_class, owner_codes, field_classes)
    return (*form_fields(record_class.name, field_classes, new=True), *map(added_field, added))


def read_added(
    session: Session,
    record_class: RecordClass,
    key: tuple[uuid.UUID, uuid.UUID],
    owner_code: str,
    field_classes: Iterable[str],
) -> Added:
    """What one record (owner id, record id) has; one query, and a second where there are such fields."""
    if record_class.name != record_class.asset_class:
        return Added()
    every = read_definitions(
        session, record_class.name, owner_code=owner_code, field_classes=allowed(field_classes), retired=True
    )
    values = read_values(session, [key], every).get(key[1], {})
    in_force = tuple(one for one in every if not one.retired)
    others = tuple(
        (f"{one.label} (field retired)", value_text(one.row, values[one.id]))
        for one in every
        if one.retired and one.id in values
    )
    return Added(
        in_force,
        {one.key: values.get(one.id) for one in in_force},
        texts_of_values(in_force, values),
        others,
        tuple(one for one in every if one.id in values),
    )


def read_added_of_many(
    session: Session,
    record_class: RecordClass,
    records: Collection[tuple[uuid.UUID, uuid.UUID]],
    owners: Mapping[uuid.UUID, tuple[str, Iterable[str]]],
) -> dict[uuid.UUID, Added]:
    """Record → what it has in fields in force; two queries. owners: the code and the field classes shown of each."""
    if record_class.name != record_class.asset_class or not records:
        return {}
    every = read_definitions(session, record_class.name, field_classes=ATTACHED_FIELD_CLASSES)
    of_owner = {
        owner_id: tuple(one for one in every if one.holds_for(code) and one.row.field_class in allowed(classes))
        for owner_id, (code, classes) in owners.items()
    }
    values = read_values(session, records, {one.id: one for own in of_owner.values() for one in own}.values())
    found = {}
    for owner_id, record_id in records:
        definitions, known = of_owner.get(owner_id, ()), values.get(record_id, {})
        found[record_id] = Added(
            definitions, {one.key: known.get(one.id) for one in definitions}, texts_of_values(definitions, known),
            shown=tuple(one for one in definitions if one.id in known),
        )  # fmt: skip
    return found


def added_field(one: Definition) -> FormField:
    """A definition as a field of a form."""
    helps = [one.row.help or "", range_words(one.row)]
    if one.row.unit and not range_words(one.row):
        helps.append(f"in {one.row.unit}")
    if one.kind == kinds.DATE:
        helps.append("as 2026-11-22 or 11/22/2026")
    source = field_of(one)
    return FormField(
        name=one.key,
        label=one.label,
        kind=KIND_ON_A_FORM[one.kind],
        group=ADDED,
        help="; ".join(filter(None, helps)),
        units=source.units,
        terms=source.terms,
        target=None,
        columns=(),
        required=one.row.required,
        only_new=False,
        can_be_unknown=not one.row.required,
        field_class=one.row.field_class,
        source=source,
        added=True,
    )


def stated_values(definitions: Iterable[Definition], assembled: Assembled) -> list[tuple[Definition, Any]]:
    """What a new record's texts state."""
    given = assembled.draft.values
    return [(one, given[one.key]) for one in definitions if one.key in given]


def differing_values(
    definitions: Iterable[Definition], before: Assembled, after: Assembled, edited: Iterable[str]
) -> list[tuple[Definition, Any]]:
    """What edited texts change, None where nothing is known any more."""
    old, new, touched = before.draft.values, after.draft.values, set(edited)
    return [
        (one, new.get(one.key))
        for one in definitions
        if one.key in touched and (one.key in before.unreadable or old.get(one.key) != new.get(one.key))
    ]


def misplaced(texts: Mapping[str, str], shown: Iterable[str]) -> list[FieldFault]:
    """A fault for each text of an added field that records of the chosen owner do not have."""
    known = set(shown)
    return [
        FieldFault(name, *NO_SUCH_FIELD)
        for name, text in texts.items()
        if name.startswith(PREFIX) and text.strip() and name not in known
    ]


def allowed(field_classes: Iterable[str]) -> tuple[str, ...]:
    """The field classes of added fields among those of a viewer."""
    return ("public", *(("sensitive",) if "sensitive" in field_classes else ()))
