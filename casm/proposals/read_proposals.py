"""Proposals as they are listed and looked at, and which version of a record came of which."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from casm.editing.faults import Differing, RecordMissing
from casm.editing.form_fields import all_fields
from casm.editing.labels import label_of
from casm.editing.read_record import Record, read_record
from casm.editing.record_class import RecordClass, record_class_of
from casm.exchange.marking import EXERCISE, KindOfRows
from casm.inventory.owner import Owner
from casm.proposals.decide import ProposalMissing, is_own, may_decide
from casm.proposals.proposal import WAITING, Proposal

PAGE_ROWS = 100


@dataclass(frozen=True)
class ProposalLine:
    """A proposal with whose record it is about."""

    proposal: Proposal
    record_class: RecordClass
    owner_name: str
    owner_code: str


@dataclass(frozen=True)
class ProposalPage:
    """Proposals in one state, the newest first. counts: state → how many there are."""

    lines: tuple[ProposalLine, ...]
    state: str
    number: int
    counts: dict[str, int]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.counts.get(self.state, 0) // PAGE_ROWS))


@dataclass(frozen=True)
class ShownProposal:
    """A proposal as it is looked at. record: what it is about, None for a new one or one that is gone.

    differences: field by field, as far as the viewer is shown them. moved_on: the record is at another version by now.
    """

    line: ProposalLine
    record: Record | None
    differences: tuple[Differing, ...]
    may_decide: bool
    own: bool

    @property
    def moved_on(self) -> bool:
        """Whether somebody changed the record since."""
        return self.record is not None and self.record.version != self.line.proposal.base_version


def list_proposals(
    session: Session, state: str = WAITING, number: int = 1, *among: ColumnElement[bool]
) -> ProposalPage:
    """One page of the proposals that the viewer sees; of those for which the conditions hold."""
    rows = session.execute(select(Proposal.state, func.count()).where(*among).group_by(Proposal.state))
    counts = {row[0]: row[1] for row in rows}
    last = max(1, -(-counts.get(state, 0) // PAGE_ROWS))
    number = min(max(number, 1), last)
    found = session.scalars(
        select(Proposal).where(Proposal.state == state, *among).order_by(Proposal.created_at.desc(), Proposal.id)
        .limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)
    ).all()  # fmt: skip
    return ProposalPage(tuple(_lines(session, found)), state, number, counts)


def read_proposal(session: Session, proposal_id: uuid.UUID) -> ShownProposal:
    """One proposal; ProposalMissing."""
    proposal = session.scalar(select(Proposal).where(Proposal.id == proposal_id))
    if proposal is None:
        raise ProposalMissing
    (line,) = _lines(session, [proposal])
    record = None
    if proposal.record_id is not None:
        try:
            record = read_record(session, proposal.record_class, proposal.record_id)
        except RecordMissing:
            # Seen by an area that it is not in any more: what is proposed of it is not told either.
            raise ProposalMissing from None
    fields = (*all_fields(proposal.record_class), *(record.fields if record else ()))
    labels = {one.name: one.label for one in fields}
    differences = tuple(
        Differing(name, labels.get(name) or label_of(name), texts["before"], texts["after"])
        for name, texts in proposal.fields.items()
    )  # fmt: skip
    return ShownProposal(line, record, differences, may_decide(session, proposal), is_own(session, proposal))


def proposals_of(session: Session, record_id: uuid.UUID) -> list[Proposal]:
    """Proposals of one record that wait or were applied, the newest first."""
    wanted = Proposal.state.in_((WAITING, "applied"))
    return list(
        session.scalars(
            select(Proposal).where(Proposal.record_id == record_id, wanted).order_by(Proposal.created_at.desc())
        )
    )


def count_waiting(session: Session, *among: ColumnElement[bool]) -> int:
    """How many proposals wait that the viewer sees; of those for which the conditions hold."""
    return session.scalar(select(func.count(Proposal.id)).where(Proposal.state == WAITING, *among)) or 0


def kinds(lines: Iterable[ProposalLine]) -> list[KindOfRows]:
    """What the marking needs of proposals."""
    return [
        KindOfRows(one.proposal.sensitivity, EXERCISE in one.owner_name or EXERCISE in one.proposal.title,
                   (one.owner_code,) if one.owner_code else ())
        for one in lines
    ]  # fmt: skip


def _lines(session: Session, proposals: Iterable[Proposal]) -> list[ProposalLine]:
    kept = list(proposals)
    rows = session.execute(
        select(Owner.id, Owner.name, Owner.code).where(Owner.id.in_({one.owner_id for one in kept}))
    )
    owners = {row.id: (row.name, row.code) for row in rows}
    return [
        ProposalLine(one, record_class_of(one.record_class), *owners.get(one.owner_id, ("another owner", "")))
        for one in kept
    ]
