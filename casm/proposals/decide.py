"""Decide about a proposal: apply it against the version it was made from, decline it with a word, or withdraw it."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.editing.change_record import change_record, conflict, create_record, lock_record
from casm.editing.faults import NotWritable, RecordMissing, Written
from casm.editing.history import texts_at
from casm.editing.record_class import record_class_of
from casm.editing.retire import retire_record
from casm.editing.rights import read_rights
from casm.errors import CasmError
from casm.notices.kinds import PROPOSAL_APPLIED, PROPOSAL_DECLINED
from casm.notices.notify import notify
from casm.proposals.proposal import APPLIED, DECLINED, WAITING, WITHDRAWN, Proposal
from casm.proposals.propose import about
from casm.sharing.rights import actor_of

LONGEST_WORD = 500


class ProposalMissing(RecordMissing):
    """A proposal that is not there, or that the viewer may not see: the two are told alike."""


def apply_proposal(session: Session, proposal_id: uuid.UUID, version: int | None = None) -> Written:
    """Make the proposed change as the viewer, who must be one who may.

    version: the record's version that the viewer decided on; by default the one the proposal was made from. A record
    that is at another version raises EditConflict with all three states, and nothing is changed. FieldFaults when what
    was proposed cannot be taken any more.
    """
    proposal = _waiting(session, proposal_id)
    _require_decider(session, proposal)
    name = proposal.record_class
    if proposal.record_id is None:
        known = {reference: (target, uuid.UUID(record_id)) for reference, (target, record_id) in proposal.given.items()}
        written = create_record(session, name, proposal.owner_id, _after(proposal), known=known)
    else:
        record, _row = lock_record(session, name, proposal.record_id)
        expected = proposal.base_version if version is None else version
        if record.version != expected:
            was = texts_at(session, record, proposal.base_version or 1) or dict(record.texts)
            raise conflict(session, record, proposal.base_version or 1, mine={**was, **_after(proposal)})
        if proposal.act == "retire":
            written = retire_record(session, name, proposal.record_id, expected)
        else:
            written = change_record(session, name, proposal.record_id, expected, _after(proposal))
    _decide(session, proposal, "approved", state=APPLIED, record_id=written.record_id, applied_version=written.version)
    if proposal.account_id is not None:
        notify(session, PROPOSAL_APPLIED, about(proposal), to_account=proposal.account_id)
    return written


def decline_proposal(session: Session, proposal_id: uuid.UUID, word: str) -> None:
    """Decline a proposal, with a word that its proposer reads; CasmError without one."""
    proposal = _waiting(session, proposal_id)
    _require_decider(session, proposal)
    told = word.strip()
    if not told:
        raise CasmError("It is not said why the proposal is declined.", "write a word to whoever proposed it")
    if len(told) > LONGEST_WORD:
        raise CasmError(f"The word is longer than {LONGEST_WORD} characters.", "shorten it")
    _decide(session, proposal, "declined", state=DECLINED, word=told)
    if proposal.account_id is not None:
        notify(session, PROPOSAL_DECLINED, about(proposal), to_account=proposal.account_id)


def withdraw_proposal(session: Session, proposal_id: uuid.UUID) -> None:
    """Take one's own proposal back; NotWritable when it is another's."""
    proposal = _waiting(session, proposal_id)
    if not is_own(session, proposal):
        raise NotWritable
    _decide(session, proposal, "withdrew", state=WITHDRAWN)


def is_own(session: Session, proposal: Proposal) -> bool:
    """Whether the viewer made it."""
    asker = session.connection().execute(select(func.casm_sec.account_id())).scalar()
    return proposal.account_id == asker and proposal.proposed_by == actor_of(session)


def may_decide(session: Session, proposal: Proposal) -> bool:
    """Whether the viewer may apply or decline it: may write the record and every class of field in the proposal."""
    rights, record_class = read_rights(session), record_class_of(proposal.record_class)
    return all(
        proposal.owner_id in rights.sight.writable(record_class.asset_class, field_class)
        for field_class in {"public", *proposal.field_classes}
    )


def _require_decider(session: Session, proposal: Proposal) -> None:
    if not may_decide(session, proposal):
        raise NotWritable


def _waiting(session: Session, proposal_id: uuid.UUID) -> Proposal:
    """The proposal, held against others until the transaction ends; ProposalMissing, or CasmError if it is decided."""
    seen = session.scalar(select(Proposal.id).where(Proposal.id == proposal_id))
    if seen is None:
        raise ProposalMissing
    proposal = session.scalar(
        select(Proposal).where(Proposal.id == proposal_id).with_for_update().execution_options(populate_existing=True)
    )
    if proposal is None:
        raise NotWritable
    if proposal.state != WAITING:
        raise CasmError(
            f"This proposal was {proposal.state} already, by {proposal.decided_by}.", "nothing more needs to be done"
        )
    return proposal


def _after(proposal: Proposal) -> dict[str, str]:
    fields: dict[str, Any] = proposal.fields
    return {name: texts["after"] for name, texts in fields.items()}


def _decide(session: Session, proposal: Proposal, action: str, **columns: Any) -> None:
    """Write the decision in one statement, as the database lets a proposal be changed once."""
    decided = {"decided_by": actor_of(session), "decided_at": datetime.now(UTC)}
    for name, value in (columns | decided).items():
        setattr(proposal, name, value)
    session.flush()
    record_event(
        session, action=action, owner_id=proposal.owner_id, subject_table="proposal", subject_id=proposal.id,
        details={"act": proposal.act, "record_class": proposal.record_class, "record": proposal.record_id,
                 "proposed_by": proposal.proposed_by, "version": proposal.applied_version},
    )  # fmt: skip
