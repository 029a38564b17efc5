"""Giving, ending and listing memberships: who belongs where in which role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.asset_class import ASSET_CLASSES
from casm.sharing.membership import Membership
from casm.sharing.rights import actor_of, managed, require_manager, require_own
from casm.sharing.role import ROLES
from casm.sharing.shared_part import known
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID


@dataclass(frozen=True)
class Person:
    """An account as a manager sees it."""

    account_id: UUID
    name: str
    email: str
    state: str


@dataclass(frozen=True)
class MembershipRow:
    """A membership as it is listed; `person` is None for an account outside the asker's sight."""

    membership: Membership
    owner: Owner
    person: Person | None


def read_people(session: Session) -> dict[UUID, Person]:
    """The people the asker rules, by account: those invited below it, and those with a role there."""
    rows = session.execute(text("SELECT account_id, name, email, state FROM casm_sec.people() ORDER BY name, email"))
    return {row.account_id: Person(*row) for row in rows}


def give_membership(
    session: Session,
    owner_id: UUID,
    account_id: UUID,
    role: str,
    field_classes: Iterable[str] = ("public",),
    asset_classes: Iterable[str] | None = None,
) -> Membership:
    """Give an account a role at an owner and below it; recorded in the audit.

    asset_classes: None for every class. CasmError when the asker does not manage the owner or has less himself, the
    role cannot have these details, or the account already has the role there.
    """
    require_manager(session, owner_id)
    if role not in ROLES:
        raise CasmError(f"There is no role {role!r}.", f"choose one of {', '.join(ROLES)}")
    fields = known({"public", *field_classes}, FIELD_CLASSES, "kind of details")
    classes = None if asset_classes is None else known(asset_classes, ASSET_CLASSES, "layer")
    if classes is not None and not classes:
        raise CasmError("No layer is chosen.", "choose at least one layer, or every one")
    beyond = set(fields) - set(ROLES[role].field_classes)
    if beyond:
        raise CasmError(
            f"The role {ROLES[role].label} cannot have these details: {', '.join(sorted(beyond))}.",
            "leave them out, or choose another role",
        )
    if role == "national_viewer" and owner_id != NATION_OWNER_ID:
        raise CasmError("A national viewer belongs to the nation.", "choose the nation, or the role of a reader here")
    if role in ("administrative_manager", "agency_editor", "agency_reader", "national_viewer"):
        require_own(session, owner_id, classes, fields)
    person = read_people(session).get(account_id)
    if person is None:
        raise CasmError("There is no such person among those you manage.", "invite the person first")
    taken = select(Membership.id).where(
        Membership.account_id == account_id,
        Membership.owner_id == owner_id,
        Membership.role == role,
        Membership.ended_at.is_(None),
    )
    if session.scalar(taken) is not None:
        raise CasmError(f"{person.name} already has this role here.", "end it first to give it with other details")
    membership = Membership(
        owner_id=owner_id,
        account_id=account_id,
        role=role,
        field_classes=list(fields),
        asset_classes=None if classes is None else list(classes),
        granted_by=actor_of(session),
    )
    session.add(membership)
    session.flush()
    record_event(
        session,
        action="gave a role",
        owner_id=owner_id,
        subject_table="membership",
        subject_id=membership.id,
        details={
            "role": role,
            "to": person.name,
            "account_id": account_id,
            "field_classes": fields,
            "asset_classes": classes,
        },
    )
    return membership


def end_membership(session: Session, membership_id: UUID, *, knowingly: bool = False) -> None:
    """End a membership now; nothing happens to one that was ended before.

    knowingly: also where its owner is left without a manager. CasmError when it is not the asker's to end.
    """
    membership = session.scalar(
        select(Membership).where(Membership.id == membership_id, managed(Membership.owner_id)).with_for_update()
    )
    if membership is None:
        raise CasmError("There is no such membership, or it is not yours to end.", "look at the list again")
    if membership.ended_at is not None:
        return
    if membership.role == "administrative_manager" and not knowingly:
        refuse_last(session, membership)
    owner_id, role, account_id = membership.owner_id, membership.role, membership.account_id
    membership.ended_at, membership.ended_by = datetime.now(UTC), actor_of(session)
    session.flush()
    record_event(
        session,
        action="ended a role",
        owner_id=owner_id,
        subject_table="membership",
        subject_id=membership_id,
        details={"role": role, "account_id": account_id},
    )


def refuse_last(session: Session, membership: Membership) -> None:
    """CasmError when no other manager is left at a membership's owner."""
    # Two managers who end each other's at one moment must not both find the other one still there.
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('managers of ' || :owner, 0))"),
        {"owner": str(membership.owner_id)},
    )
    others = session.scalar(text("SELECT casm_sec.other_managers(:id)"), {"id": membership.id})
    if not others:
        name = session.scalar(select(Owner.name).where(Owner.id == membership.owner_id))
        raise CasmError(
            f"This is the last administrative manager of {name}: nobody there could invite, share or revoke any more.",
            "give the role to another person first, or say that you mean it",
        )


def list_memberships(session: Session, *, ended: bool = False) -> list[MembershipRow]:
    """Memberships at the owners the asker manages, by owner and name; ended: those that are over as well."""
    people = read_people(session)
    statement = (
        select(Membership, Owner)
        .join(Owner, Owner.id == Membership.owner_id)
        .where(managed(Membership.owner_id))
        .order_by(Owner.code, Membership.created_at, Membership.id)
    )
    if not ended:
        statement = statement.where(Membership.ended_at.is_(None))
    return [
        MembershipRow(membership, owner, people.get(membership.account_id))
        for membership, owner in session.execute(statement)
    ]
