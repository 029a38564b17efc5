"""The mapped classes of the schema casm_gate, apart from the inventory's: no session of one reaches the other's."""

import hashlib
import secrets
import uuid
from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import CursorResult, DateTime, Executable, MetaData, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Session

from casm.db.columns import NAMING

SECRET_BYTES = 32


class GateRow(DeclarativeBase):
    """Every mapped class of the accounts."""

    metadata = MetaData(schema="casm_gate", naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: String,
        uuid.UUID: Uuid,
        datetime: DateTime(timezone=True),
    }


def count_changed(gate: Session, statement: Executable) -> int:
    """Execute an update or delete; how many rows it changed."""
    done = cast(CursorResult[Any], gate.execute(statement, execution_options={"synchronize_session": False}))
    return done.rowcount


def draw_secret() -> str:
    """256 random bits in characters that need no escaping in an address or a header."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> bytes:
    """What is kept of a random secret: its SHA-256 (nothing slower is needed, as it cannot be guessed)."""
    return hashlib.sha256(secret.encode()).digest()
