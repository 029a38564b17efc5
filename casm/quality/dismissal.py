"""Findings that somebody has looked at and calls no fault, because of a reason; open again once the record changes."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.db.tables import OwnedRow
from casm.editing.change_record import conflict, lock_record
from casm.editing.read_record import Record
from casm.editing.record_class import record_class_of
from casm.errors import CasmError
from casm.quality.dismissal_record import FindingDismissal
from casm.quality.doubt import NOTE, Doubt
from casm.quality.finding import Finding
from casm.quality.look_at.doubles import RULE
from casm.quality.run import find_of_record
from casm.sharing.rights import actor_of

MOST_CHARACTERS = 500


@dataclass(frozen=True)
class Dismissed:
    """Why a finding is no fault, who said so, when."""

    id: uuid.UUID
    because: str
    by: str
    at: datetime


class FindingGone(CasmError):
    """A finding that is not there any more, or never was."""

    def __init__(self) -> None:
        super().__init__("This finding is not there any more.", "look at the list again")


def dismissals_of(session: Session, findings: Iterable[Finding]) -> dict[tuple[str, uuid.UUID, str], Dismissed]:
    """The findings that are dismissed now, by their key: those whose records have not changed since."""
    by_key = {finding.key: finding for finding in findings}
    if not by_key:
        return {}
    ids = sorted({record_id for _, record_id, _ in by_key})
    found = {}
    for start in range(0, len(ids), 4000):
        rows = session.scalars(
            select(FindingDismissal)
            .where(FindingDismissal.record_id.in_(ids[start : start + 4000]), FindingDismissal.reopened_at.is_(None))
            .order_by(FindingDismissal.dismissed_at)
        )
        for row in rows:
            key = (row.rule, row.record_id, row.about)
            finding = by_key.get(key)
            if finding is not None and finding.rests_on_sha256 == row.rests_on_sha256:
                found[key] = Dismissed(row.id, row.because, row.dismissed_by, row.dismissed_at)
    return found


def finding_of(session: Session, rule: str, name: str, record_id: uuid.UUID, about: str, version: int) -> Finding:
    """The finding as it stands at this version of its record, which is held against others.

    RecordMissing, NotWritable; EditConflict when the record is at another version; FindingGone when it is not found.
    """
    record, row = lock_record(session, name, record_id)
    if record.version != version:
        raise conflict(session, record, version)
    if rule == RULE:
        return _double(session, record, row, about)
    for finding in find_of_record(session, name, record_id):
        if (finding.rule, finding.doubt.about) == (rule, about):
            return finding
    raise FindingGone


def _double(session: Session, record: Record, row: OwnedRow, about: str) -> Finding:
    """The finding that a record is another one's double, without comparing it with every other record again."""
    mapped = record.record_class.mapped
    try:
        other = session.execute(select(mapped.id, mapped.version).where(mapped.id == uuid.UUID(about))).one_or_none()
    except ValueError:
        other = None
    if other is None:
        raise FindingGone
    name = record.record_class.name
    return Finding(
        rule=RULE, record_class=name, record_id=record.id, owner_id=row.owner_id, version=record.version,
        name=record.title, doubt=Doubt(NOTE, "It is probably on record twice.", about=about),
        looked_at=((name, record.id, record.version), (name, other.id, other.version)),
        field_class=record.record_class.field_class,
    )  # fmt: skip


def dismiss(session: Session, finding: Finding, because: str) -> Dismissed:
    """Call a finding no fault. CasmError when no reason is given, or one of more than 500 characters."""
    said = " ".join(because.split())
    if not said or len(said) > MOST_CHARACTERS:
        raise CasmError(
            f"A finding is called no fault for a reason of 1 to {MOST_CHARACTERS} characters.",
            "say why it is in order, as: the FCC waived this (DA 12-642)",
        )
    record_class = record_class_of(finding.record_class)
    row = FindingDismissal(
        owner_id=finding.owner_id, asset_class=record_class.asset_class, field_class=record_class.field_class,
        record_class=finding.record_class, record_id=finding.record_id, rule=finding.rule, about=finding.doubt.about,
        rests_on_sha256=finding.rests_on_sha256, because=said, dismissed_by=actor_of(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record_event(
        session, action="called no fault", owner_id=finding.owner_id, subject_table=finding.record_class,
        subject_id=finding.record_id, details={"rule": finding.rule, "about": finding.doubt.about},
    )  # fmt: skip
    return Dismissed(row.id, said, row.dismissed_by, row.dismissed_at)


def reopen(session: Session, dismissal_id: uuid.UUID) -> None:
    """Take a dismissal back; FindingGone where there is none that the viewer sees."""
    row = session.scalar(
        select(FindingDismissal).where(FindingDismissal.id == dismissal_id, FindingDismissal.reopened_at.is_(None))
    )
    if row is None:
        raise FindingGone
    lock_record(session, row.record_class, row.record_id)
    row.reopened_by, row.reopened_at = actor_of(session), session.scalar(select(text("now()")))
    session.flush()
    record_event(
        session, action="reopened a finding", owner_id=row.owner_id, subject_table=row.record_class,
        subject_id=row.record_id, details={"rule": row.rule, "about": row.about},
    )  # fmt: skip
