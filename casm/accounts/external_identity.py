"""Who somebody is at an agency's own sign-in (OpenID Connect): issuer and subject, never an address alone."""

import uuid
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts.account import Account
from casm.accounts.gate_row import GateRow
from casm.accounts.session import Holder
from casm.audit.record import record_event
from casm.errors import CasmError


class ExternalIdentity(GateRow):
    """One identity at a provider, of one account."""

    __tablename__ = "external_identity"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID]
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]


def account_of_identity(gate: Session, issuer: str, subject: str) -> Account | None:
    """The account a provider's identity signs in to; None when it is linked to none."""
    identity = gate.scalar(
        select(ExternalIdentity).where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    )
    if identity is None:
        return None
    identity.last_used_at = gate.scalars(select(func.now())).one()
    return gate.get(Account, identity.account_id)


def link_identity(gate: Session, account: Account, issuer: str, subject: str) -> None:
    """Let a provider's identity sign in to an account; CasmError when it signs in to another."""
    known = gate.scalar(
        select(ExternalIdentity.account_id).where(
            ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject
        )
    )
    if known == account.id:
        return
    if known is not None:
        raise CasmError(
            "This sign-in of your agency belongs to another account.", "sign in with it, or unlink it there"
        )
    gate.add(ExternalIdentity(account_id=account.id, issuer=issuer, subject=subject))
    gate.flush()
    record_change(gate, account, "linked provider", issuer)


def unlink_identity(gate: Session, holder: Holder, identity_id: uuid.UUID) -> None:
    """Undo a link; CasmError when the account could then not be signed in to."""
    holder.check_confirmed()
    account = holder.account
    if gate.scalar(select(Account.password_hash).where(Account.id == account.id)) is None:
        raise CasmError("This is the only way to sign in to your account.", "set a password first, by a reset mail")
    issuer = gate.scalar(
        delete(ExternalIdentity)
        .where(ExternalIdentity.id == identity_id, ExternalIdentity.account_id == account.id)
        .returning(ExternalIdentity.issuer)
    )
    if issuer is None:
        raise CasmError("You have no such sign-in.", "choose one from the list")
    record_change(gate, account, "unlinked provider", issuer)


def list_identities(gate: Session, account_id: uuid.UUID) -> list[ExternalIdentity]:
    """An account's identities at providers."""
    statement = select(ExternalIdentity).where(ExternalIdentity.account_id == account_id)
    return list(gate.scalars(statement.order_by(ExternalIdentity.issuer, ExternalIdentity.id)))


def record_change(gate: Session, account: Account, action: str, issuer: str) -> None:
    """Record a change to the ways of signing in."""
    record_event(
        gate,
        action=action,
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"issuer": issuer},
        actor=account.actor,
        account_id=account.id,
    )
