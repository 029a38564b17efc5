"""Signing in: one answer and the same work whoever is named, then a second factor where there is one."""

import uuid
from dataclasses import dataclass, field

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casm.accounts import session as sessions
from casm.accounts import throttle
from casm.accounts.account import EMAIL_CHARACTERS, Account
from casm.accounts.external_identity import account_of_identity
from casm.accounts.origin import Origin, gatekeeper
from casm.accounts.passkey import (
    PasskeyRefused,
    PasskeyRequest,
    RelyingParty,
    begin_assertion,
    finish_assertion,
)
from casm.accounts.password import hash_password, needs_rehash, verify_password
from casm.accounts.recovery_code import use_recovery_code
from casm.accounts.second_factor import stage_after_password
from casm.accounts.session import Holder, WebSession, begin_session, find_session, renew_token
from casm.accounts.throttle import TooManyAttempts, forgive, give_back, take_attempt
from casm.accounts.totp import check_totp
from casm.audit.record import record_event
from casm.db.session import Database
from casm.errors import CasmError
from casm.sharing.viewer import NATION_OWNER_ID


class SignInRefused(CasmError):
    """One wording for a wrong address, a wrong password, an account that is none or that has been deactivated."""

    def __init__(self) -> None:
        super().__init__(
            "This address and password do not sign in.", "check both, or have a link sent to set a new password"
        )


class AwaitingApproval(CasmError):
    """Said only to who gave the right password: the account waits for the state's administrative manager."""

    def __init__(self) -> None:
        super().__init__(
            "Your account waits to be approved by the administrative manager.", "you get a mail when it is"
        )


class FactorRefused(CasmError):
    """The second factor does not fit, or the sign-in it belongs to is over."""

    def __init__(self) -> None:
        super().__init__("This code does not fit.", "take the newest code; each is taken once")


@dataclass(frozen=True)
class SignedIn:
    """A session and its token, which belongs into the cookie and nowhere else; session.stage says what comes next."""

    token: str = field(repr=False)
    session: WebSession
    account: Account


def sign_in_with_password(database: Database, email: str, password: str, origin: Origin) -> SignedIn:
    """Sign in by address and password.

    SignInRefused, AwaitingApproval or TooManyAttempts otherwise. Whether the account exists or not: the same
    statements, one check of a password hash, one event in the audit.
    """
    typed = email.strip().lower()[:EMAIL_CHARACTERS].replace("\0", "")
    keys = {"sign_in_account": typed, "sign_in_address": origin.address}
    check_throttle(database, origin, keys)
    with database.gate_session(gatekeeper(origin)) as gate:
        found = gate.execute(select(Account, Account.password_hash).where(Account.email == typed)).one_or_none()
    # Outside of any transaction: a hash takes a tenth of a second, and connections are few.
    fits = verify_password(found[1] if found else None, password)
    outdated = fits and found is not None and needs_rehash(found[1] or "")
    new_hash = hash_password(password) if outdated else None
    with database.gate_session(gatekeeper(origin)) as gate:
        account = find_locked(gate, found[0].id if found else uuid.UUID(int=0))
        if fits and found and account is not None:
            same = gate.scalar(select(Account.password_hash).where(Account.id == account.id)) == found[1]
            if same and account.state == "active":
                give_back(gate, sign_in_address=origin.address)
                forgive(gate, sign_in_account=typed)
                if new_hash:
                    gate.execute(update(Account).where(Account.id == account.id).values(password_hash=new_hash))
                return open_session(gate, account, stage_after_password(gate, account.id), "password", origin)
        waits = fits and account is not None and account.state == "awaiting_approval"
        record_refusal(gate, account, "password")
    raise AwaitingApproval if waits else SignInRefused


def sign_in_with_passkey(
    database: Database, party: RelyingParty, challenge_id: uuid.UUID, answer: str, origin: Origin
) -> SignedIn:
    """Sign in by a passkey alone, whose device checked its user: both factors at once.

    PasskeyRefused, AwaitingApproval or TooManyAttempts otherwise.
    """
    check_throttle(database, origin, {"sign_in_address": origin.address})
    try:
        with database.gate_session(gatekeeper(origin)) as gate:
            key = finish_assertion(gate, party, challenge_id, answer)
            account = find_locked(gate, key.account_id)
            if account is None or account.state != "active":
                raise PasskeyRefused("This passkey was not accepted.", "use another way to sign in")
            give_back(gate, sign_in_address=origin.address)
            return open_session(gate, account, "open", "passkey", origin)
    except PasskeyRefused:
        with database.gate_session(gatekeeper(origin)) as gate:
            record_refusal(gate, None, "passkey")
        raise


def begin_passkey_sign_in(database: Database, party: RelyingParty, origin: Origin) -> PasskeyRequest:
    """What the browser asks any passkey of this site, before anybody is named."""
    with database.gate_session(gatekeeper(origin)) as gate:
        return begin_assertion(gate, party)


def sign_in_with_provider(
    database: Database, *, issuer: str, subject: str, second_factor_given: bool, origin: Origin
) -> SignedIn:
    """Sign in whom an agency's own provider has signed in; the caller has checked its word.

    second_factor_given: the provider says so (amr or acr); otherwise ours is asked for as after a password.
    SignInRefused when no active account is linked to this identity: addresses alone link nothing, an invitation does.
    """
    with database.gate_session(gatekeeper(origin)) as gate:
        account = account_of_identity(gate, issuer, subject)
        if account is not None and account.state == "active":
            stage = "open" if second_factor_given else stage_after_password(gate, account.id)
            return open_session(gate, account, stage, "provider", origin)
        waits = account is not None and account.state == "awaiting_approval"
        record_refusal(gate, account, "provider")
    raise AwaitingApproval if waits else SignInRefused


