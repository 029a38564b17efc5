"""Approval: an invited person is let in by the administrative manager of the state, or of what stands in its place."""

import uuid

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casm.accounts import letters
from casm.accounts.account import Account, asker_id, managed_owners, ruled_account
from casm.accounts.deactivation import close
from casm.accounts.external_identity import list_identities
from casm.audit.record import record_event
from casm.db.session import Database
from casm.errors import CasmError
from casm.mail.mailer import Mailer
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

# The ancestor right below the nation: a state or territory, or a tribe or region that belongs to none.
TOP_OWNER = text(
    "SELECT o.id FROM casm.owner_closure c JOIN casm.owner o ON o.id = c.ancestor_id "
    "JOIN casm.owner above ON above.id = o.parent_id AND above.parent_id IS NULL WHERE c.descendant_id = :owner_id"
)
APPROVERS = text(
    "SELECT DISTINCT m.account_id FROM casm.membership m "
    "WHERE m.owner_id = :owner_id AND m.role = 'administrative_manager' AND m.ended_at IS NULL"
)


def approving_owner(gate: Session, owner_id: uuid.UUID) -> uuid.UUID:
    """The owner whose administrative managers approve accounts at home at this one; the nation's own approve its."""
    return gate.execute(TOP_OWNER, {"owner_id": owner_id}).scalar_one_or_none() or NATION_OWNER_ID


def may_approve(gate: Session, owner_id: uuid.UUID) -> bool:
    """Whether the asker approves accounts at home at an owner."""
    return approving_owner(gate, owner_id) in managed_owners(gate)


def list_waiting(gate: Session) -> list[Account]:
    """Accounts that wait for the asker's approval, longest first."""
    statement = select(Account).where(
        Account.state == "awaiting_approval", Account.home_owner_id.in_(managed_owners(gate))
    )
    return [
        account
        for account in gate.scalars(statement.order_by(Account.created_at, Account.id))
        if may_approve(gate, account.home_owner_id)
    ]


def approve(database: Database, viewer: Viewer, mailer: Mailer, account_id: uuid.UUID) -> Account:
    """Let an account in and write to it; CasmError when it does not wait for the viewer."""
    with database.gate_session(viewer) as gate:
        account = waiting_account(gate, account_id)
        activate(gate, account, by=asker_id(gate))
        record(gate, account, "approved account")
    mailer.post(letters.approved(mailer, account))
    return account


def let_in_again(database: Database, viewer: Viewer, mailer: Mailer, account_id: uuid.UUID) -> Account:
    """Undo a deactivation, sessions and tokens excepted; CasmError when that is not the viewer's to do.

    Who never accepted the invitation is to be invited again, and so has state 'invited' afterwards.
    """
    with database.gate_session(viewer) as gate:
        account = ruled_account(gate, account_id)
        if account.state != "deactivated" or not may_approve(gate, account.home_owner_id):
            raise CasmError("This account is not yours to let in again.", "ask the state's administrative manager")
        if can_sign_in(gate, account):
            activate(gate, account, by=asker_id(gate))
        else:
            account.state, account.deactivated_at, account.deactivated_by = "invited", None, None
        record(gate, account, "let account in again")
    if account.state == "active":
        mailer.post(letters.approved(mailer, account))
    return account


def can_sign_in(gate: Session, account: Account) -> bool:
    """Whether an account has any way to prove who it is."""
    has_password = gate.scalar(select(Account.password_hash.is_not(None)).where(Account.id == account.id))
    return bool(has_password) or bool(list_identities(gate, account.id))


def decline(gate: Session, account_id: uuid.UUID) -> Account:
    """Keep an account out: it is deactivated; CasmError when it does not wait for the asker."""
    account = waiting_account(gate, account_id)
    close(gate, account, by=asker_id(gate))
    record(gate, account, "declined account")
    return account


def waiting_account(gate: Session, account_id: uuid.UUID) -> Account:
    """An account that waits for the asker's approval, locked; CasmError otherwise, always the same."""
    statement = select(Account).where(Account.id == account_id, Account.state == "awaiting_approval")
    account = gate.scalar(statement.with_for_update())
    if account is None or not may_approve(gate, account.home_owner_id):
        raise CasmError("There is no such account that waits for you.", "choose one from the list")
    return account


def activate(gate: Session, account: Account, *, by: uuid.UUID | None) -> None:
    """Let an account in; the caller has checked that it may be and records it."""
    now = gate.scalars(select(func.now())).one()
    account.state, account.approved_at, account.approved_by = "active", now, by
    account.deactivated_at = account.deactivated_by = None
    gate.flush()


def approvers_of(gate: Session, owner_id: uuid.UUID) -> list[Account]:
    """The administrative managers who approve accounts at home at an owner, for a letter to them."""
    ids = gate.execute(APPROVERS, {"owner_id": approving_owner(gate, owner_id)}).scalars().all()
    return list(gate.scalars(select(Account).where(Account.id.in_(ids), Account.state == "active")))


def record(gate: Session, account: Account, action: str) -> None:
    """Record a change to an account."""
    record_event(
        gate,
        action=action,
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"account": account.email},
    )
