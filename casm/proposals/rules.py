"""Where changes are proposed first: switched on and off by an owner's administrative manager, class by class."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.proposals.proposal import ProposalRule
from casm.sharing.asset_class import RECORD_CLASSES
from casm.sharing.rights import actor_of, managed, require_manager


@dataclass(frozen=True)
class RuleLine:
    """A rule in force, with whose it is."""

    rule: ProposalRule
    owner_name: str


def list_rules(session: Session) -> list[RuleLine]:
    """Rules in force of the owners that the viewer manages."""
    rows = session.execute(
        select(ProposalRule, Owner.name).join(Owner, Owner.id == ProposalRule.owner_id)
        .where(ProposalRule.ended_at.is_(None)).order_by(Owner.code, ProposalRule.asset_class.nulls_first())
    )  # fmt: skip
    return [RuleLine(rule, name) for rule, name in rows]


def set_rule(session: Session, owner_id: uuid.UUID, asset_class: str | None) -> ProposalRule:
    """Have agency editors propose changes of a class (None: every class) of an owner and all below it.

    CasmError when the viewer does not manage the owner, there is no such class, or the rule is in force already.
    """
    require_manager(session, owner_id)
    if asset_class is not None and asset_class not in RECORD_CLASSES:
        raise CasmError(f"There is no class {asset_class[:40]!r}.", "choose one from the list")
    of_class = ProposalRule.asset_class.is_(None) if asset_class is None else ProposalRule.asset_class == asset_class
    taken = select(ProposalRule.id).where(
        ProposalRule.owner_id == owner_id, ProposalRule.ended_at.is_(None), of_class
    )
    if session.scalar(taken) is not None:
        raise CasmError("This is so already.", "look at the list")
    rule = ProposalRule(owner_id=owner_id, asset_class=asset_class, set_by=actor_of(session))
    session.add(rule)
    session.flush()
    _told(session, rule, "asked for proposals")
    return rule


def end_rule(session: Session, rule_id: uuid.UUID) -> None:
    """Let agency editors make the changes themselves again; proposals that wait go on waiting."""
    rule = session.scalar(
        select(ProposalRule).where(ProposalRule.id == rule_id, managed(ProposalRule.owner_id)).with_for_update()
    )
    if rule is None:
        raise CasmError("There is no such rule, or it is not yours to end.", "look at the list again")
    if rule.ended_at is None:
        rule.ended_at, rule.ended_by = datetime.now(UTC), actor_of(session)
        session.flush()
        _told(session, rule, "ended asking for proposals")


def _told(session: Session, rule: ProposalRule, action: str) -> None:
    record_event(
        session, action=action, owner_id=rule.owner_id, subject_table="proposal_rule", subject_id=rule.id,
        details={"asset_class": rule.asset_class or "every class"},
    )  # fmt: skip
