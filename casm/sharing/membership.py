"""Who belongs where: role × owner subtree × asset class × field class."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, all_of, one_of
from casm.sharing.asset_class import ASSET_CLASSES
from casm.sharing.role import ROLES
from casm.sharing.viewer import FIELD_CLASSES


class Membership(Base):
    """An account's role at an owner; it holds for the owner's whole subtree until it is ended."""

    __tablename__ = "membership"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    account_id: Mapped[uuid.UUID]
    role: Mapped[str]
    asset_classes: Mapped[list[str] | None] = mapped_column(ARRAY(String), comment="NULL: every class")
    field_classes: Mapped[list[str]] = mapped_column(ARRAY(String))
    granted_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    __table_args__ = (
        one_of("role", tuple(ROLES)),
        all_of("field_classes", FIELD_CLASSES),
        all_of("asset_classes", ASSET_CLASSES),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        Index(
            "uq_membership_account_id_owner_id_role", "account_id", "owner_id", "role", unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip
