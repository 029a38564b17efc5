"""Who changed what in a record, when: each version with what it was before and after, field by field."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.custom_fields.past_values import Past, read_past
from casm.custom_fields.stored_values import texts_of_values
from casm.custom_fields.stored_values import value_text as added_text
from casm.db.tables import History
from casm.editing.faults import Differing
from casm.editing.field_texts import columns_of_image, texts_of, value_text
from casm.editing.labels import label_of
from casm.editing.names import read_names, references_of, written_names
from casm.editing.read_record import KEPT, Record, shown_columns
from casm.intake.compare import same

MOST_VERSIONS = 1000


@dataclass(frozen=True)
class Version:
    """One version of a record. actor: who made it; None for the first, of which only the source is on record.

    fields: what differs from the version before, field by field. current: whether it is the one in force.
    """

    number: int
    actor: str | None
    at: datetime
    fields: tuple[Differing, ...]
    status: str
    current: bool = False
    columns: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def action(self) -> str:
        """What was done, in one word."""
        if self.number == 1:
            return "made"
        status = next((one for one in self.fields if one.name == "status"), None)
        if status is not None and "retired" in (status.before, status.after):
            return "retired" if status.after == "retired" else "taken back into use"
        return "changed"


def read_history(session: Session, record: Record, *, since: int = 0, most: int = MOST_VERSIONS) -> list[Version]:
    """The ``most`` newest versions after ``since``, newest first.

    Of a record that the viewer sees by a grant alone the database shows no history.
    """
    images = session.scalars(
        select(History)
        .where(History.row_id == record.id, History.table_name == record.record_class.name,
               History.row_version >= max(since, 1))
        .order_by(History.row_version.desc()).limit(most)
    ).all()  # fmt: skip
    table = record.record_class.shape.table
    columns = {image.row_version: _columns(record, columns_of_image(table, image.before)) for image in images}
    columns[record.version] = dict(record.columns)
    wanted = {key for one in columns.values() for key in references_of(record.record_class, one)}
    names = written_names(record.owner.id, read_names(session, wanted))
    texts = {number: texts_of(record.record_class, record.fields, one, names) for number, one in columns.items()}
    past = read_past(session, record.owner.id, record.id, record.added.definitions)
    found = []
    for image in images:
        number = image.row_version + 1
        if number not in columns:
            continue
        differing = _differing(record, columns[image.row_version], columns[number], texts, image.row_version, number)
        differing += _differing_added(record, past, image.row_version, number)
        found.append(
            Version(number, image.actor, image.changed_at, differing, columns[number]["status"],
                    number == record.version, columns[number])
        )  # fmt: skip
    if since == 0 and 1 in columns:
        made = columns[1]
        found.append(Version(1, None, record.columns["created_at"], (), made["status"], record.version == 1, made))
    return found


def _columns(record: Record, columns: dict[str, Any]) -> dict[str, Any]:
    return shown_columns(record.record_class, record.fields, columns)


def _differing(
    record: Record,
    before: dict[str, Any],
    after: dict[str, Any],
    texts: dict[int, dict[str, str]],
    earlier: int,
    later: int,
) -> tuple[Differing, ...]:
    """Fields of which any column differs; then columns that no field stands for."""
    changed = {name for name in after if name not in KEPT and not same(before.get(name), after[name])}
    found = []
    left = set(changed)
    for one in record.fields:
        if not changed & set(one.columns):
            continue
        left -= set(one.columns)
        was, now = texts[earlier].get(one.name, ""), texts[later].get(one.name, "")
        if was == now and len(one.columns) > 1 and one.columns != _reference_columns(record, one.name):
            # Another field of the same columns tells the difference, unless nothing does.
            if one.kind != "area":
                continue
            now = f"{now} (drawn anew)"
        found.append(Differing(one.name, one.label, was, now))
    for name in sorted(left):
        found.append(Differing(name, label_of(name), value_text(name, before.get(name)), value_text(name, after[name])))
    return tuple(found)


def _differing_added(record: Record, past: Past, earlier: int, later: int) -> tuple[Differing, ...]:
    """Fields that owners added of which the value differs."""
    values = [(one, past.at(one.id, earlier), past.at(one.id, later)) for one in record.added.definitions]
    return tuple(
        Differing(one.key, one.label, added_text(one.row, was), added_text(one.row, now))
        for one, was, now in values
        if was != now
    )


def added_at(session: Session, record: Record, version: int) -> dict[uuid.UUID, Any]:
    """Definition → value of the fields that owners added, at a version; unknown ones None."""
    past = read_past(session, record.owner.id, record.id, record.added.definitions)
    return {one.id: past.at(one.id, version) for one in record.added.definitions}


def _reference_columns(record: Record, name: str) -> tuple[str, ...]:
    where = record.record_class.shape.references.get(name)
    return () if where is None else tuple(c for c in (where.id_column, where.owner_column) if c)


def texts_at(session: Session, record: Record, version: int) -> dict[str, str] | None:
    """A form's texts as they were at a former version; None where the viewer sees none."""
    image = image_of(session, record.record_class.name, record.id, version)
    if image is None:
        return None
    columns = _columns(record, columns_of_image(record.record_class.shape.table, image))
    names = read_names(session, references_of(record.record_class, columns))
    texts = texts_of(record.record_class, record.fields, columns, written_names(record.owner.id, names))
    return texts | texts_of_values(record.added.definitions, added_at(session, record, version))


def image_of(session: Session, record_class_name: str, record_id: uuid.UUID, version: int) -> dict[str, Any] | None:
    """A row as its history has it at a version; None where the viewer sees none."""
    found = session.scalar(
        select(History.before).where(
            History.row_id == record_id, History.table_name == record_class_name, History.row_version == version
        )
    )
    return None if found is None else dict(found)
