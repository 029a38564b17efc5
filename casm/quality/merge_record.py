"""A merge of two records as it is stored: which rows it changed, so that it can be undone as a whole."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base


class RecordMerge(Base):
    """One record merged into another. moves: rows that were changed, in order; their values are in the history."""

    __tablename__ = "record_merge"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"))
    asset_class: Mapped[str]
    field_class: Mapped[str]
    record_class: Mapped[str]
    kept_id: Mapped[uuid.UUID] = mapped_column(index=True)
    merged_owner_id: Mapped[uuid.UUID]
    merged_id: Mapped[uuid.UUID] = mapped_column(index=True)
    moves: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, comment="rows changed: table, id, versions before and after, columns; the values are in the history"
    )
    merged_by: Mapped[str]
    merged_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kept_id <> merged_id", name="joins_two"),
        CheckConstraint("num_nonnulls(undone_by, undone_at) IN (0, 2)", name="undone_whole"),
    )
