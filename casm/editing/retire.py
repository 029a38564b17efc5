"""Take a record out of use, softly, and back: nothing is deleted, and what refers to it is listed first."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.db.tables import OwnedRow
from casm.editing.change_record import conflict, lock_record, refusals_in_words, tell_verifier
from casm.editing.faults import Written
from casm.editing.history import image_of
from casm.editing.record_class import RecordClass
from casm.errors import CasmError


def retire_record(session: Session, name: str, record_id: uuid.UUID, version: int) -> Written:
    """Retire a record with its parts (a template with its slots). EditConflict when the version is not in force."""
    record, row = lock_record(session, name, record_id)
    if record.version != version:
        raise conflict(session, record, version)
    if record.retired:
        raise CasmError("This record is retired already.", "look at its history")
    moment, verified_by = datetime.now(UTC), row.verified_by
    with refusals_in_words(session, record.record_class, record.texts):
        for part in (row, *_parts(session, record.record_class, row)):
            if part.status != "retired":
                part.status, part.retired_at = "retired", moment
        session.flush()
    session.refresh(row, ["version", "updated_at"])
    tell_verifier(session, row, verified_by)
    return Written(name, row.id, row.version, ("status",))


def bring_back(session: Session, name: str, record_id: uuid.UUID, version: int) -> Written:
    """Take a retired record into use again, with the parts that were retired together with it.

    FieldFaults when its name is another record's by now.
    """
    record, row = lock_record(session, name, record_id)
    if record.version != version:
        raise conflict(session, record, version)
    if not record.retired:
        raise CasmError("This record is in use.", "nothing needs to be done")
    moment = row.retired_at
    with refusals_in_words(session, record.record_class, record.texts):
        for part in (row, *_parts(session, record.record_class, row)):
            if part.status == "retired" and part.retired_at == moment:
                part.status, part.retired_at = _status_before(session, part), None
        session.flush()
    session.refresh(row, ["version", "updated_at"])
    return Written(name, row.id, row.version, ("status",))


def _status_before(session: Session, row: OwnedRow) -> str:
    """What a retired row was before: active where its history does not tell."""
    image = image_of(session, row.__tablename__, row.id, row.version - 1)
    return str(image["status"]) if image and image["status"] != "retired" else "active"


def _parts(session: Session, record_class: RecordClass, row: OwnedRow) -> Iterator[OwnedRow]:
    """Every part of a record that the viewer sees, parts of parts too, held against others."""
    for part in record_class.parts:
        for reference in part.part_of:
            where = part.shape.references[reference]
            if where.target != record_class.name:
                continue
            found = session.scalars(
                select(part.mapped).where(getattr(part.mapped, where.id_column) == row.id)
                .order_by(part.mapped.id).with_for_update()
            ).all()  # fmt: skip
            for one in found:
                yield one
                yield from _parts(session, part, one)
