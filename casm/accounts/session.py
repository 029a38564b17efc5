"""Sessions of signed-in people: an opaque token kept as a hash, closed after 30 idle minutes, over after 12 hours."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts.account import Account, find_account, viewer_of
from casm.accounts.gate_row import GateRow, count_changed, digest, draw_secret
from casm.accounts.origin import Origin, gatekeeper
from casm.audit.record import record_event
from casm.db.engine import ask_at_once
from casm.db.session import Database
from casm.errors import CasmError
from casm.sharing.viewer import Viewer

IDLE_LIMIT = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How often a use is written down: every look at a page need not be a write.
NOTED_EVERY = timedelta(minutes=1)
# Changing what proves who one is asks for the password again after this long.
CONFIRMED_FOR = timedelta(minutes=10)
KEPT_AFTER_END = timedelta(days=30)
USER_AGENT_CHARACTERS = 200

STAGES = ("second_factor", "set_up_second_factor", "open")


class WebSession(GateRow):
    """One browser of one person's.

    stage: 'second_factor' (password given, second factor not yet), 'set_up_second_factor' (its role asks for one and
    there is none) or 'open'. Only an open one shows anything of the inventory.
    """

    __tablename__ = "web_session"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID]
    token_sha256: Mapped[bytes]
    stage: Mapped[str]
    method: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    confirmed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")


class ConfirmationNeeded(CasmError):
    """The password is asked for once more before this is done."""


@dataclass(frozen=True)
class Holder:
    """An open session and whose it is; recently_confirmed: within the last ten minutes its holder proved who it is."""

    session: WebSession
    account: Account
    recently_confirmed: bool

    def check_confirmed(self) -> None:
        """ConfirmationNeeded unless its holder has just proved who it is: asked before its factors are changed."""
        if not self.recently_confirmed:
            raise ConfirmationNeeded("Confirm that it is you.", "give your password once more")

    def viewer(self, origin: Origin | None = None) -> Viewer | None:
        """The viewer the session stands for; None while a factor is still to be given or set up."""
        return viewer_of(self.account, origin) if self.session.stage == "open" else None


_NOW = func.statement_timestamp()
_IN_USE = (
    WebSession.token_sha256 == bindparam("token_sha256"),
    WebSession.ended_at.is_(None),
    WebSession.expires_at > _NOW,
    WebSession.last_seen_at > _NOW - IDLE_LIMIT,
    Account.state == "active",
)
_ABOUT_IT = (WebSession.confirmed_at > _NOW - CONFIRMED_FOR, WebSession.last_seen_at < _NOW - NOTED_EVERY)
_OF_ACCOUNT = WebSession.account_id == Account.id
_FIND = select(WebSession, Account, *_ABOUT_IT).join(Account, _OF_ACCOUNT).where(*_IN_USE)
_SESSION_COLUMNS = tuple(WebSession.__table__.c)
_ACCOUNT_COLUMNS = tuple(column for column in Account.__table__.c if column.name != "password_hash")
_LOOK_UP = (
    select(*_SESSION_COLUMNS, *_ACCOUNT_COLUMNS, *_ABOUT_IT)
    .select_from(WebSession)
    .join(Account, _OF_ACCOUNT)
    .where(*_IN_USE)
)


def look_up_session(database: Database, token: str, origin: Origin | None = None) -> Holder | None:
    """The session a token opens, counted as a use of it.

    None when there is none, it has ended or lain idle, or its account is not active: asked anew with every request,
    so that a deactivation holds from the next one. One message to the database, as every page waits for it.
    """
    row = ask_at_once(database.asking_gate_engine, _LOOK_UP, {"token_sha256": digest(token)})
    if row is None:
        return None
    of_session, of_account = row[: len(_SESSION_COLUMNS)], row[len(_SESSION_COLUMNS) : -2]
    session = WebSession(**{column.name: value for column, value in zip(_SESSION_COLUMNS, of_session, strict=True)})
    account = Account(**{column.name: value for column, value in zip(_ACCOUNT_COLUMNS, of_account, strict=True)})
    confirmed, to_be_noted = row[-2:]
    if to_be_noted:
        with database.gate_session(gatekeeper(origin)) as gate:
            note_use(gate, session.id)
    return Holder(session, account, bool(confirmed))


def find_session(gate: Session, token: str, *, lock: bool = False) -> Holder | None:
    """As look_up_session, within a transaction; lock keeps the session from other changes until its end."""
    statement = _FIND.with_for_update(of=WebSession) if lock else _FIND
    row = gate.execute(statement, {"token_sha256": digest(token)}).one_or_none()
    if row is None:
        return None
    session, account, confirmed, to_be_noted = row
    if to_be_noted:
        note_use(gate, session.id)
    return Holder(session, account, bool(confirmed))


def note_use(gate: Session, session_id: uuid.UUID) -> None:
    """Write down that a session is in use.

    Not by way of the object: a rival worker may have noted it, or ended the session, in the same moment.
    """
    in_use = (WebSession.id == session_id, WebSession.ended_at.is_(None))
    gate.execute(update(WebSession).where(*in_use).values(last_seen_at=func.statement_timestamp()))


def begin_session(
    gate: Session, account: Account, *, stage: str, method: str, origin: Origin
) -> tuple[str, WebSession]:
    """Open a session and return its token, which is kept nowhere else."""
    token = draw_secret()
    session = WebSession(
        account_id=account.id,
        token_sha256=digest(token),
        stage=stage,
        method=method,
        created_at=func.now(),
        expires_at=func.now() + LONGEST,
        address=origin.address[:USER_AGENT_CHARACTERS],
        user_agent="".join(filter(str.isprintable, origin.user_agent))[:USER_AGENT_CHARACTERS],
    )
    gate.add(session)
    gate.flush()
    gate.refresh(session)
    return token, session


def renew_token(gate: Session, session: WebSession, *, stage: str) -> str:
    """Bring a session to a further stage under a new token, so that one known from before opens nothing."""
    token = draw_secret()
    session.token_sha256, session.stage = digest(token), stage
    session.confirmed_at = session.last_seen_at = gate.scalars(select(func.now())).one()
    gate.flush()
    return token


def list_sessions(gate: Session, account_id: uuid.UUID) -> list[WebSession]:
    """An account's sessions that have not ended, last used first; those that lay idle are locked, and can be ended."""
    statement = select(WebSession).where(
        WebSession.account_id == account_id, WebSession.ended_at.is_(None), WebSession.expires_at > func.now()
    )
    return list(gate.scalars(statement.order_by(WebSession.last_seen_at.desc(), WebSession.id)))


