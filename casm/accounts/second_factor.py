"""Whether a second factor is there, who must have one, and what is left when it is lost."""

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from casm.accounts.account import Account, ruled_account
from casm.accounts.passkey import Passkey, delete_passkey
from casm.accounts.recovery_code import RecoveryCode, count_recovery_codes, make_recovery_codes
from casm.accounts.session import Holder, WebSession, end_sessions, renew_token
from casm.accounts.totp import Totp, delete_totp, has_totp
from casm.audit.record import record_event
from casm.errors import CasmError

VARIABLE = "CASM_SECOND_FACTOR_ROLES"
DEFAULT_ROLES = "administrative_manager"


@dataclass(frozen=True)
class SetUp:
    """What a finished set-up hands out, once: recovery codes if there were none, a new token if the session opened."""

    recovery_codes: list[str] = field(repr=False)
    token: str | None = field(repr=False)


def roles_that_need_one(environ: Mapping[str, str] | None = None) -> frozenset[str]:
    """Roles whose holders must have a second factor: CASM_SECOND_FACTOR_ROLES, separated by commas; 'none' for none."""
    named = (os.environ if environ is None else environ).get(VARIABLE) or DEFAULT_ROLES
    return frozenset(name.strip() for name in named.split(",")) - {"", "none"}


def has_second_factor(gate: Session, account_id: uuid.UUID) -> bool:
    """Whether the account has codes from an app or a passkey."""
    return has_totp(gate, account_id) or bool(count_passkeys(gate, account_id))


def must_have_second_factor(gate: Session, account_id: uuid.UUID) -> bool:
    """Whether one of its roles asks for a second factor."""
    roles = roles_that_need_one()
    if not roles:
        return False
    held = text(
        "SELECT EXISTS (SELECT FROM casm.membership "
        "WHERE account_id = :account_id AND ended_at IS NULL AND role IN :roles)"
    ).bindparams(bindparam("roles", expanding=True))
    return gate.execute(held, {"account_id": account_id, "roles": sorted(roles)}).scalar_one()


def stage_after_password(gate: Session, account_id: uuid.UUID) -> str:
    """What a right password leads to: the second factor, its set-up, or an open session."""
    if has_second_factor(gate, account_id):
        return "second_factor"
    return "set_up_second_factor" if must_have_second_factor(gate, account_id) else "open"


def finish_set_up(gate: Session, holder: Holder) -> SetUp:
    """After a factor was set up: recovery codes where there are none, and a session that waited for it is opened."""
    account = holder.account
    if not has_second_factor(gate, account.id):
        raise CasmError("No second factor is set up.", "set up codes from an app, or a passkey")
    codes = [] if count_recovery_codes(gate, account.id) else make_recovery_codes(gate, account)
    session = gate.get(WebSession, holder.session.id, with_for_update=True)
    waits = session is not None and session.ended_at is None and session.stage == "set_up_second_factor"
    return SetUp(codes, renew_token(gate, session, stage="open") if session is not None and waits else None)


def remove_totp(gate: Session, holder: Holder) -> None:
    """Give up codes from an app; CasmError when a role asks for a factor and it is the last."""
    holder.check_confirmed()
    check_not_last(gate, holder.account, left=count_passkeys(gate, holder.account.id))
    delete_totp(gate, holder.account)
    forget_codes_of_nothing(gate, holder.account)


def remove_passkey(gate: Session, holder: Holder, passkey_id: uuid.UUID) -> None:
    """Give up a passkey; CasmError when a role asks for a factor and it is the last, or it is not the holder's."""
    holder.check_confirmed()
    account = holder.account
    gate.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    left = count_passkeys(gate, account.id) - 1 + has_totp(gate, account.id)
    check_not_last(gate, account, left=left)
    if not delete_passkey(gate, account, passkey_id):
        raise CasmError("You have no such passkey.", "choose one from the list")
    forget_codes_of_nothing(gate, account)


def new_recovery_codes(gate: Session, holder: Holder) -> list[str]:
    """Ten new recovery codes in place of those before; CasmError when there is no factor they could stand in for."""
    holder.check_confirmed()
    if not has_second_factor(gate, holder.account.id):
        raise CasmError("Recovery codes stand in for a second factor, and you have none.", "set one up first")
    return make_recovery_codes(gate, holder.account)


def reset_second_factor(gate: Session, account_id: uuid.UUID) -> None:
    """Take every factor from an account the asker rules, which lost them, and end its sessions."""
    reset_factors_of(gate, ruled_account(gate, account_id))


def reset_factors_of(gate: Session, account: Account) -> None:
    """Take every factor from an account and end its sessions."""
    for kind in (Totp, Passkey, RecoveryCode):
        gate.execute(delete(kind).where(kind.account_id == account.id))
    ended = end_sessions(gate, account.id)
    record_event(
        gate,
        action="reset second factor",
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"account": account.email, "sessions_ended": ended},
    )


def check_not_last(gate: Session, account: Account, *, left: int) -> None:
    """CasmError when a role asks for a factor and none would be left."""
    if left < 1 and must_have_second_factor(gate, account.id):
        raise CasmError("Your role asks for a second factor, and this is your last.", "set up another one first")


def forget_codes_of_nothing(gate: Session, account: Account) -> None:
    """Recovery codes go with the last factor they stand in for."""
    if not has_second_factor(gate, account.id):
        gate.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def count_passkeys(gate: Session, account_id: uuid.UUID) -> int:
    """How many passkeys an account has."""
    return gate.scalars(select(func.count()).select_from(Passkey).where(Passkey.account_id == account_id)).one()
