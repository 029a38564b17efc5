"""The audit's rows, as the database writes them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base


class AuditEvent(Base):
    """One event: who did what to what, when, from where, and the hashes that hold the chain together.

    ``seen``, ``seen_owner_ids`` and ``seen_salt`` are closed to the program's role; `casm.audit.read` says of them what
    its reader may know.
    """

    __tablename__ = "audit_event"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[uuid.UUID] = mapped_column(
        Uuid, unique=True, comment="random, so that a hash of the event tells nothing to who cannot read it"
    )
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    account_id: Mapped[uuid.UUID | None]
    owner_id: Mapped[uuid.UUID] = mapped_column(index=True)
    action: Mapped[str]
    subject_table: Mapped[str | None]
    subject_id: Mapped[uuid.UUID | None]
    origin: Mapped[str | None]
    request_id: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seen: Mapped[dict[str, dict[str, int]] | None] = mapped_column(
        JSONB, comment="what a view or export showed: owner id → record class → how many; read by seen_of()"
    )
    seen_owner_ids: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(Uuid))
    seen_salt: Mapped[uuid.UUID | None]
    seen_sha256: Mapped[str | None]
    content_sha256: Mapped[str]
    previous_sha256: Mapped[str]
    sha256: Mapped[str]

    __table_args__ = (Index("ix_audit_event_seen_owner_ids", "seen_owner_ids", postgresql_using="gin"),)
