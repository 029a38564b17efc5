"""Invitations: a manager invites a person into an owner with a role, by a link that can be used once."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts import letters
from casm.accounts.account import (
    Account,
    asker_id,
    email_of,
    managed_owners,
    name_of,
    ruled_account,
)
from casm.accounts.approval import activate, approvers_of, approving_owner, may_approve
from casm.accounts.external_identity import link_identity
from casm.accounts.gate_row import GateRow, count_changed, digest, draw_secret
from casm.accounts.origin import Origin, gatekeeper
from casm.accounts.password import check_strength, hash_password
from casm.accounts.password_reset import LinkSpent, keep_password
from casm.audit.record import record_event
from casm.db.session import Database
from casm.errors import CasmError
from casm.mail.mailer import Mailer
from casm.sharing.members import give_membership
from casm.sharing.role import ROLES
from casm.sharing.viewer import Viewer

LINK_LIFE = timedelta(days=7)


class Invitation(GateRow):
    """A link that was sent; counts_as_approval: made by who would have to approve it."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID]
    token_sha256: Mapped[bytes]
    into_owner_id: Mapped[uuid.UUID]
    role: Mapped[str]
    counts_as_approval: Mapped[bool]
    invited_by: Mapped[uuid.UUID | None]
    invited_by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Invited:
    """What came of an invitation. link: to hand over by another safe way where no letter was sent (mail_problem)."""

    account: Account
    counts_as_approval: bool
    link: str | None = field(repr=False)
    mail_problem: str | None


def invite(
    database: Database,
    viewer: Viewer,
    mailer: Mailer,
    *,
    email: str,
    name: str,
    owner_id: uuid.UUID,
    role: str,
    field_classes: Iterable[str] = ("public",),
    asset_classes: Iterable[str] | None = None,
) -> Invited:
    """Invite a person into an owner the viewer manages, with a role there, and send the link.

    The same person invited again gets a new link, and the old one is void. The role is given at once, by the viewer's
    own rights, and counts for nothing until the account is active. CasmError names what is wrong.
    """
    address, called = email_of(email), name_of(name)
    if role not in ROLES:
        raise CasmError("Role: there is none of this name.", f"choose one of {', '.join(ROLES)}")
    token = draw_secret()
    with database.gate_session(viewer) as gate:
        account = invited_account(gate, address, called, owner_id)
        invitation = keep_invitation(gate, account, owner_id, role, token, viewer.actor)
        owner = gate.execute(text("SELECT name FROM casm.owner WHERE id = :id"), {"id": owner_id}).scalar_one()
    try:
        with database.session(viewer) as session:
            # Whoever clicks twice gives the role once.
            session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": address})
            if not holds_role(session, account.id, owner_id, role):
                give_membership(session, owner_id, account.id, role, field_classes, asset_classes)
    except CasmError:
        with database.gate_session(viewer) as gate:
            void_invitations(gate, account.id)
        raise
    letter = letters.invitation(
        mailer, account, token, owner=owner, role=ROLES[role].label, inviter=invitation.invited_by_name
    )
    link = mailer.link(letters.INVITATION_PATH + token)
    try:
        mailer.send(letter)
    except CasmError as error:
        return Invited(account, invitation.counts_as_approval, link, error.message)
    return Invited(account, invitation.counts_as_approval, None, None)


def invited_account(gate: Session, email: str, name: str, owner_id: uuid.UUID) -> Account:
    """The account an invitation is for, made where there is none; CasmError when it cannot be invited (any more)."""
    managed = managed_owners(gate)
    if owner_id not in managed:
        raise CasmError("You do not manage this jurisdiction or agency, or there is none such.", "choose another")
    fresh = {"email": email, "name": name, "state": "invited", "home_owner_id": owner_id, "created_by": asker_id(gate)}
    gate.execute(insert(Account).values(id=uuid.uuid4(), **fresh).on_conflict_do_nothing(index_elements=["email"]))
    account = gate.scalars(select(Account).where(Account.email == email).with_for_update()).one()
    if account.home_owner_id not in managed:
        raise CasmError(
            "E-mail: this address has been invited elsewhere.",
            "show it what it needs by a grant to this person, or ask its own administrative manager",
        )
    if account.state == "invited":
        account.name = name
        return account
    raise CasmError(
        f"E-mail: {account.name} has an account ({account.state.replace('_', ' ')}).",
        "open it in the list of people to give it a role, approve it or let it in again",
    )


def keep_invitation(
    gate: Session, account: Account, owner_id: uuid.UUID, role: str, token: str, inviter: str
) -> Invitation:
    """Keep the one invitation of an account that counts."""
    void_invitations(gate, account.id)
    invitation = Invitation(
        account_id=account.id,
        token_sha256=digest(token),
        into_owner_id=owner_id,
        role=role,
        counts_as_approval=may_approve(gate, account.home_owner_id),
        invited_by=asker_id(gate),
        invited_by_name=inviter,
        created_at=func.now(),
        expires_at=func.now() + LINK_LIFE,
    )
    gate.add(invitation)
    gate.flush()
    record_event(
        gate,
        action="invited",
        owner_id=owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"account": account.email, "role": role, "counts_as_approval": invitation.counts_as_approval},
    )
    return invitation


