"""Notices as they are kept: for whom, about what; the words of records are looked up when one is read."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, all_of
from casm.sharing.viewer import FIELD_CLASSES


class Notice(Base):
    """One thing to be told to one account; shown only while what it is about may be seen."""

    __tablename__ = "notice"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    account_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    asset_class: Mapped[str | None] = mapped_column(
        comment="NULL: about no record, so that no right to one decides"
    )
    field_classes: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{public}'"))
    subject_table: Mapped[str | None]
    subject_id: Mapped[uuid.UUID | None]
    actor: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="numbers and days alone; never the words of a record"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    read_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind ~ '^[a-z][a-z_]*$'", name="kind_well_formed"),
        all_of("field_classes", FIELD_CLASSES),
        CheckConstraint("(subject_table IS NULL) = (subject_id IS NULL)", name="subject_whole"),
        Index("ix_notice_account_id_created_at", "account_id", "created_at"),
        Index("uq_notice_account_id_kind_subject_id", "account_id", "kind", "subject_id", unique=True,
              postgresql_where=text("read_at IS NULL")),
    )  # fmt: skip
