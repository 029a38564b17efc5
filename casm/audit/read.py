"""Reading the audit: what its reader's rights let through, newest first, filtered."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, func, or_, select, text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.orm import Session

from casm.audit.chain import StoredEvent
from casm.audit.event import AuditEvent
from casm.audit.sentence import sentence, shown
from casm.inventory.owner import Owner
from casm.inventory.owner_code import within
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID

FETCH_ROWS = 500
NEWEST = 2000
ISO = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


@dataclass(frozen=True)
class Filter:
    """Which events are wanted; what is None does not narrow.

    since, until: moments with a zone, until not included. actor: a part of the name, whatever its case. owner_code: an
    owner and all below it.
    """

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    action: str | None = None
    owner_code: str | None = None
    subject_id: uuid.UUID | None = None

    def words(self) -> dict[str, str]:
        """The filter as an export states it."""
        return {name: str(value) for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class AuditLine:
    """One event as its reader may know it. seen: owner's name → class → how many, of the reader's own owners."""

    id: uuid.UUID
    at: datetime
    actor: str
    action: str
    owner_name: str
    owner_code: str
    subject_table: str | None
    subject_id: uuid.UUID | None
    origin: str | None
    request_id: str | None
    details: dict[str, Any]
    stored: StoredEvent
    seen: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        return sentence(self.action, self.subject_table, self.details)

    @property
    def shown(self) -> str:
        """What was shown, in words; empty where nothing was."""
        return shown(self.seen)


def read_events(
    session: Session,
    wanted: Filter,
    *,
    before: tuple[datetime, uuid.UUID] | None = None,
    limit: int | None = None,
    oldest_first: bool = False,
) -> Iterator[AuditLine]:
    """Events the session's viewer may read, newest first or in the order of the chain.

    before: (at, id) of the last one of the page before.
    """
    order = (AuditEvent.sequence,) if oldest_first else (AuditEvent.at.desc(), AuditEvent.id.desc())
    statement = _columns().where(*_conditions(wanted)).order_by(*order)
    if before is not None:
        at, event_id = before
        statement = statement.where(or_(AuditEvent.at < at, and_(AuditEvent.at == at, AuditEvent.id < event_id)))
    if limit is not None:
        statement = statement.limit(limit)
    names: dict[uuid.UUID, str] = {}
    result = session.execute(statement, execution_options={"yield_per": FETCH_ROWS})
    for rows in result.partitions(FETCH_ROWS):
        seen = _seen(session, [row.event_id for row in rows if row.seen_sha256 is not None], names)
        for row in rows:
            yield _line(row, seen.get(row.event_id, {}))


def reads_whole_audit(session: Session) -> bool:
    """Whether no event is hidden from the session's viewer, so that the chain can be shown to it."""
    statement = text("SELECT casm_sec.audit_owners() @> CAST(:roots AS uuid[])")
    return bool(session.scalar(statement, {"roots": [str(NATION_OWNER_ID), str(PUBLIC_OWNER_ID)]}))


def actions_of(session: Session, wanted: Filter) -> list[str]:
    """Actions there are to choose from, in alphabetical order: those of the newest events, however many there are."""
    newest = (
        select(AuditEvent.action)
        .where(*_conditions(Filter(wanted.since, wanted.until)))
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(NEWEST)
        .subquery()
    )
    return list(session.scalars(select(newest.c.action).distinct().order_by(newest.c.action)))


def owner_codes_of(session: Session, wanted: Filter) -> list[str]:
    """Codes of the owners whose events these are."""
    statement = select(Owner.code).join(AuditEvent, AuditEvent.owner_id == Owner.id).where(*_conditions(wanted))
    return list(session.scalars(statement.distinct().order_by(Owner.code)))


def _columns():
    event = AuditEvent
    at_text = func.to_char(func.timezone("UTC", event.at), ISO)
    return select(
        event.sequence, event.id.label("event_id"), event.at, at_text.label("at_text"), event.actor, event.account_id,
        event.owner_id, event.action, event.subject_table, event.subject_id, event.origin, event.request_id,
        event.details, cast(event.details, TEXT).label("details_text"), event.seen_sha256, event.content_sha256,
        event.previous_sha256, event.sha256, Owner.name.label("owner_name"), Owner.code.label("owner_code"),
    ).outerjoin(Owner, Owner.id == event.owner_id)  # fmt: skip


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEvent.at < wanted.until)
    if wanted.actor:
        conditions.append(AuditEvent.actor.icontains(wanted.actor, autoescape=True))
    if wanted.action:
        conditions.append(AuditEvent.action == wanted.action)
    if wanted.subject_id is not None:
        conditions.append(AuditEvent.subject_id == wanted.subject_id)
    if wanted.owner_code:
        conditions.append(within(wanted.owner_code))
    return conditions


def _seen(
    session: Session, event_ids: list[uuid.UUID], names: dict[uuid.UUID, str]
) -> dict[uuid.UUID, dict[str, dict[str, int]]]:
    """What views showed of the reader's owners, by event and owner's name."""
    if not event_ids:
        return {}
    rows = session.execute(
        text("SELECT id, seen FROM casm_sec.seen_of(CAST(:ids AS uuid[]))"), {"ids": [str(one) for one in event_ids]}
    ).all()
    owners = {uuid.UUID(owner) for row in rows for owner in row.seen}
    if unknown := owners - set(names):
        found = session.execute(select(Owner.id, Owner.name).where(Owner.id.in_(unknown)))
        names.update(dict.fromkeys(unknown, "an owner that is gone"))
        names.update({owner_id: name for owner_id, name in found})
    return {row.id: {names[uuid.UUID(owner)]: counts for owner, counts in row.seen.items()} for row in rows}


def _line(row: Any, seen: dict[str, dict[str, int]]) -> AuditLine:
    stored = StoredEvent(
        row.sequence, str(row.event_id), row.at_text, row.actor, _text(row.account_id), str(row.owner_id), row.action,
        row.subject_table, _text(row.subject_id), row.origin, row.request_id, row.details_text, row.seen_sha256,
        row.content_sha256, row.previous_sha256, row.sha256,
    )  # fmt: skip
    return AuditLine(
        row.event_id, row.at, row.actor, row.action, row.owner_name or "an owner outside your view",
        row.owner_code or "", row.subject_table, row.subject_id, row.origin, row.request_id, row.details, stored, seen,
    )  # fmt: skip


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
