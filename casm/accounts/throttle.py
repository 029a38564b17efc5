"""Attempts at guessing, counted in the database so that every worker counts together, with a wait that grows."""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts.gate_row import GateRow
from casm.errors import CasmError

ATTEMPTS = 10
WINDOW = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


class TooManyAttempts(CasmError):
    """Too many attempts for one account or from one address; retry_after_s whole seconds to wait."""

    def __init__(self, retry_after_s: int) -> None:
        minutes = math.ceil(retry_after_s / 60)
        super().__init__("There have been too many attempts.", f"wait {minutes} minute{'s' * (minutes != 1)}")
        self.retry_after_s = retry_after_s


class Throttle(GateRow):
    """What was attempted under one key: an account's address as typed, a client's address, an account's factor."""

    __tablename__ = "throttle"

    kind: Mapped[str] = mapped_column(primary_key=True)
    key_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    window_began_at: Mapped[datetime]
    strikes: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]
    last_at: Mapped[datetime]


def take_attempt(gate: Session, **keys: str) -> int:
    """Count one attempt under each kind=key; seconds to wait instead, 0 when it may go ahead.

    The caller commits this before the attempt is made, so that a thousand at once are counted as a thousand. The
    eleventh attempt within five minutes waits 30 s, and each further time twice as long, an hour at most.
    """
    now = clock(gate)
    waits = [0.0]
    # Always in the same order, so that two attempts never wait for each other.
    for row in [locked_row(gate, kind, key, now) for kind, key in sorted(keys.items())]:
        if row.blocked_until is not None and row.blocked_until > now:
            waits.append((row.blocked_until - now).total_seconds())
            continue
        if row.last_at < now - FORGOTTEN_AFTER:
            row.strikes = 0
        if row.window_began_at <= now - WINDOW or row.blocked_until is not None:
            row.window_began_at, row.attempts, row.blocked_until = now, 0, None
        row.attempts += 1
        row.last_at = now
        if row.attempts > ATTEMPTS:
            wait = min(FIRST_WAIT * 2 ** min(row.strikes, 20), LONGEST_WAIT)
            row.strikes += 1
            row.blocked_until = now + wait
            waits.append(wait.total_seconds())
    gate.flush()
    return math.ceil(max(waits))


def give_back(gate: Session, **keys: str) -> None:
    """Undo one attempt under each kind=key: it was no guess, as it was right."""
    now = clock(gate)
    for row in [locked_row(gate, kind, key, now) for kind, key in sorted(keys.items())]:
        row.attempts = max(row.attempts - 1, 0)


def forgive(gate: Session, **keys: str) -> None:
    """Forget what was attempted under each kind=key: who it is about has been proven."""
    for kind, key in sorted(keys.items()):
        gate.execute(delete(Throttle).where(Throttle.kind == kind, Throttle.key_sha256 == digest_of(key)))


def forget_old(gate: Session) -> None:
    """Delete counts that no longer matter."""
    gate.execute(delete(Throttle).where(Throttle.last_at < func.now() - 2 * FORGOTTEN_AFTER))


def locked_row(gate: Session, kind: str, key: str, now: datetime) -> Throttle:
    """The count under a key, made where missing, locked until the end of the transaction."""
    fresh = {"kind": kind, "key_sha256": digest_of(key), "window_began_at": now, "last_at": now}
    gate.execute(insert(Throttle).values(**fresh).on_conflict_do_nothing())
    named = (Throttle.kind == kind, Throttle.key_sha256 == digest_of(key))
    return gate.scalars(
        select(Throttle).where(*named).with_for_update().execution_options(populate_existing=True)
    ).one()


def digest_of(key: str) -> bytes:
    """What is kept of a key: addresses somebody typed are nobody's business."""
    return hashlib.sha256(key.encode()).digest()


def clock(gate: Session) -> datetime:
    """The database's clock, which all workers share."""
    return gate.scalars(select(func.clock_timestamp())).one()
