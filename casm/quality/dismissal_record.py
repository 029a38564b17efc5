"""A person's word on a finding, as it is stored."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base


class FindingDismissal(Base):
    """A person's word on one finding; it holds while the records that the finding rests on stay as they were."""

    __tablename__ = "finding_dismissal"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"))
    asset_class: Mapped[str]
    field_class: Mapped[str]
    record_class: Mapped[str]
    record_id: Mapped[uuid.UUID] = mapped_column(index=True)
    rule: Mapped[str]
    about: Mapped[str]
    rests_on_sha256: Mapped[str]
    because: Mapped[str]
    dismissed_by: Mapped[str]
    dismissed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    reopened_by: Mapped[str | None]
    reopened_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("length(btrim(because)) BETWEEN 1 AND 500", name="because_is_said"),
        CheckConstraint("num_nonnulls(reopened_by, reopened_at) IN (0, 2)", name="reopened_whole"),
    )
