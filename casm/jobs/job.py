"""Jobs: long work, how far it is, and where to resume it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, one_of
from casm.inventory.choices import JOB_STATE


class Job(Base):
    """A piece of long work with its progress; a stale heartbeat means its program died."""

    __tablename__ = "job"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    requested_by: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    resume_from: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    steps_done: Mapped[int] = mapped_column(default=0, server_default="0")
    steps_total: Mapped[int | None]
    message: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("state", JOB_STATE),
        CheckConstraint(
            "steps_done >= 0 AND (steps_total IS NULL OR steps_done <= steps_total)", name="steps_in_range"
        ),
    )
