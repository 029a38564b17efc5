"""Import batches and their problems: what came from which file, and what could not be taken and why."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, one_of
from casm.inventory.choices import BATCH_STATE, PROBLEM_SEVERITY
from casm.sharing.viewer import FIELD_CLASSES


class ImportBatch(Base):
    """One file taken in, or being taken in, for one owner."""

    __tablename__ = "import_batch"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    reader: Mapped[str]
    record_class: Mapped[str | None]
    state: Mapped[str]
    actor: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    rows_read: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_created: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_changed: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_unchanged: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_reported: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("state", BATCH_STATE),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name="sha256_well_formed"),
        CheckConstraint("(state = 'done') = (finished_at IS NOT NULL)", name="done_dated"),
        UniqueConstraint("owner_id", "id"),
    )


class ImportProblem(Base):
    """A row or field that was not taken as it stood: where, why, and how to mend it."""

    __tablename__ = "import_problem"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    import_batch_id: Mapped[uuid.UUID] = mapped_column(index=True)
    severity: Mapped[str]
    file_name: Mapped[str]
    row_number: Mapped[int | None]
    column_name: Mapped[str | None]
    value: Mapped[str | None]
    reason: Mapped[str]
    mend: Mapped[str]
    # A problem repeats what was in the file, so it is as closed as the rows it would have become.
    field_class: Mapped[str] = mapped_column(default="public", server_default="public")

    __table_args__ = (
        one_of("severity", PROBLEM_SEVERITY),
        one_of("field_class", FIELD_CLASSES),
        ForeignKeyConstraint(
            ["owner_id", "import_batch_id"], ["import_batch.owner_id", "import_batch.id"], ondelete="CASCADE"
        ),
    )
