"""Fields that owners added to a class, as fields of its table: columns, filters and sorts like any other."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from casm.custom_fields.definitions import Definition, field_of, read_definitions
from casm.custom_fields.stored_values import read_values, value_text
from casm.db.tables import OwnedRow
from casm.editing.custom_form import added_field
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import Rights
from casm.inventory import custom_field as kinds
from casm.listing.list_field import CHOICE, DATE, NUMBER, TEXT, YES_NO, ListField, seen_fields
from casm.sharing.leaving import is_kept_out

KIND_IN_A_TABLE = {
    kinds.TEXT: TEXT, kinds.WHOLE: NUMBER, kinds.DECIMAL: NUMBER, kinds.YES_NO: YES_NO, kinds.DATE: DATE,
    kinds.CHOICE: CHOICE,
}  # fmt: skip

# Record → field's name → text, and the definitions of which a record shows something, for its marking.
Cells = dict[uuid.UUID, dict[str, str]]
Shown = dict[uuid.UUID, list[OwnedRow]]


def table_fields(session: Session, name: str, rights: Rights) -> tuple[ListField, ...]:
    """The fields of a class' table for a viewer, with those that owners added; one query more."""
    return (*seen_fields(name, rights), *added_fields(session, record_class_of(name), rights))


def added_fields(session: Session, record_class: RecordClass, rights: Rights) -> tuple[ListField, ...]:
    """The fields in force that owners added; none for what is only a part of a record.

    A sensitive one only for who may see such fields of any owner's records. Two of one name, of owners of whom neither
    is above the other, are told apart by their owners' codes.
    """
    if record_class.name != record_class.asset_class:
        return ()
    definitions = read_definitions(session, record_class.name, field_classes=rights.added_classes(record_class))
    often = Counter(one.key for one in definitions)
    return tuple(_list_field(record_class, one, alone=often[one.key] == 1) for one in definitions)


def _list_field(record_class: RecordClass, one: Definition, *, alone: bool) -> ListField:
    form = added_field(one)
    return ListField(
        name=one.key if alone else f"{one.key}@{one.owner_code}",
        label=one.label if alone else f"{one.label} ({one.owner_name})",
        group=form.group, kind=KIND_IN_A_TABLE[one.kind], help=form.help, units=form.units, terms=form.terms,
        target=None, column=one.column, record_class=record_class, part_key=None, needed=False, source=field_of(one),
        form=form, added=one,
    )  # fmt: skip


def read_cells(session: Session, columns: Iterable[ListField], rows: Sequence[OwnedRow]) -> tuple[Cells, Shown]:
    """What rows have in these columns; one query, none without such columns. What may not leave is left out."""
    wanted = {one.added.id: one for one in columns if one.added is not None}
    cells: Cells = {}
    shown: Shown = {}
    if not wanted:
        return cells, shown
    definitions = [one.added for one in wanted.values() if one.added is not None]
    values = read_values(session, [(row.owner_id, row.id) for row in rows], definitions)
    for row in rows:
        for definition in definitions:
            value = values.get(row.id, {}).get(definition.id)
            if value is None or is_kept_out(session, row.owner_id, definition.row.sensitivity):
                continue
            cells.setdefault(row.id, {})[wanted[definition.id].name] = value_text(definition.row, value)
            shown.setdefault(row.id, []).append(definition.row)
    return cells, shown
