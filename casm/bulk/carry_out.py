"""Carry a plan out for many records: tried and taken back for a preview, or written whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from uuid import UUID

import psycopg2
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casm.audit.changes import name_of
from casm.audit.record import collected, record_event
from casm.bulk.outcome import CHANGES, BulkRefused, Done, Outcome, Preview
from casm.bulk.targets import NOT_YOURS, compare_versions, hold, outcome_of, read_targets, records_of
from casm.custom_fields.write_values import ToWrite, write_values_of_many
from casm.db.tables import OwnedRow
from casm.editing.change_record import as_stored, refusals_in_words, tell_verifier
from casm.editing.faults import FieldFaults
from casm.editing.read_record import Record
from casm.editing.record_class import RecordClass
from casm.editing.rights import Rights, read_rights
from casm.intake.constraint_words import NOT_ABOUT_A_ROW, ROW_ERRORS
from casm.proposals.propose import tell_together

# So many records are written at once; where the database refuses, they are tried one by one to learn which it is.
TOGETHER = 100
# Columns that are written with a change and are none of its fields.
BESIDES = frozenset({"source", "import_batch_id", "updated_at"})

# Decides of each record what becomes of it: the record, its row, and the outcome to be filled in.
Plan = Callable[[Session, Sequence[tuple[Record, OwnedRow, Outcome]]], None]


def preview(session: Session, record_class: RecordClass, ids: Sequence[UUID], plan: Plan) -> Preview:
    """What carrying the plan out would do: it is tried, constraints and all, and taken back."""
    told = len(collected(session))
    attempt = session.begin_nested()
    try:
        outcomes = _planned(session, record_class, ids, plan, read_rights(session))
        _write(session, record_class, outcomes)
        # Rows would be read anew one by one once what was written to them is taken back.
        session.expunge_all()
    finally:
        attempt.rollback()
        del collected(session)[told:]
    return Preview(record_class, tuple(outcomes))


def carry_out(
    session: Session, record_class: RecordClass, stated: Mapping[UUID, int], plan: Plan, reason: str = ""
) -> Done:
    """Carry the plan out for these records from these versions, all of them or, with BulkRefused, none.

    What the viewer may only propose becomes a proposal for each record. reason: of these, for whoever decides.

    The caller's transaction must be rolled back on BulkRefused.
    """
    outcomes = _planned(session, record_class, list(stated), plan, read_rights(session), stated)
    refused = [one for one in outcomes if one.refused]
    missing = len(stated) - len(outcomes)
    if not refused:
        _write(session, record_class, outcomes)
        refused = [one for one in outcomes if one.refused]
    if refused or missing:
        raise BulkRefused(tuple(refused))
    session.flush()
    for one in outcomes:
        if one.verified_by and one.writes and not one.proposed:
            row = one.writes[0][0]
            session.refresh(row, ["version"])
            tell_verifier(session, row, one.verified_by)
    proposals = [one.proposal(session, reason) for one in outcomes if one.proposal and one.state == CHANGES]
    tell_together(session, proposals)
    moment = session.scalar(select(func.now()))
    changed = sum(one.state == CHANGES and not one.proposed for one in outcomes)
    return Done(changed, moment, len(proposals))


def _planned(
    session: Session,
    record_class: RecordClass,
    ids: Sequence[UUID],
    plan: Plan,
    rights: Rights,
    stated: Mapping[UUID, int] | None = None,
) -> list[Outcome]:
    rows = read_targets(session, record_class, ids)
    held = hold(session, record_class, rows, rights)
    records = records_of(session, record_class, rows, rights)
    outcomes = [outcome_of(record) for record in records]
    if stated is not None:
        compare_versions(session, outcomes, stated)
    for one, record in zip(outcomes, records, strict=True):
        if one.id not in held and not record.may_propose:
            one.refuse(*NOT_YOURS)
    able = [(record, row, one) for record, row, one in zip(records, rows, outcomes, strict=True) if not one.refused]
    plan(session, able)
    return outcomes


def _write(session: Session, record_class: RecordClass, outcomes: Sequence[Outcome]) -> None:
    """Write what changes; an outcome that the database refuses is refused with its words."""
    left = iter([one for one in outcomes if one.state == CHANGES and not one.proposed])
    while chunk := list(islice(left, TOGETHER)):
        told = len(collected(session))
        try:
            with session.begin_nested():
                for one in chunk:
                    _apply(one)
                _write_added(session, record_class, chunk)
        except DBAPIError as error:
            del collected(session)[told:]
            cause = error.orig
            if not isinstance(cause, ROW_ERRORS) or isinstance(cause, NOT_ABOUT_A_ROW):
                raise
            assert isinstance(cause, psycopg2.Error)
            _write_one_by_one(session, record_class, chunk)


def _write_one_by_one(session: Session, record_class: RecordClass, chunk: Sequence[Outcome]) -> None:
    for one in chunk:
        try:
            with refusals_in_words(session, record_class, {}):
                _apply(one)
                session.flush()
                _write_added(session, record_class, [one])
        except FieldFaults as error:
            one.refused = error.faults


def _write_added(session: Session, record_class: RecordClass, chunk: Sequence[Outcome]) -> None:
    """Write what they get in fields that owners added, each with its record's new version."""
    having = [one for one in chunk if one.added]
    if not having:
        return
    session.flush()
    write_values_of_many(
        session, [ToWrite(one.writes[0][0].owner_id, one.id, one.version + 1, one.added) for one in having]
    )
    for one in having:
        row, columns = one.writes[0]
        changed = sorted([*(name for name in columns if name not in BESIDES), *(key.key for key, _ in one.added)])
        record_event(
            session, action="changed", owner_id=row.owner_id, subject_table=record_class.name, subject_id=row.id,
            details={"columns": changed} | ({"name": called} if (called := name_of(row)) else {}),
        )  # fmt: skip


def _apply(one: Outcome) -> None:
    for row, columns in one.writes:
        for name, value in as_stored(columns).items():
            setattr(row, name, value)
