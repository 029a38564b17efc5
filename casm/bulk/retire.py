"""Take many records out of use together, each with its parts, and back."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.bulk.carry_out import carry_out, preview
from casm.bulk.outcome import Done, Outcome, Preview
from casm.db.tables import History, OwnedRow
from casm.editing.faults import Differing
from casm.editing.labels import label_of
from casm.editing.read_record import Record
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.used_by import references_to
from casm.proposals.proposal import Proposal
from casm.proposals.propose import retirement_proposal

RETIRED = "retired"
NOT_PROPOSED = ("taking a record back cannot be proposed", "ask whoever decides about these records")
Able = Sequence[tuple[Record, OwnedRow, Outcome]]


def preview_retire(session: Session, name: str, ids: Sequence[UUID]) -> Preview:
    """What retiring these records would do, and how many others refer to each."""
    return preview(session, record_class_of(name), ids, plan_retire)


def commit_retire(session: Session, name: str, stated: Mapping[UUID, int], reason: str = "") -> Done:
    """Retire all of these records from these versions, or none; reason: of what is only proposed."""
    return carry_out(session, record_class_of(name), stated, plan_retire, reason)


def preview_bring_back(session: Session, name: str, ids: Sequence[UUID]) -> Preview:
    """What taking these records back into use would do."""
    return preview(session, record_class_of(name), ids, plan_bring_back)


def commit_bring_back(session: Session, name: str, stated: Mapping[UUID, int]) -> Done:
    """Take all of these records back into use from these versions, or none."""
    return carry_out(session, record_class_of(name), stated, plan_bring_back)


def plan_retire(session: Session, able: Able) -> None:
    """Records in use are retired with their parts; what refers to them is said."""
    in_use = [(record, row, one) for record, row, one in able if not record.retired]
    if not in_use:
        return
    record_class = in_use[0][0].record_class
    moment = datetime.now(UTC)
    parts = parts_of(session, record_class, [row for _, row, _ in in_use])
    users = users_of(session, record_class, [record.id for record, _, _ in in_use])
    for record, row, one in in_use:
        own = [part for part in parts.get(record.id, ()) if part.status != RETIRED]
        one.differing = (_status(record.texts["status"], RETIRED),)
        one.writes = [(part, {"status": RETIRED, "retired_at": moment}) for part in (row, *own)]
        told = [f"{len(own)} of its parts with it"] if own else []
        told += [f"{users[record.id]} others refer to it"] if users[record.id] else []
        one.note = "; ".join(told)
        if not record.may_write:
            one.proposal = partial(propose_to_retire, record)


def propose_to_retire(record: Record, session: Session, reason: str) -> Proposal:
    """Propose that a record be retired."""
    return retirement_proposal(session, record, reason)


def plan_bring_back(session: Session, able: Able) -> None:
    """Retired records are taken back with the parts that were retired together with them."""
    for record, _, one in able:
        if not record.may_write:
            one.refuse(*NOT_PROPOSED)
    retired = [(record, row, one) for record, row, one in able if record.retired and record.may_write]
    if not retired:
        return
    record_class = retired[0][0].record_class
    parts = parts_of(session, record_class, [row for _, row, _ in retired])
    back = {
        record.id: [row, *(part for part in parts.get(record.id, ()) if part.retired_at == row.retired_at)]
        for record, row, _ in retired
    }
    before = statuses_before(session, [row for rows in back.values() for row in rows])
    for record, row, one in retired:
        one.differing = (_status(RETIRED, before[row.id]),)
        one.writes = [(part, {"status": before[part.id], "retired_at": None}) for part in back[record.id]]
        one.note = f"{len(back[record.id]) - 1} of its parts with it" if len(back[record.id]) > 1 else ""


def _status(before: str, after: str) -> Differing:
    return Differing("status", label_of("status"), before, after)


def parts_of(
    session: Session, record_class: RecordClass, rows: Sequence[OwnedRow]
) -> dict[uuid.UUID, list[OwnedRow]]:
    """Record → every part of it that the viewer sees, parts of parts too, held against others."""
    found: dict[uuid.UUID, list[OwnedRow]] = {}
    for part in record_class.parts:
        for reference in part.part_of:
            where = part.shape.references[reference]
            if where.target != record_class.name:
                continue
            whole = getattr(part.mapped, where.id_column)
            own = session.scalars(
                select(part.mapped).where(whole.in_([row.id for row in rows])).order_by(part.mapped.id)
                .with_for_update()
            ).all()  # fmt: skip
            below = parts_of(session, part, own) if own else {}
            for one in own:
                found.setdefault(getattr(one, where.id_column), []).extend((one, *below.get(one.id, ())))
    return found


def users_of(session: Session, record_class: RecordClass, ids: Sequence[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many records in use that the viewer sees refer to each, its own parts left out."""
    found: Counter[uuid.UUID] = Counter()
    own = {part.name for part in record_class.parts}
    for user, reference in references_to(record_class.name):
        if user in own:
            continue
        other = record_class_of(user)
        where = other.shape.references[reference]
        column = getattr(other.mapped, where.id_column)
        conditions = [column.in_(ids), other.mapped.status != RETIRED]
        if where.target is None:
            conditions.append(other.mapped.asset_class == record_class.name)
        counted = select(column, func.count()).where(*conditions).group_by(column)
        for record_id, count in session.execute(counted):
            found[record_id] += count
    return found


def statuses_before(session: Session, rows: Iterable[OwnedRow]) -> dict[uuid.UUID, str]:
    """What retired rows were before: active where their history does not tell."""
    versions = {row.id: row.version for row in rows}
    status: Any = History.before["status"].astext
    told = session.execute(select(History.row_id, History.row_version, status).where(History.row_id.in_(versions)))
    before = {row_id: was for row_id, version, was in told if version == versions[row_id] - 1 and was != RETIRED}
    return {row_id: before.get(row_id, "active") for row_id in versions}