def give_totp(database: Database, token: str, code: str, origin: Origin) -> SignedIn:
    """Bring a sign-in that waits for its second factor to an open session, by a code from an app."""
    return give_factor(database, token, origin, "code", lambda gate, holder: check_totp(gate, holder.account.id, code))


def give_recovery_code(database: Database, token: str, code: str, origin: Origin) -> SignedIn:
    """The same by a recovery code, which is spent."""
    return give_factor(
        database, token, origin, "recovery code", lambda gate, holder: use_recovery_code(gate, holder.account.id, code)
    )


def begin_passkey_factor(database: Database, party: RelyingParty, token: str, origin: Origin) -> PasskeyRequest:
    """What the browser asks the passkeys of the account that waits for its second factor."""
    with database.gate_session(gatekeeper(origin)) as gate:
        holder = find_session(gate, token)
        if holder is None or holder.session.stage != "second_factor":
            raise FactorRefused
        return begin_assertion(gate, party, account_id=holder.account.id)


def give_passkey(
    database: Database, party: RelyingParty, token: str, challenge_id: uuid.UUID, answer: str, origin: Origin
) -> SignedIn:
    """The same by a passkey."""

    def proves(gate: Session, holder: Holder) -> bool:
        with gate.begin_nested():
            finish_assertion(gate, party, challenge_id, answer, account_id=holder.account.id)
        return True

    return give_factor(database, token, origin, "passkey", proves)


def give_factor(database: Database, token: str, origin: Origin, factor: str, proves) -> SignedIn:
    """Check a second factor and open its session under a new token; FactorRefused or TooManyAttempts otherwise.

    proves: called with the gate session and the holder; True when the factor fits.
    """
    with database.gate_session(gatekeeper(origin)) as gate:
        holder = find_session(gate, token)
    if holder is None or holder.session.stage != "second_factor":
        raise FactorRefused
    keys = {"second_factor": str(holder.account.id)}
    check_throttle(database, origin, keys)
    with database.gate_session(gatekeeper(origin)) as gate:
        holder = find_session(gate, token, lock=True)
        if holder is not None and holder.session.stage == "second_factor":
            try:
                fits = proves(gate, holder)
            except PasskeyRefused:
                fits = False
            if fits:
                forgive(gate, **keys)
                renewed = renew_token(gate, holder.session, stage="open")
                record_success(gate, holder.account, f"{holder.session.method} and {factor}")
                return SignedIn(renewed, holder.session, holder.account)
            record_refusal(gate, holder.account, factor)
    raise FactorRefused


def confirm_password(database: Database, holder: Holder, password: str, origin: Origin) -> None:
    """Take the password once more, before factors are changed; SignInRefused or TooManyAttempts when it is wrong."""
    keys = {"sign_in_account": holder.account.email, "sign_in_address": origin.address}
    check_throttle(database, origin, keys)
    with database.gate_session(gatekeeper(origin)) as gate:
        kept = gate.scalar(select(Account.password_hash).where(Account.id == holder.account.id))
    fits = verify_password(kept, password)
    with database.gate_session(gatekeeper(origin)) as gate:
        if fits:
            forgive(gate, sign_in_account=holder.account.email)
            give_back(gate, sign_in_address=origin.address)
            gate.execute(
                update(WebSession)
                .where(WebSession.id == holder.session.id, WebSession.ended_at.is_(None))
                .values(confirmed_at=func.now())
            )
            return
        record_refusal(gate, holder.account, "password")
    raise SignInRefused


def open_session(gate: Session, account: Account, stage: str, method: str, origin: Origin) -> SignedIn:
    """Begin a session of an account that proved itself so far."""
    token, session = begin_session(gate, account, stage=stage, method=method, origin=origin)
    account.last_signed_in_at = session.created_at
    if stage != "second_factor":
        record_success(gate, account, method)
    sessions.forget_old(gate)
    throttle.forget_old(gate)
    return SignedIn(token, session, account)


def check_throttle(database: Database, origin: Origin, keys: dict[str, str]) -> None:
    """Count an attempt under each key, for good; TooManyAttempts when it may not be made."""
    with database.gate_session(gatekeeper(origin)) as gate:
        wait_s = take_attempt(gate, **keys)
    if wait_s:
        raise TooManyAttempts(wait_s)


def find_locked(gate: Session, account_id: uuid.UUID) -> Account | None:
    """An account, locked against deactivation until the end of the transaction."""
    statement = select(Account).where(Account.id == account_id).with_for_update()
    return gate.scalar(statement.execution_options(populate_existing=True))


def record_success(gate: Session, account: Account, method: str) -> None:
    """Record that somebody signed in."""
    record_event(
        gate,
        action="signed in",
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"method": method},
        actor=account.actor,
        account_id=account.id,
    )


def record_refusal(gate: Session, account: Account | None, method: str) -> None:
    """Record that a sign-in was refused; what was typed for an address is kept only where it is an account's."""
    record_event(
        gate,
        action="refused sign in",
        owner_id=account.home_owner_id if account else NATION_OWNER_ID,
        subject_table="account",
        subject_id=account.id if account else None,
        details={"method": method},
    )