def find_invitation(database: Database, token: str, origin: Origin) -> tuple[Invitation, Account]:
    """A good invitation and its account, to show the form; LinkSpent otherwise."""
    with database.gate_session(gatekeeper(origin)) as gate:
        return open_invitation(gate, token)


def accept_invitation(database: Database, mailer: Mailer, token: str, password: str, origin: Origin) -> Account:
    """Make an invitation into an account with a password; its state is 'active' or 'awaiting_approval'.

    LinkSpent, or CasmError when the password is weak.
    """
    _, account = find_invitation(database, token, origin)
    check_strength(password, name=account.name, email=account.email)
    hashed = hash_password(password)
    with database.gate_session(gatekeeper(origin)) as gate:
        invitation, account = open_invitation(gate, token, lock=True)
        keep_password(gate, account, hashed)
        waits_for = accepted(gate, invitation, account, "password")
    tell_approvers(mailer, account, waits_for)
    return account


def accept_invitation_with_provider(
    database: Database, mailer: Mailer, token: str, *, issuer: str, subject: str, origin: Origin
) -> Account:
    """Make an invitation into an account that signs in at an agency's provider; LinkSpent, or as link_identity."""
    with database.gate_session(gatekeeper(origin)) as gate:
        invitation, account = open_invitation(gate, token, lock=True)
        link_identity(gate, account, issuer, subject)
        waits_for = accepted(gate, invitation, account, "provider")
    tell_approvers(mailer, account, waits_for)
    return account


def accepted(gate: Session, invitation: Invitation, account: Account, method: str) -> list[Account]:
    """Use an invitation up: let its account in if its inviter may still do so, else have it wait; for whom."""
    invitation.used_at = gate.scalars(select(func.now())).one()
    waits_for: list[Account] = []
    if invitation.counts_as_approval and still_approves(gate, invitation.invited_by, account.home_owner_id):
        activate(gate, account, by=invitation.invited_by)
    else:
        account.state = "awaiting_approval"
        gate.flush()
        waits_for = approvers_of(gate, account.home_owner_id)
    record_event(
        gate,
        action="accepted invitation",
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"method": method, "state": account.state},
        actor=account.actor,
        account_id=account.id,
    )
    return waits_for


def tell_approvers(mailer: Mailer, account: Account, approvers: list[Account]) -> None:
    """Write to who has an account to approve."""
    for approver in approvers:
        mailer.post(letters.waiting(mailer, approver, account))


def still_approves(gate: Session, inviter_id: uuid.UUID | None, owner_id: uuid.UUID) -> bool:
    """Whether an inviter is still an active manager of the approving owner; a program at the machine always is."""
    if inviter_id is None:
        return True
    held = text(
        "SELECT EXISTS (SELECT FROM casm.membership m JOIN casm.owner_closure c ON c.ancestor_id = m.owner_id "
        "JOIN casm_gate.account a ON a.id = m.account_id AND a.state = 'active' "
        "WHERE m.account_id = :account_id AND c.descendant_id = :owner_id AND m.ended_at IS NULL "
        "AND m.role = 'administrative_manager')"
    )
    asked = {"account_id": inviter_id, "owner_id": approving_owner(gate, owner_id)}
    return gate.execute(held, asked).scalar_one()


def list_invitations(gate: Session) -> list[tuple[Invitation, Account]]:
    """Invitations into owners the asker manages that can still be accepted, newest first."""
    statement = (
        select(Invitation, Account)
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Invitation.into_owner_id.in_(managed_owners(gate)),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > func.now(),
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    return [(row[0], row[1]) for row in gate.execute(statement)]


def revoke_invitation(gate: Session, account_id: uuid.UUID) -> None:
    """Make an account's invitation void; CasmError when it is not the asker's to rule."""
    account = ruled_account(gate, account_id)
    if void_invitations(gate, account.id):
        record_event(
            gate,
            action="revoked invitation",
            owner_id=account.home_owner_id,
            subject_table="account",
            subject_id=account.id,
            details={"account": account.email},
        )


def void_invitations(gate: Session, account_id: uuid.UUID) -> int:
    """Make every open invitation of an account void; how many."""
    still_open = (Invitation.account_id == account_id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    return count_changed(gate, update(Invitation).where(*still_open).values(revoked_at=func.now()))


def open_invitation(gate: Session, token: str, *, lock: bool = False) -> tuple[Invitation, Account]:
    """A good invitation and its account; LinkSpent otherwise."""
    statement = (
        select(Invitation, Account)
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Invitation.token_sha256 == digest(token),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > func.now(),
            Account.state == "invited",
        )
    )
    row = gate.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise LinkSpent
    return row[0], row[1]


def holds_role(session: Session, account_id: uuid.UUID, owner_id: uuid.UUID, role: str) -> bool:
    """Whether an earlier invitation has given the role already."""
    held = text(
        "SELECT EXISTS (SELECT FROM casm.membership WHERE account_id = :account_id AND owner_id = :owner_id "
        "AND role = :role AND ended_at IS NULL)"
    )
    return session.execute(held, {"account_id": account_id, "owner_id": owner_id, "role": role}).scalar_one()
