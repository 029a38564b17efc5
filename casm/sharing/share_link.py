"""Links that show a map to whoever holds them, until they expire or are revoked."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from casm.db.columns import Base
from casm.sharing.shared_part_columns import SharedPartColumns, shared_part_checks


class ShareLink(SharedPartColumns, Base):
    """A link's scope and state; its token and password are kept as hashes that the program's role cannot read."""

    __tablename__ = "share_link"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    title: Mapped[str]
    token_sha256: Mapped[str] = deferred(mapped_column(nullable=False), raiseload=True)
    password_hash: Mapped[str | None] = deferred(mapped_column(), raiseload=True)
    expires_at: Mapped[datetime]
    view_count: Mapped[int] = mapped_column(default=0, server_default="0")
    last_viewed_at: Mapped[datetime | None]
    made_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("token_sha256"),
        *shared_part_checks(),
        CheckConstraint("token_sha256 ~ '^[0-9a-f]{64}$'", name="token_well_formed"),
        CheckConstraint("expires_at <= created_at + interval '181 days'", name="at_most_180_days"),
        CheckConstraint("view_count >= 0", name="view_count_not_negative"),
    )
