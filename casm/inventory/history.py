"""History: what a row was before each change, written by the database itself."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base


class History(Base):
    """A row as it stood before a change; append-only, filled by a trigger on every inventory table."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    table_name: Mapped[str]
    row_id: Mapped[uuid.UUID]
    row_version: Mapped[int]
    field_class: Mapped[str]
    actor: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        Index("ix_history_row", "row_id", "row_version"),
        # What one transaction changed bears one moment.
        Index("ix_history_moment", "owner_id", "changed_at"),
    )
