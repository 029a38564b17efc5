"""The owner tree: nation, state or territory, county or urban area or tribe or region, agency; and the public."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, one_of
from casm.inventory.choices import OWNER_KIND


class Owner(Base):
    """A jurisdiction or agency that owns rows and decides who sees them; a node of the tree."""

    __tablename__ = "owner"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("owner.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    code: Mapped[str] = mapped_column(String, unique=True, comment="path in the tree, as us.tn.campbell")
    fips: Mapped[str | None] = mapped_column(String, comment="state (2) or county (5) FIPS code")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("owner.id"), comment="the owner that has its rows now; it stays as a name that the audit refers to"
    )

    # A new owner is not yet in its maker's subtree when INSERT ... RETURNING would read it back.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012
    __table_args__ = (
        one_of("kind", OWNER_KIND),
        CheckConstraint("(parent_id IS NULL) = (kind IN ('nation', 'public'))", name="rooted"),
        CheckConstraint("code ~ '^[a-z0-9_-]+([.][a-z0-9_-]+)*$'", name="code_well_formed"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
    )


class OwnerClosure(Base):
    """Each owner with each of its ancestors and itself, kept by a trigger: a subtree in one index lookup."""

    __tablename__ = "owner_closure"

    ancestor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), primary_key=True)
    descendant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), primary_key=True, index=True)
