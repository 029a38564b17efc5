"""What an owner shows to another owner or to a person, until when."""

import uuid
from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base
from casm.sharing.shared_part_columns import SharedPartColumns, shared_part_checks


class SharingGrant(SharedPartColumns, Base):
    """One owner's subtree, or part of it, shown to the members of an owner's subtree or to one account."""

    __tablename__ = "sharing_grant"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    recipient_owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("owner.id"), index=True)
    recipient_account_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    recipient_email: Mapped[str | None] = mapped_column(
        comment="as the giver wrote it, in lower case; says nothing about an account"
    )
    valid_from: Mapped[datetime] = mapped_column(server_default=text("now()"))
    valid_until: Mapped[datetime]
    note: Mapped[str | None]
    granted_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    may_propose: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default="false",
        comment="whoever it shows records to may propose changes of them",
    )  # fmt: skip
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    __table_args__ = (
        *shared_part_checks(),
        CheckConstraint("num_nonnulls(recipient_owner_id, recipient_account_id) = 1", name="one_recipient"),
        CheckConstraint("recipient_owner_id <> owner_id", name="not_to_itself"),
        CheckConstraint("recipient_email IS NULL OR recipient_account_id IS NOT NULL", name="email_of_a_person"),
        CheckConstraint("valid_until > valid_from", name="until_after_from"),
    )
