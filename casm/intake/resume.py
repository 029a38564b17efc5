"""After a kill: what an unfinished batch had already done to a row counts as done by it."""

import uuid

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casm.intake import bulk
from casm.intake.batch_record import ImportBatch
from casm.intake.plan import ReadyRow
from casm.intake.report import CHANGED, CREATED, UNCHANGED
from casm.intake.shapes import Shape, shape_of
from casm.inventory.owner import Owner


def earlier_outcomes(
    session: Session, shape: Shape, ready_rows: list[ReadyRow], batch_id: uuid.UUID
) -> dict[uuid.UUID, str]:
    """Outcome of each stored row over all attempts of the batch, by its id.

    A row that carries the batch's mark was created by it, unless its history holds a state from before the batch.
    """
    ids = [ready.record_id for ready in ready_rows if ready.outcome != CREATED]
    marked = {row["id"] for row in bulk.fetch(session, shape.table, ["id"], {"id": ids, "import_batch_id": [batch_id]})}
    changed = set()
    if marked:
        statement = text(
            "SELECT DISTINCT row_id FROM history WHERE row_id = ANY (CAST(:ids AS uuid[])) "
            "AND before ->> 'import_batch_id' IS DISTINCT FROM :batch"
        )
        given = {"ids": [str(one) for one in marked], "batch": str(batch_id)}
        changed = set(session.scalars(statement, given))
    outcomes = {one: CHANGED if one in changed else CREATED for one in marked}
    for ready in ready_rows:
        untouched = ready.outcome == UNCHANGED and ready.record_id not in outcomes
        if untouched and _children_marked(session, ready, batch_id):
            outcomes[ready.record_id] = CHANGED
    return outcomes


def _children_marked(session: Session, ready: ReadyRow, batch_id: uuid.UUID) -> bool:
    for children in ready.children:
        shape = shape_of(children.source.record_class)
        parent = shape.references[children.source.parent].id_column
        conditions = {parent: [ready.record_id], "import_batch_id": [batch_id]}
        if bulk.fetch(session, shape.table, ["id"], conditions, in_use=False):
            return True
    return False


def earlier_owner_outcome(session: Session, batch_id: uuid.UUID, code: str, outcome: str) -> str:
    """An owner made since the batch was begun was made by it (owners carry no batch mark)."""
    begun = session.scalar(select(ImportBatch.started_at).where(ImportBatch.id == batch_id))
    made = session.scalar(select(Owner.created_at).where(Owner.code == code))
    return CREATED if outcome == UNCHANGED and made is not None and begun is not None and made >= begun else outcome
