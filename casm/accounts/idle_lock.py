"""A session that lay idle is locked: its password opens it again, in the same browser, for as long as it would last."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.accounts.account import Account
from casm.accounts.gate_row import digest
from casm.accounts.origin import Origin, gatekeeper
from casm.accounts.password import verify_password
from casm.accounts.session import IDLE_LIMIT, WebSession, renew_token
from casm.accounts.sign_in import SignedIn, SignInRefused, check_throttle, record_refusal, record_success
from casm.accounts.throttle import forgive, give_back
from casm.db.session import Database


def look_up_locked(database: Database, token: str, origin: Origin) -> Account | None:
    """Whose locked session a token belongs to; None when it is none, is over, or its account has no password."""
    with database.gate_session(gatekeeper(origin)) as gate:
        found = find_locked_session(gate, token)
        return None if found is None else found[1]


def unlock(database: Database, token: str, password: str, origin: Origin) -> SignedIn:
    """Open a locked session under a new token; SignInRefused or TooManyAttempts otherwise.

    The second factor was given when the session began and is not asked for again.
    """
    with database.gate_session(gatekeeper(origin)) as gate:
        found = find_locked_session(gate, token)
        kept = None if found is None else gate.scalar(select(Account.password_hash).where(Account.id == found[1].id))
    if found is None:
        raise SignInRefused
    keys = {"sign_in_account": found[1].email, "sign_in_address": origin.address}
    check_throttle(database, origin, keys)
    fits = verify_password(kept, password)
    with database.gate_session(gatekeeper(origin)) as gate:
        found = find_locked_session(gate, token, lock=True)
        if found is None:
            raise SignInRefused
        session, account = found
        same = gate.scalar(select(Account.password_hash).where(Account.id == account.id)) == kept
        if fits and same:
            forgive(gate, sign_in_account=account.email)
            give_back(gate, sign_in_address=origin.address)
            renewed = renew_token(gate, session, stage="open")
            record_success(gate, account, "password after idling")
            return SignedIn(renewed, session, account)
        record_refusal(gate, account, "password")
    raise SignInRefused


def find_locked_session(gate: Session, token: str, *, lock: bool = False) -> tuple[WebSession, Account] | None:
    """The idle session a token belongs to, and whose it is."""
    now = func.statement_timestamp()
    statement = (
        select(WebSession, Account)
        .join(Account, Account.id == WebSession.account_id)
        .where(
            WebSession.token_sha256 == digest(token),
            WebSession.stage == "open",
            WebSession.ended_at.is_(None),
            WebSession.expires_at > now,
            WebSession.last_seen_at <= now - IDLE_LIMIT,
            Account.state == "active",
            Account.password_hash.is_not(None),
        )
    )
    row = gate.execute(statement.with_for_update(of=WebSession) if lock else statement).one_or_none()
    return None if row is None else (row[0], row[1])
