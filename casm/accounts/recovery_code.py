"""Recovery codes: ten for the day the second factor is lost, each of one use, kept as hashes."""

import base64
import hashlib
import secrets
import uuid
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts.account import Account
from casm.accounts.gate_row import GateRow, count_changed
from casm.audit.record import record_event

CODES = 10
CODE_BYTES = 10  # 80 bits, 16 characters of base32: too many to guess, also from the hash


class RecoveryCode(GateRow):
    """One code; used_at once it is spent."""

    __tablename__ = "recovery_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID]
    code_sha256: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]


def make_recovery_codes(gate: Session, account: Account) -> list[str]:
    """Ten new codes, shown this once, in place of all before; written XXXX-XXXX-XXXX-XXXX."""
    gate.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(CODES)]
    gate.add_all(RecoveryCode(account_id=account.id, code_sha256=hashed(code)) for code in codes)
    gate.flush()
    record_event(
        gate,
        action="made recovery codes",
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
    )
    return ["-".join(code[i : i + 4] for i in range(0, len(code), 4)) for code in codes]


def use_recovery_code(gate: Session, account_id: uuid.UUID, code: str) -> bool:
    """Whether a code is one of the account's that is not spent; it is afterwards."""
    spent = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_sha256 == hashed(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=func.now())
    )
    return bool(count_changed(gate, spent))


def count_recovery_codes(gate: Session, account_id: uuid.UUID) -> int:
    """How many are left."""
    left = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return gate.scalars(left).one()


def hashed(code: str) -> bytes:
    """SHA-256 of the code as it was drawn, however it was typed: O and I look like 0 and 1, which base32 has not."""
    plain = "".join(filter(str.isalnum, code.upper())).replace("0", "O").replace("1", "I")
    return hashlib.sha256(plain.encode()).digest()
