"""Put a former version back: a new version with the fields of the old one."""

import uuid

from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.custom_fields.write_values import write_values
from casm.editing.change_record import conflict, lock_record, refusals_in_words, step_version, write_columns
from casm.editing.faults import Written
from casm.editing.field_texts import columns_of_image, columns_of_row
from casm.editing.history import added_at, image_of
from casm.editing.read_record import KEPT, shown_columns
from casm.errors import CasmError
from casm.intake.compare import same

# What the row keeps: who it is. Whether it is in use is retiring's to say.
NOT_PUT_BACK = KEPT - {"source_key"}


def put_back(session: Session, name: str, record_id: uuid.UUID, version: int, wanted: int) -> Written:
    """Make the fields of a record what they were at version ``wanted``; fields not shown to the viewer stay.

    version: the one in force, else EditConflict. CasmError when there is no such former version, or what it needs is
    taken by another record by now (FieldFaults).
    """
    record, row = lock_record(session, name, record_id)
    if record.version != version:
        raise conflict(session, record, version)
    image = image_of(session, name, record_id, wanted) if wanted != version else None
    if image is None:
        raise CasmError(f"There is no former version {wanted} of this record.", "choose one from its history")
    table = record.record_class.shape.table
    former = shown_columns(record.record_class, record.fields, columns_of_image(table, image))
    stored = columns_of_row(row)
    kept = NOT_PUT_BACK | ({"status"} if "retired" in (former["status"], stored["status"]) else set())
    differing = {one: value for one, value in former.items() if one not in kept and not same(stored[one], value)}
    past = added_at(session, record, wanted)
    added = [(one, past[one.id]) for one in record.added.definitions if past[one.id] != record.added.values[one.key]]
    if not differing and not added:
        return Written(name, row.id, row.version)
    columns = differing | {"import_batch_id": former["import_batch_id"]}
    with refusals_in_words(session, record.record_class, record.texts):
        if differing:
            write_columns(session, row, columns, source=former["source"])
        else:
            step_version(session, row)
        write_values(session, row.owner_id, row.id, row.version, added)
    record_event(
        session, action="put back", owner_id=row.owner_id, subject_table=name, subject_id=row.id,
        details={"version": wanted, "columns": sorted([*differing, *(one.key for one, _ in added)])},
    )  # fmt: skip
    return Written(name, row.id, row.version, (*differing, *(one.key for one, _ in added)))
