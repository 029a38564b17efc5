"""Undo a merge as a whole; what somebody has changed since is listed and never overwritten."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.db.tables import OwnedRow, RecordMerge
from casm.editing.faults import NotWritable, RecordMissing
from casm.editing.field_texts import columns_of_image, columns_of_row, value_text
from casm.editing.history import image_of
from casm.editing.labels import label_of
from casm.editing.read_record import lines_of
from casm.editing.record_class import record_class_of
from casm.editing.rights import Rights, read_rights
from casm.errors import CasmError
from casm.intake.compare import same
from casm.quality.merging.moves import Move, Mover
from casm.sharing.rights import actor_of


@dataclass(frozen=True)
class Since:
    """A column that was changed after the merge: of which record, and what it holds now."""

    record_class: str
    record_id: uuid.UUID
    title: str
    column: str
    label: str
    now: str


class MergeConflicts(CasmError):
    """A merge that cannot be undone whole, since records were changed after it; nothing was undone."""

    def __init__(self, changes: tuple[Since, ...]) -> None:
        told = "; ".join(f"{one.title}: {one.label}" for one in changes[:5])
        more = f" and {len(changes) - 5} more" if len(changes) > 5 else ""
        super().__init__(
            f"Since the merge others were written: {told}{more}.",
            "undo the rest and leave these as they are, or set them back by hand first",
        )
        self.changes = changes


def merges_of(session: Session, record_id: uuid.UUID) -> list[RecordMerge]:
    """Merges that a record took part in and that are not undone, the newest first."""
    wanted = or_(RecordMerge.kept_id == record_id, RecordMerge.merged_id == record_id)
    return list(
        session.scalars(
            select(RecordMerge).where(wanted, RecordMerge.undone_at.is_(None)).order_by(RecordMerge.merged_at.desc())
        )
    )


def read_merge(session: Session, merge_id: uuid.UUID) -> RecordMerge:
    """A merge that is not undone; RecordMissing where the viewer sees none."""
    merge = session.scalar(select(RecordMerge).where(RecordMerge.id == merge_id, RecordMerge.undone_at.is_(None)))
    if merge is None:
        raise RecordMissing
    return merge


def undo_merge(session: Session, merge_id: uuid.UUID, *, leave_changed: bool = False) -> int:
    """Set every row that the merge changed back to what it was; how many. RecordMissing, NotWritable.

    Where a column that the merge wrote has been written again, MergeConflicts lists it; leave_changed: leaves it as it
    is and sets back the rest. FieldFaults where a name is another record's by now.
    """
    merge = read_merge(session, merge_id)
    # Two who undo at one moment: the second waits and then finds it undone.
    session.execute(select(RecordMerge.id).where(RecordMerge.id == merge_id).with_for_update())
    session.refresh(merge)
    if merge.undone_at is not None:
        raise RecordMissing
    rights = read_rights(session)
    moves = [Move.of_json(told) for told in merge.moves]
    rows = {move.row_id: _locked(session, rights, move) for move in sorted(moves, key=lambda one: one.row_id)}
    back = {move.row_id: dict(_former(session, move, rows[move.row_id])) for move in moves}
    changes = tuple(_changed_since(session, moves, rows))
    if changes and not leave_changed:
        raise MergeConflicts(changes)
    left = {(one.record_id, one.column) for one in changes}
    mover = Mover(session)
    # In the opposite order: the kept record gives the name back before the merged one takes it.
    for move in reversed(moves):
        columns = {name: value for name, value in back[move.row_id].items() if (move.row_id, name) not in left}
        mover.write(rows[move.row_id], columns, _title(session, move, rows[move.row_id]))
    merge.undone_by, merge.undone_at = actor_of(session), datetime.now(UTC)
    session.flush()
    details = {"merge": str(merge_id), "merged": str(merge.merged_id), "left_as_they_are": len(changes)}
    record_event(
        session, action="undid a merge", owner_id=merge.owner_id, subject_table=merge.record_class,
        subject_id=merge.kept_id, details=details,
    )  # fmt: skip
    session.execute(select(func.casm_sec.point_hidden_back(merge_id)))
    return len(mover.moves)


def changed_since(session: Session, merge_id: uuid.UUID) -> tuple[Since, ...]:
    """What was changed after a merge, for whoever is about to undo it."""
    merge = read_merge(session, merge_id)
    rights = read_rights(session)
    moves = [Move.of_json(told) for told in merge.moves]
    rows = {move.row_id: _locked(session, rights, move) for move in moves}
    return tuple(_changed_since(session, moves, rows))


def _locked(session: Session, rights: Rights, move: Move) -> OwnedRow:
    record_class = record_class_of(move.table)
    mapped = record_class.mapped
    owner_id = session.scalar(select(mapped.owner_id).where(mapped.id == move.row_id))
    if owner_id is None or not rights.may_write(record_class, owner_id):
        raise NotWritable
    row: OwnedRow = session.scalars(
        select(mapped).where(mapped.id == move.row_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    return row


def _former(session: Session, move: Move, row: OwnedRow) -> Iterator[tuple[str, Any]]:
    """The columns that the merge changed, as they were before it."""
    image = image_of(session, move.table, move.row_id, move.version_before)
    if image is None:
        raise NotWritable
    was = columns_of_image(row.__table__, image)
    for name in move.columns:
        yield name, was[name]


def _changed_since(session: Session, moves: list[Move], rows: dict[uuid.UUID, OwnedRow]) -> Iterator[Since]:
    for move in moves:
        row = rows[move.row_id]
        if row.version == move.version_after:
            continue
        image = image_of(session, move.table, move.row_id, move.version_after)
        left = columns_of_image(row.__table__, image) if image is not None else {}
        now = columns_of_row(row)
        for name in sorted(move.columns):
            if name not in left or not same(now[name], left[name]):
                text = value_text(name, now[name]) if now[name] is not None else "empty"
                label = label_of(name.removesuffix("_owner_id").removesuffix("_id"))
                yield Since(move.table, row.id, _title(session, move, row), name, label, text)


def _title(session: Session, move: Move, row: OwnedRow) -> str:
    (line,) = lines_of(session, record_class_of(move.table), [row])
    return line.title
