"""Accounts: a person's address, name and state, and whose accounts somebody rules."""

import re
import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts.gate_row import GateRow
from casm.accounts.origin import Origin
from casm.audit.record import record_event
from casm.errors import CasmError
from casm.sharing.viewer import Viewer

STATES = ("invited", "awaiting_approval", "active", "deactivated")
EMAIL = re.compile(r"[^@|\s\x00-\x1f\x7f<>,;:\\\"()\[\]]+@[^@|\s\x00-\x1f\x7f<>,;:\\\"()\[\]]+\.?[^@|\s.]+")
EMAIL_CHARACTERS = 254  # RFC 5321, 4.5.3.1.3, less its angle brackets
NAME_CHARACTERS = 200


class Account(GateRow):
    """One person; never deleted, so that what was signed with its name keeps its meaning."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    home_owner_id: Mapped[uuid.UUID]
    password_hash: Mapped[str | None] = mapped_column(deferred=True)
    password_changed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[uuid.UUID | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[uuid.UUID | None]
    deactivated_at: Mapped[datetime | None]
    deactivated_by: Mapped[uuid.UUID | None]
    last_signed_in_at: Mapped[datetime | None]
    length_units: Mapped[str] = mapped_column(server_default="")
    gain_unit: Mapped[str] = mapped_column(server_default="")
    position_notation: Mapped[str] = mapped_column(server_default="")

    @property
    def actor(self) -> str:
        """How histories and the audit name this person: the address, since names are not unique."""
        return self.email


def email_of(typed: str) -> str:
    """An address as it is kept (lower case); CasmError when it is none."""
    email = typed.strip().lower()
    if len(email) > EMAIL_CHARACTERS or not EMAIL.fullmatch(email) or not email.isascii():
        raise CasmError("E-mail: this is no address.", "write it as name@agency.example")
    return email


def name_of(typed: str) -> str:
    """A person's name as it is kept; CasmError when it is none."""
    name = " ".join(typed.split())
    if not 1 <= len(name) <= NAME_CHARACTERS or "|" in name or not name.isprintable():
        raise CasmError("Name: this is no name.", f"write 1 to {NAME_CHARACTERS} characters, without '|'")
    return name


def viewer_of(account: Account, origin: Origin | None = None) -> Viewer:
    """The viewer that stands for the person."""
    return Viewer.of_account(account.actor, account.id, account.home_owner_id, origin.word if origin else "")


def find_account(gate: Session, account_id: uuid.UUID) -> Account | None:
    """An account by its id; None when there is none."""
    return gate.get(Account, account_id)


def find_account_by_email(gate: Session, email: str) -> Account | None:
    """An account by its address as kept; None when there is none."""
    return gate.scalar(select(Account).where(Account.email == email))


def names_of(gate: Session, account_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """Id → (name, address) of accounts, for pages that list who has been given what."""
    rows = gate.execute(select(Account.id, Account.name, Account.email).where(Account.id.in_(set(account_ids))))
    return {row.id: (row.name, row.email) for row in rows}


def managed_owners(gate: Session) -> frozenset[uuid.UUID]:
    """Owners whose accounts the asker rules, by the gate session's sealed context."""
    return frozenset(gate.scalar(select(func.casm_gate.managed_owners())) or ())


def asker_id(gate: Session) -> uuid.UUID | None:
    """Id of the account that asks; None for a program."""
    return gate.scalar(select(func.casm_gate.asker_id()))


def list_accounts(gate: Session) -> list[Account]:
    """The accounts the asker rules, by name: those at home at the owners it manages."""
    statement = select(Account).where(Account.home_owner_id.in_(managed_owners(gate)))
    return list(gate.scalars(statement.order_by(func.lower(Account.name), Account.email)))


def ruled_account(gate: Session, account_id: uuid.UUID) -> Account:
    """An account the asker rules, locked until the end of the transaction: at home at an owner it manages.

    Whoever manages owners beyond the asker's is not his to rule. CasmError, the same whether it is somebody else's to
    rule or does not exist.
    """
    managed = managed_owners(gate)
    account = gate.scalar(select(Account).where(Account.id == account_id).with_for_update())
    if account is None or account.home_owner_id not in managed or not owners_managed_by(gate, account_id) <= managed:
        raise CasmError("There is no such account among those you manage.", "choose one from the list of people")
    return account


def owners_managed_by(gate: Session, account_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The owners an account is an administrative manager of, by its memberships, without what lies below them."""
    held = text(
        "SELECT owner_id FROM casm.membership "
        "WHERE account_id = :account_id AND ended_at IS NULL AND role = 'administrative_manager'"
    )
    return frozenset(gate.execute(held, {"account_id": account_id}).scalars())


def rename(gate: Session, account: Account, name: str) -> None:
    """Change the name a person is shown by; CasmError when it is none."""
    before, account.name = account.name, name_of(name)
    record_event(
        gate,
        action="renamed account",
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"before": before, "after": account.name},
    )


def choose_units(account: Account, length_units: str, gain_unit: str, position_notation: str) -> None:
    """Have pages shown to a person in these units; the words are those of casm.editing.own_units."""
    account.length_units, account.gain_unit, account.position_notation = length_units, gain_unit, position_notation
