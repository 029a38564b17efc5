"""One's own notices, with the words of what they are about as one may see it now; and marking them as read."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.editing.read_record import lines_of
from casm.editing.record_class import is_record_class, record_class_of
from casm.exchange.marking import EXERCISE, KindOfRows, Markable
from casm.inventory.owner import Owner
from casm.notices.kinds import WORDS
from casm.notices.notice import Notice
from casm.proposals.proposal import Proposal

MOST_SHOWN = 200
UNSEEN = "a record that you may not see any more"
SOME_OWNER = "another owner"


@dataclass(frozen=True)
class Subject:
    """What a notice is about: what it is called, and where it leads (a record's class and id, or a proposal's id)."""

    name: str
    record_class: str | None
    id: uuid.UUID
    row: Markable


@dataclass(frozen=True)
class ShownNotice:
    """A notice in words. subject: None where it is about none, or may not be seen any more."""

    id: uuid.UUID
    words: str
    at: datetime
    unread: bool
    subject: Subject | None


def read_notices(session: Session) -> list[ShownNotice]:
    """The viewer's newest notices, unread ones first."""
    notices = session.scalars(
        select(Notice).order_by(Notice.read_at.is_not(None), Notice.created_at.desc(), Notice.id).limit(MOST_SHOWN)
    ).all()
    subjects = _subjects(session, notices)
    rows = session.execute(select(Owner.id, Owner.name).where(Owner.id.in_({one.owner_id for one in notices})))
    owners = {row.id: row.name for row in rows}
    return [_shown(one, subjects.get(one.subject_id), owners.get(one.owner_id, SOME_OWNER)) for one in notices]


def mark_read(session: Session, ids: Iterable[uuid.UUID] | None = None) -> int:
    """Mark some notices of the viewer's as read, or all; how many were not before."""
    wanted = [Notice.read_at.is_(None), *([] if ids is None else [Notice.id.in_(list(ids))])]
    found = session.scalars(select(Notice).where(*wanted)).all()
    for one in found:
        one.read_at = datetime.now(UTC)
    session.flush()
    return len(found)


def _shown(one: Notice, subject: Subject | None, owner: str) -> ShownNotice:
    told = defaultdict(lambda: "?", {name: str(value) for name, value in one.details.items()})
    told |= {"actor": one.actor, "owner": owner, "subject": UNSEEN if subject is None else subject.name}
    words = WORDS[one.kind].format_map(told)
    if (others := int(one.details.get("together", 1)) - 1) > 0:
        words += f", and {others:,} more proposed together with it"
    return ShownNotice(one.id, words, one.created_at, one.read_at is None, subject)


def _subjects(session: Session, notices: Iterable[Notice]) -> dict[uuid.UUID | None, Subject]:
    """What the viewer may see now of what the notices are about, class by class."""
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for one in notices:
        if one.subject_table is not None and one.subject_id is not None:
            wanted[one.subject_table].add(one.subject_id)
    found: dict[uuid.UUID | None, Subject] = {}
    for table, ids in wanted.items():
        if table == Proposal.__tablename__:
            for proposal in session.scalars(select(Proposal).where(Proposal.id.in_(ids))):
                kind = KindOfRows(proposal.sensitivity, EXERCISE in proposal.title, ())
                found[proposal.id] = Subject(proposal.title, None, proposal.id, kind)
        elif is_record_class(table):
            mapped = record_class_of(table).mapped
            rows = session.scalars(select(mapped).where(mapped.id.in_(ids)))
            for line in lines_of(session, record_class_of(table), rows):
                found[line.id] = Subject(line.title, table, line.id, line.row)
    return found
