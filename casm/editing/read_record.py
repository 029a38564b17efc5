"""One record: its fields as texts, its parts, what refers to it, and whether the viewer may change it."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.db.tables import OwnedRow
from casm.editing.counted import counted
from casm.editing.custom_form import Added, read_added
from casm.editing.faults import RecordMissing
from casm.editing.field_texts import columns_of_row, texts_of, value_text
from casm.editing.form_fields import FormField, all_fields, form_fields
from casm.editing.labels import label_of
from casm.editing.names import TITLES, Key, Named, read_names, references_of, title_of, written_names
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import Rights, read_rights
from casm.inventory.owner import Owner
from casm.sharing.viewer import FIELD_CLASSES

# Columns told apart from the fields: who the record is, and how it came to be.
KEPT = frozenset(
    {"id", "owner_id", "version", "retired_at", "source", "source_key", "import_batch_id", "created_at", "updated_at"}
)
MOST_PARTS = 500


@dataclass(frozen=True)
class OwnerOf:
    """The owner of a record."""

    id: uuid.UUID
    code: str
    name: str


@dataclass(frozen=True)
class Record:
    """A record as the viewer sees it.

    texts: its fields as a form holds them. columns: every column of the table that the viewer is shown. others: label
    and text of what is counted from other records, and of columns that no form has. may_write: whether the viewer may
    change it; may_propose: whether only by a proposal. row: for its marking. added: what it has in fields that owners
    added; these stand among fields and texts too.
    """

    record_class: RecordClass
    id: uuid.UUID
    owner: OwnerOf
    version: int
    title: str
    fields: tuple[FormField, ...]
    texts: Mapping[str, str]
    columns: Mapping[str, Any] = field(repr=False)
    names: Mapping[Key, Named] = field(repr=False)
    row: OwnedRow = field(repr=False)
    others: tuple[tuple[str, str], ...] = ()
    may_write: bool = False
    may_propose: bool = False
    added: Added = field(default_factory=Added)

    @property
    def rows(self) -> tuple[OwnedRow, ...]:
        """What the marking of a page of it is made of: its own row, and those of added fields that tell something."""
        return (self.row, *(one.row for one in self.added.shown))

    @property
    def retired(self) -> bool:
        """Whether it is out of use."""
        return bool(self.columns["status"] == "retired")

    def named(self, one: FormField) -> Named | None:
        """The record that a reference names, None where there is none or the viewer sees none."""
        where = self.record_class.shape.references.get(one.name)
        if where is None:
            return None
        target = where.target or self.columns.get("asset_class") or ""
        return self.names.get((target, self.columns[where.id_column])) if self.columns[where.id_column] else None


def read_record(session: Session, name: str, record_id: uuid.UUID, *, rights: Rights | None = None) -> Record:
    """The record; RecordMissing where there is none that the viewer sees."""
    record_class = record_class_of(name)
    row = session.scalar(select(record_class.mapped).where(record_class.mapped.id == record_id))
    if row is None:
        raise RecordMissing
    return record_of(session, record_class, row, rights or read_rights(session))


def record_of(session: Session, record_class: RecordClass, row: OwnedRow, rights: Rights) -> Record:
    """A row that was read, as the viewer sees it."""
    field_classes = rights.field_classes(record_class, row.owner_id)
    fields = form_fields(record_class.name, field_classes, new=False)
    columns = shown_columns(record_class, fields, columns_of_row(row))
    names = read_names(session, references_of(record_class, columns))
    texts = texts_of(record_class, fields, columns, written_names(row.owner_id, names))
    owner = _owner(session, row.owner_id)
    added = read_added(session, record_class, (row.owner_id, row.id), owner.code, field_classes)
    return Record(
        record_class=record_class,
        id=row.id,
        owner=owner,
        version=row.version,
        title=title_of(record_class, texts, columns),
        fields=(*fields, *added.fields),
        texts={**texts, **added.texts},
        columns=columns,
        names=names,
        row=row,
        others=(
            *counted(session, record_class.name, row),
            *other_columns(record_class, fields, columns),
            *added.others,
        ),
        may_write=rights.may_write(record_class, row.owner_id),
        may_propose=rights.may_propose(record_class, row.owner_id),
        added=added,
    )


def shown_columns(record_class: RecordClass, fields: Iterable[FormField], columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns without those of fields that the viewer is not shown."""
    shown = {column for one in fields for column in one.columns}
    hidden = {column for one in all_fields(record_class.name) for column in one.columns} - shown
    return {name: value for name, value in columns.items() if name not in hidden}


