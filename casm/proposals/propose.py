"""Propose a change, a new record or a retirement: read and checked as if it were made, and kept until it is decided."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.db.columns import SENSITIVITY
from casm.editing.change_record import Change, conflict, draft_change, draft_record
from casm.editing.faults import FieldFault, FieldFaults, NotWritable
from casm.editing.form_fields import FormField
from casm.editing.names import Key
from casm.editing.read_record import Record, read_record
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import read_rights
from casm.errors import CasmError
from casm.notices.kinds import PROPOSAL_WAITING
from casm.notices.notify import About, notify
from casm.proposals.proposal import Proposal
from casm.sharing.rights import actor_of

LONGEST_REASON = 500
NOTHING = CasmError("Nothing differs from what is on record.", "change a field first")


@dataclass(frozen=True)
class Proposed:
    """A proposal that was made, and what was noted about its fields."""

    id: uuid.UUID
    notes: tuple[FieldFault, ...] = ()


def propose_change(
    session: Session, name: str, record_id: uuid.UUID, version: int, texts: Mapping[str, str], reason: str = ""
) -> Proposed:
    """Propose the fields whose texts differ from what is on record; the errors of change_record, and NotWritable."""
    record = _proposable(session, name, record_id)
    change = draft_change(session, record, record.row, version, texts)
    if not change.differing and not change.added:
        raise NOTHING
    return Proposed(_told(session, change_proposal(session, record, change, reason)).id, change.notes)


def change_proposal(session: Session, record: Record, change: Change, reason: str) -> Proposal:
    """The proposal of a drafted change, written; who decides is still to be told of it."""
    edited = [one for one in record.fields if one.name in change.edited]
    fields = {
        one.name: {"before": record.texts[one.name], "after": change.submitted[one.name]} for one in edited
    }  # fmt: skip
    return _keep(session, record, "change", _field_classes(record.record_class, edited), fields, reason)


def retirement_proposal(session: Session, record: Record, reason: str) -> Proposal:
    """The proposal to retire a record, written; who decides is still to be told of it."""
    return _keep(session, record, "retire", _field_classes(record.record_class, ()), {}, reason)


def propose_retirement(session: Session, name: str, record_id: uuid.UUID, version: int, reason: str = "") -> Proposed:
    """Propose that a record be retired with its parts; EditConflict when the version is not in force."""
    record = _proposable(session, name, record_id)
    if record.version != version:
        raise conflict(session, record, version)
    if record.retired:
        raise CasmError("This record is retired already.", "look at its history")
    return Proposed(_told(session, retirement_proposal(session, record, reason)).id)


def propose_record(
    session: Session,
    name: str,
    owner_id: uuid.UUID,
    texts: Mapping[str, str],
    reason: str = "",
    *,
    known: Mapping[str, Key] | None = None,
) -> Proposed:
    """Propose a new record of the owner; the errors of create_record."""
    record_class, rights = record_class_of(name), read_rights(session)
    if not rights.may_propose(record_class, owner_id):
        raise NotWritable
    draft = draft_record(session, record_class, owner_id, texts, rights, known=known)
    filled = [one for one in draft.fields if draft.stated.get(one.name, "").strip()]
    title = draft.stated.get(record_class.name_columns[0], "").strip() or f"new {record_class.words}"
    stated = draft.stated.get("sensitivity", "")
    proposal = Proposal(
        owner_id=owner_id, asset_class=record_class.asset_class, field_classes=_field_classes(record_class, filled),
        record_class=name, act="create", title=title[:200],
        sensitivity=stated if stated in SENSITIVITY else "internal",
        fields={one.name: {"before": "", "after": draft.stated[one.name]} for one in filled},
        given={reference: [target, str(record_id)] for reference, (target, record_id) in (known or {}).items()},
        **_who(session, reason),
    )  # fmt: skip
    return Proposed(_told(session, _added(session, proposal)).id, draft.notes)


def _proposable(session: Session, name: str, record_id: uuid.UUID) -> Record:
    rights = read_rights(session)
    record = read_record(session, name, record_id, rights=rights)
    if not record.may_propose:
        raise NotWritable
    return record


def _keep(
    session: Session, record: Record, act: str, field_classes: list[str], fields: Mapping[str, object], reason: str
) -> Proposal:
    proposal = Proposal(
        owner_id=record.owner.id, asset_class=record.record_class.asset_class, field_classes=field_classes,
        record_class=record.record_class.name, record_id=record.id, act=act, base_version=record.version,
        title=record.title[:200], sensitivity=record.row.sensitivity, fields=dict(fields), **_who(session, reason),
    )  # fmt: skip
    return _added(session, proposal)


def _who(session: Session, reason: str) -> dict[str, object]:
    told = reason.strip()
    if len(told) > LONGEST_REASON:
        raise FieldFaults(
            (FieldFault("reason", f"it is longer than {LONGEST_REASON} characters", "shorten it"),), {}
        )
    account_id = session.connection().execute(select(func.casm_sec.account_id())).scalar()
    return {"reason": told or None, "proposed_by": actor_of(session), "account_id": account_id}


def tell_together(session: Session, proposals: Iterable[Proposal]) -> None:
    """Tell those who decide of proposals made together: once for all that the same people decide about."""
    alike: dict[tuple[object, ...], list[Proposal]] = {}
    for one in proposals:
        alike.setdefault((one.owner_id, one.asset_class, *one.field_classes), []).append(one)
    for members in alike.values():
        details = {"together": len(members)} if len(members) > 1 else {}
        notify(session, PROPOSAL_WAITING, about(members[0]), to_deciders=True, details=details)


def _told(session: Session, proposal: Proposal) -> Proposal:
    tell_together(session, [proposal])
    return proposal


def _added(session: Session, proposal: Proposal) -> Proposal:
    """Write it, and tell the audit."""
    session.add(proposal)
    session.flush()
    record_event(
        session, action="proposed", owner_id=proposal.owner_id, subject_table="proposal", subject_id=proposal.id,
        details={"act": proposal.act, "record_class": proposal.record_class, "record": proposal.record_id,
                 "fields": sorted(proposal.fields)},
    )  # fmt: skip
    return proposal


def about(proposal: Proposal) -> About:
    """What a notice about a proposal is about: as closed as the proposal."""
    return About(
        proposal.owner_id, proposal.asset_class, tuple(proposal.field_classes), "proposal", proposal.id
    )  # fmt: skip


def _field_classes(record_class: RecordClass, fields: Iterable[FormField]) -> list[str]:
    """Classes of field that are in a proposal, with that of its record's own table."""
    return sorted({"public", record_class.field_class, *(one.field_class for one in fields)})
