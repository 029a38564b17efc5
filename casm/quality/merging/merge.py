"""Merge one record into another of its class: values field by field, references and parts, in one transaction."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.db.tables import OwnedRow, RecordMerge
from casm.editing.change_record import conflict, lock_record
from casm.editing.field_texts import columns_of_row
from casm.editing.read_record import KEPT, Record, lines_of
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import Rights, read_rights
from casm.editing.used_by import references_to
from casm.intake.shapes import ReferenceColumns
from casm.quality.merging.moves import MergeRefused, Mover
from casm.sharing.rights import actor_of

# Of the two records these stay what they are, whatever is chosen.
NOT_CHOSEN = KEPT | {"status"}
MOST_NAMED = 5


@dataclass(frozen=True)
class Merged:
    """A merge that was made. moved: rows changed beside the two records."""

    id: uuid.UUID
    kept_id: uuid.UUID
    kept_version: int
    moved: int


def merge_records(
    session: Session,
    name: str,
    kept_id: uuid.UUID,
    kept_version: int,
    merged_id: uuid.UUID,
    merged_version: int,
    take: Iterable[str] = (),
) -> Merged:
    """Make two records one. take: names of form fields whose values are taken from the merged record.

    Every row that names the merged record names the kept one afterwards, retired ones too; parts go over; a part that
    the kept record has as well (by its natural key) is folded into that one, its blanks filled. The merged record is
    retired; its name and further names are kept as further names where the class has such. RecordMissing, NotWritable;
    EditConflict when either version is not in force; MergeRefused, with nothing changed.
    """
    if kept_id == merged_id:
        raise MergeRefused("These two are one record.", "choose two")
    rights = read_rights(session)
    # In one order, so that two merges of the same records never wait for each other.
    locked = {one: lock_record(session, name, one, rights) for one in sorted((kept_id, merged_id))}
    (kept, kept_row), (merged, merged_row) = locked[kept_id], locked[merged_id]
    for record, version in ((kept, kept_version), (merged, merged_version)):
        if record.version != version:
            raise conflict(session, record, version)
        if record.retired:
            raise MergeRefused(f"{record.title} is retired.", "take it back into use first")
    chosen = _chosen(kept, merged, frozenset(take))
    mover = Mover(session)
    fold(mover, rights, kept.record_class, kept_row, merged_row)
    mover.write(kept_row, chosen, kept.title)
    row = RecordMerge(
        owner_id=kept.owner.id, asset_class=kept.record_class.asset_class, field_class=kept.record_class.field_class,
        record_class=name, kept_id=kept_id, merged_owner_id=merged.owner.id, merged_id=merged_id,
        moves=[move.as_json() for move in mover.moves.values()], merged_by=actor_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    # What this viewer does not see and may not be told of, last, as it goes into the audit at once.
    session.execute(select(func.casm_sec.point_hidden_over(row.id)))
    moved = len(mover.moves.keys() - {kept_id, merged_id})
    details = {"name": kept.title, "merged": merged.title, "rows_moved": moved, "merge": str(row.id)}
    record_event(
        session, action="merged", owner_id=kept.owner.id, subject_table=name, subject_id=kept_id, details=details
    )
    if merged.owner.id != kept.owner.id:
        record_event(
            session, action="merged away", owner_id=merged.owner.id, subject_table=name, subject_id=merged_id,
            details={"name": merged.title, "into": kept.title},
        )  # fmt: skip
    return Merged(row.id, kept_id, kept_row.version, moved)


def _chosen(kept: Record, merged: Record, take: frozenset[str]) -> dict[str, Any]:
    """The columns of the kept record afterwards, as far as they change."""
    columns: dict[str, Any] = {}
    for one in kept.fields:
        if one.name in take and one.columns:
            columns |= {column: merged.columns[column] for column in one.columns if column not in NOT_CHOSEN}
    shape = kept.record_class.shape
    if shape.aliases:
        now = columns.get(shape.names[0], kept.columns[shape.names[0]])
        told = [*(columns.get(shape.aliases) or kept.columns[shape.aliases] or ()), kept.columns[shape.names[0]],
                merged.columns[shape.names[0]], *(merged.columns[shape.aliases] or ())]  # fmt: skip
        kept_names = [name for name in dict.fromkeys(told) if name != now]
        if kept_names:
            columns[shape.aliases] = kept_names
    return columns


def fold(mover: Mover, rights: Rights, record_class: RecordClass, kept: OwnedRow, gone: OwnedRow) -> None:
    """Point everything that names one row to the other, and retire the first."""
    for user, reference in references_to(record_class.name):
        _point_over(mover, rights, record_class, record_class_of(user), reference, kept, gone)
    mover.write(
        gone, {"status": "retired", "retired_at": datetime.now(UTC)}, _called(mover.session, record_class, gone)
    )


def _point_over(
    mover: Mover,
    rights: Rights,
    target: RecordClass,
    user: RecordClass,
    reference: str,
    kept: OwnedRow,
    gone: OwnedRow,
) -> None:
    where = user.shape.references[reference]
    conditions = [getattr(user.mapped, where.id_column) == gone.id]
    if where.target is None:
        conditions.append(user.mapped.asset_class == target.name)
    matching = select(user.mapped).where(*conditions, user.mapped.id != gone.id).order_by(user.mapped.id)
    rows = mover.session.scalars(matching).all()
    foreign = [row for row in rows if not rights.may_write(user, row.owner_id)]
    if foreign:
        raise MergeRefused(
            f"{_list(mover.session, user, foreign)} of another owner {_verb(foreign)} the record that would be merged, "
            "and is not yours to change.",
            "have somebody who may change both merge them, or that owner name the other record first",
        )
    # Locking leaves out what may not be written, so that is asked first.
    for row in mover.session.scalars(matching.with_for_update().execution_options(populate_existing=True)).all():
        if row.id == kept.id:
            raise MergeRefused(
                f"{_called(mover.session, target, kept)} itself names the record that would be merged.",
                "empty that field first",
            )
        if where.owner_column is None and kept.owner_id != row.owner_id:
            if row.status == "retired":
                continue
            raise MergeRefused(
                f"{_list(mover.session, user, [row])} is part of the record that would be merged and cannot go over to "
                "another owner's record.",
                "make it anew at the other record and retire it here, then merge again",
            )
        _over(mover, rights, user, where, row, kept)


def _over(
    mover: Mover, rights: Rights, user: RecordClass, where: ReferenceColumns, row: OwnedRow, kept: OwnedRow
) -> None:
    """One row to the kept record; where that has its like, into its like."""
    columns: dict[str, Any] = {where.id_column: kept.id}
    if where.owner_column:
        columns[where.owner_column] = kept.owner_id
    twin = None if row.status == "retired" else _twin(mover.session, user, where, row, columns)
    if twin is None:
        mover.write(row, columns, _called(mover.session, user, row))
        return
    mover.session.scalar(select(user.mapped.id).where(user.mapped.id == twin.id).with_for_update())
    fold(mover, rights, user, twin, row)
    has = columns_of_row(row)
    blanks = {
        name: has[name]
        for name, value in columns_of_row(twin).items()
        if value is None and has[name] is not None and name not in NOT_CHOSEN and name not in columns
    }
    mover.write(twin, blanks, _called(mover.session, user, twin))
    # The retired one names the kept record as well, so that nothing names the merged one.
    mover.write(row, columns, _called(mover.session, user, row))


def _twin(
    session: Session, user: RecordClass, where: ReferenceColumns, row: OwnedRow, columns: dict[str, Any]
) -> OwnedRow | None:
    """The row in use whose natural key this one would have once it is pointed over."""
    shape = user.shape
    wanted = {**columns_of_row(row), **columns}
    if not set(columns) & set(shape.key):
        return None
    mapped = user.mapped
    # A link has two references of one kind, and is the same link whichever way round.
    alike = [one for one in shape.references.values() if one.target == where.target]
    names_it = or_(*(getattr(mapped, one.id_column) == columns[where.id_column] for one in alike))
    others = session.scalars(
        select(mapped).where(names_it, mapped.owner_id == row.owner_id, mapped.status != "retired", mapped.id != row.id)
    )
    key = shape.key_of(wanted)
    return next((one for one in others if shape.key_of(columns_of_row(one)) == key), None)


def _called(session: Session, record_class: RecordClass, row: OwnedRow) -> str:
    (line,) = lines_of(session, record_class, [row])
    return f"{record_class.words[:1].upper()}{record_class.words[1:]} {line.title}"


def _list(session: Session, record_class: RecordClass, rows: list[OwnedRow]) -> str:
    named = [line.title for line in lines_of(session, record_class, rows[:MOST_NAMED])]
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    words = record_class.words if len(rows) == 1 else record_class.plural
    return f"{words[:1].upper()}{words[1:]} {', '.join(named)}{more}"


def _verb(rows: list[OwnedRow]) -> str:
    return "names" if len(rows) == 1 else "name"
