"""Time-based one-time codes (RFC 6238) as second factor: each code is taken once."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts.account import Account
from casm.accounts.gate_row import GateRow, count_changed
from casm.accounts.session import Holder
from casm.audit.record import record_event
from casm.errors import CasmError

ISSUER = "CASM"
STEP_SECONDS = 30
# A clock may be one step off, as RFC 6238, 5.2 advises.
STEPS_OFF = 1


class Totp(GateRow):
    """An account's shared secret; last_step: the newest time step a code was taken of."""

    __tablename__ = "totp"

    account_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    # Kept as it is: both sides must know it, and its key would lie beside it. No other role can read this schema.
    secret: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]


@dataclass(frozen=True)
class TotpSetup:
    """What the person's app is told: the secret (base32) to type, or the otpauth address to show as a QR code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def begin_totp(gate: Session, holder: Holder) -> TotpSetup:
    """Draw a secret that counts once a code of it was given; CasmError when one is in use."""
    holder.check_confirmed()
    account = holder.account
    kept = gate.get(Totp, account.id, with_for_update=True)
    if kept is not None and kept.confirmed_at is not None:
        raise CasmError("Codes from an app are set up already.", "remove them first")
    if kept is None:
        kept = Totp(account_id=account.id)
        gate.add(kept)
    kept.secret = pyotp.random_base32()
    gate.flush()
    return setup_of(account, kept)


def pending_totp(gate: Session, account: Account) -> TotpSetup | None:
    """The secret that waits to be confirmed, to show it again; None when there is none."""
    kept = gate.get(Totp, account.id)
    return setup_of(account, kept) if kept is not None and kept.confirmed_at is None else None


def setup_of(account: Account, kept: Totp) -> TotpSetup:
    """What the app is told of a secret."""
    return TotpSetup(kept.secret, pyotp.TOTP(kept.secret).provisioning_uri(name=account.email, issuer_name=ISSUER))


def confirm_totp(gate: Session, holder: Holder, code: str) -> None:
    """Put the secret into use by a first code; CasmError when it does not fit. finish_set_up comes next."""
    holder.check_confirmed()
    account = holder.account
    kept = gate.get(Totp, account.id, with_for_update=True)
    if kept is None or kept.confirmed_at is not None:
        raise CasmError("No codes from an app are being set up.", "begin again")
    step = step_of(gate, kept.secret, code)
    if step is None:
        raise CasmError("Code: it does not fit.", "check the clock of the device and type the code it shows now")
    kept.last_step = step
    kept.confirmed_at = gate.scalars(select(func.now())).one()
    record_change(gate, account, "set up codes")


def check_totp(gate: Session, account_id: uuid.UUID, code: str) -> bool:
    """Whether a code fits, which spends it and every older one."""
    secret = gate.scalar(select(Totp.secret).where(Totp.account_id == account_id, Totp.confirmed_at.is_not(None)))
    step = None if secret is None else step_of(gate, secret, code)
    if step is None:
        return False
    # One statement decides, so that of two sessions with the same code only one gets in.
    taken = update(Totp).where(Totp.account_id == account_id, func.coalesce(Totp.last_step, -1) < step)
    return bool(count_changed(gate, taken.values(last_step=step)))


def has_totp(gate: Session, account_id: uuid.UUID) -> bool:
    """Whether codes from an app are in use."""
    return gate.scalar(select(Totp.confirmed_at).where(Totp.account_id == account_id)) is not None


def delete_totp(gate: Session, account: Account) -> bool:
    """Give the codes up; False when there were none. Whether that may be is second_factor's to say."""
    kept = gate.get(Totp, account.id, with_for_update=True)
    if kept is None:
        return False
    gate.delete(kept)
    record_change(gate, account, "removed codes")
    return True


def step_of(gate: Session, secret: str, code: str) -> int | None:
    """The time step a code belongs to, by the database's clock; None when it is of none near now."""
    digits = "".join(code.split())
    if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        return None
    generator, current = pyotp.TOTP(secret), current_step(gate)
    fitting = [
        step
        for step in range(current - STEPS_OFF, current + STEPS_OFF + 1)
        if pyotp.utils.strings_equal(generator.generate_otp(step), digits)
    ]
    return max(fitting, default=None)


def current_step(gate: Session) -> int:
    """The time step of the database's clock."""
    return int(gate.scalars(select(func.clock_timestamp())).one().timestamp()) // STEP_SECONDS


def record_change(gate: Session, account: Account, action: str) -> None:
    """Record a change to this factor."""
    record_event(gate, action=action, owner_id=account.home_owner_id, subject_table="account", subject_id=account.id)