def other_columns(
    record_class: RecordClass, fields: Iterable[FormField], columns: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """(label, text) of what is on record and stands in no field: what was derived, and the source's own writing."""
    fielded = {column for one in fields for column in one.columns if column not in ("source_datum",)}
    fielded -= {"source_latitude", "source_longitude", "antenna_gain_entered_unit"}
    return tuple(
        (label_of(name.removesuffix("_id")), value_text(name, value))
        for name, value in columns.items()
        if name not in KEPT and name not in fielded and value not in (None, "") and not name.endswith("_owner_id")
    )


def _owner(session: Session, owner_id: uuid.UUID) -> OwnerOf:
    row = session.execute(select(Owner.code, Owner.name).where(Owner.id == owner_id)).one_or_none()
    return OwnerOf(owner_id, row.code if row else "", row.name if row else "another owner")


@dataclass(frozen=True)
class Line:
    """A record in a list: what it is called, and where it stands."""

    record_class: RecordClass
    id: uuid.UUID
    title: str
    owner: str
    version: int
    retired: bool
    texts: Mapping[str, str]
    row: OwnedRow = field(repr=False)


def lines_of(
    session: Session, record_class: RecordClass, rows: Iterable[OwnedRow], wanted: Collection[str] | None = None
) -> list[Line]:
    """Rows as lines of a list, their references named in one go. wanted: the fields that are told, all without."""
    kept = list(rows)
    fields = form_fields(record_class.name, FIELD_CLASSES, new=False)
    if wanted is not None and record_class.name not in TITLES:
        fields = tuple(one for one in fields if one.name in wanted)
    shown = {column for one in fields for column in one.columns}
    columns = {row.id: columns_of_row(row) for row in kept}
    told = ({name: one[name] for name in shown | {"asset_class"} if name in one} for one in columns.values())
    names = read_names(session, {key for one in told for key in references_of(record_class, one)})
    owners = {row.owner_id for row in kept}
    owner_rows = session.execute(select(Owner.id, Owner.name).where(Owner.id.in_(owners)))
    called = {row.id: row.name for row in owner_rows}
    found = []
    for row in kept:
        texts = texts_of(record_class, fields, columns[row.id], written_names(row.owner_id, names))
        title = title_of(record_class, texts, columns[row.id])
        owner = called.get(row.owner_id, "another owner")
        found.append(Line(record_class, row.id, title, owner, row.version, row.status == "retired", texts, row))
    return found


@dataclass(frozen=True)
class PartList:
    """The parts of a record of one class. reference: the part's field that names the record."""

    record_class: RecordClass
    reference: str
    lines: tuple[Line, ...]
    may_add: bool


def read_parts(session: Session, record: Record, rights: Rights | None = None) -> list[PartList]:
    """The records that are part of this one, class by class, those in use and at most 500 of each."""
    rights = rights or read_rights(session)
    found = []
    for part in record.record_class.parts:
        if not rights.may_see_class(part):
            continue
        for reference in part.part_of:
            where = part.shape.references[reference]
            if where.target != record.record_class.name:
                continue
            key = [getattr(part.mapped, name) for name in part.shape.key]
            rows = session.scalars(
                select(part.mapped)
                .where(getattr(part.mapped, where.id_column) == record.id, part.mapped.status != "retired")
                .order_by(*key).limit(MOST_PARTS)
            )  # fmt: skip
            allowed = rights.may_write(part, record.owner.id) or rights.may_propose(part, record.owner.id)
            may_add = allowed and not record.retired
            found.append(PartList(part, reference, tuple(lines_of(session, part, rows)), may_add))
    return found