def end_session(gate: Session, account: Account, session_id: uuid.UUID) -> bool:
    """End one of an account's sessions; False when it is not its own or has ended."""
    own = (WebSession.id == session_id, WebSession.account_id == account.id, WebSession.ended_at.is_(None))
    ended = count_changed(gate, update(WebSession).where(*own).values(ended_at=func.now()))
    if ended:
        record_event(
            gate,
            action="ended session",
            owner_id=account.home_owner_id,
            subject_table="account",
            subject_id=account.id,
            actor=account.actor,
            account_id=account.id,
        )
    return bool(ended)


def end_sessions(gate: Session, account_id: uuid.UUID, *, but: uuid.UUID | None = None) -> int:
    """End all of an account's sessions, but for one; how many. The caller records why."""
    statement = update(WebSession).where(WebSession.account_id == account_id, WebSession.ended_at.is_(None))
    if but is not None:
        statement = statement.where(WebSession.id != but)
    return count_changed(gate, statement.values(ended_at=func.now()))


def sign_out(database: Database, token: str, origin: Origin) -> None:
    """End the session a token opens; nothing happens when it opens none."""
    with database.gate_session(gatekeeper(origin)) as gate:
        session = gate.scalar(select(WebSession).where(WebSession.token_sha256 == digest(token)))
        account = find_account(gate, session.account_id) if session else None
        if session is not None and account is not None:
            end_session(gate, account, session.id)


def forget_old(gate: Session) -> None:
    """Delete sessions that ended long ago; the audit still tells of them."""
    gate.execute(delete(WebSession).where(WebSession.expires_at < func.now() - KEPT_AFTER_END))
