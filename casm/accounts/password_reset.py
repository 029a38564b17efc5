"""A new password: by who knows the old one, or by a link sent to the account's address, good once for 30 minutes."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts import letters
from casm.accounts.account import EMAIL_CHARACTERS, Account, ruled_account, viewer_of
from casm.accounts.api_token import revoke_all
from casm.accounts.gate_row import GateRow, digest, draw_secret
from casm.accounts.origin import Origin, gatekeeper
from casm.accounts.password import check_strength, hash_password
from casm.accounts.session import Holder, WebSession, end_sessions
from casm.accounts.sign_in import check_throttle, confirm_password
from casm.accounts.throttle import forgive
from casm.audit.record import record_event
from casm.db.session import Database
from casm.errors import CasmError
from casm.mail.mailer import Mailer
from casm.sharing.viewer import NATION_OWNER_ID

LINK_LIFE = timedelta(minutes=30)


class PasswordReset(GateRow):
    """A link that was sent; used_at once it was used or a newer password made it void."""

    __tablename__ = "password_reset"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID]
    token_sha256: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LinkSpent(CasmError):
    """The link was used, has expired, was replaced or never was: said alike."""

    def __init__(self) -> None:
        super().__init__("This link is no longer good.", "have a new one sent")


def request_reset(database: Database, mailer: Mailer, email: str, origin: Origin) -> None:
    """Send a link to the address if an active account has it; nothing tells whether one has.

    The same statements are executed either way, and the letter goes out beside the work. TooManyAttempts by address.
    """
    typed = email.strip().lower()[:EMAIL_CHARACTERS].replace("\0", "")
    check_throttle(database, origin, {"reset_account": typed, "reset_address": origin.address})
    token = draw_secret()
    with database.gate_session(gatekeeper(origin)) as gate:
        account = gate.scalar(select(Account).where(Account.email == typed, Account.state == "active"))
        keep_link(gate, account.id if account else None, token)
        record_event(
            gate,
            action="asked for password reset",
            owner_id=account.home_owner_id if account else NATION_OWNER_ID,
            subject_table="account",
            subject_id=account.id if account else None,
        )
    if account is not None:
        mailer.post(letters.reset(mailer, account, token))


def make_reset_link(gate: Session, mailer: Mailer, account_id: uuid.UUID) -> str:
    """A link for an active account the asker rules, to hand over by another safe way than mail; CasmError otherwise."""
    account = ruled_account(gate, account_id)
    if account.state != "active":
        raise CasmError("This account is not active.", "invite it, approve it or let it in again first")
    token = draw_secret()
    keep_link(gate, account.id, token)
    record_event(
        gate,
        action="made password reset link",
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"account": account.email},
    )
    return mailer.link(letters.RESET_PATH + token)


def keep_link(gate: Session, account_id: uuid.UUID | None, token: str) -> None:
    """Keep one link and make the older ones void; for no account the same statements, which touch nothing."""
    nobody = uuid.UUID(int=0)
    spend_links(gate, account_id or nobody)
    gate.execute(
        insert(PasswordReset).from_select(
            ["id", "account_id", "token_sha256", "created_at", "expires_at"],
            select(
                func.gen_random_uuid(), Account.id, func.sha256(func.convert_to(token, "UTF8")), func.now(),
                func.now() + LINK_LIFE,
            ).where(Account.id == (account_id or nobody)),
        )
    )  # fmt: skip


def find_reset(database: Database, token: str, origin: Origin) -> Account:
    """Whose password a link may set, to show the form; LinkSpent when it is not good."""
    with database.gate_session(gatekeeper(origin)) as gate:
        return open_link(gate, token)


def finish_reset(database: Database, token: str, new: str, origin: Origin) -> Account:
    """Set a new password by a link, end every session and revoke every API token of the account.

    The second factor stays as it is and is asked for at the next sign-in. LinkSpent, or CasmError when it is weak.
    """
    account = find_reset(database, token, origin)
    check_strength(new, name=account.name, email=account.email)
    hashed = hash_password(new)
    with database.gate_session(gatekeeper(origin)) as gate:
        account = open_link(gate, token, lock=True)
        keep_password(gate, account, hashed)
        ended = end_sessions(gate, account.id)
        revoked = revoke_all(gate, account, by=account.id)
        forgive(gate, sign_in_account=account.email)
        record_event(
            gate,
            action="reset password",
            owner_id=account.home_owner_id,
            subject_table="account",
            subject_id=account.id,
            details={"sessions_ended": ended, "tokens_revoked": revoked},
            actor=account.actor,
            account_id=account.id,
        )
        return account


def change_password(database: Database, holder: Holder, current: str, new: str, origin: Origin) -> int:
    """Replace the holder's password and end its other sessions; how many. API tokens stay: they are listed to revoke.

    SignInRefused when the current one is wrong, TooManyAttempts, CasmError when the new one is weak.
    """
    account = holder.account
    check_strength(new, name=account.name, email=account.email)
    confirm_password(database, holder, current, origin)
    hashed = hash_password(new)
    with database.gate_session(viewer_of(account, origin)) as gate:
        session = gate.scalar(select(WebSession).where(WebSession.id == holder.session.id).with_for_update())
        if session is None or session.ended_at is not None:
            raise CasmError("Your session has ended.", "sign in again")
        keep_password(gate, account, hashed)
        ended = end_sessions(gate, account.id, but=session.id)
        record_event(
            gate,
            action="changed password",
            owner_id=account.home_owner_id,
            subject_table="account",
            subject_id=account.id,
            details={"sessions_ended": ended},
        )
        return ended


def keep_password(gate: Session, account: Account, hashed: str) -> None:
    """Store a new hash; links that would set another password become void."""
    gate.execute(
        update(Account).where(Account.id == account.id).values(password_hash=hashed, password_changed_at=func.now())
    )
    spend_links(gate, account.id)


def spend_links(gate: Session, account_id: uuid.UUID) -> None:
    """Make an account's links void."""
    gate.execute(
        update(PasswordReset)
        .where(PasswordReset.account_id == account_id, PasswordReset.used_at.is_(None))
        .values(used_at=func.now())
    )


def open_link(gate: Session, token: str, *, lock: bool = False) -> Account:
    """The account of a good link; LinkSpent otherwise."""
    statement = (
        select(Account)
        .join(PasswordReset, Account.id == PasswordReset.account_id)
        .where(
            PasswordReset.token_sha256 == digest(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > func.now(),
            Account.state == "active",
        )
    )
    account = gate.scalar(statement.with_for_update() if lock else statement)
    if account is None:
        raise LinkSpent
    return account
