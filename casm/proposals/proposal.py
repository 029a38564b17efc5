"""Proposals as they are kept, and the rules by which an owner wants them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import SENSITIVITY, Base, all_of, one_of
from casm.sharing.viewer import FIELD_CLASSES

ACTS = ("change", "create", "retire")
WAITING, APPLIED, DECLINED, WITHDRAWN = STATES = ("waiting", "applied", "declined", "withdrawn")


class ProposalRule(Base):
    """An owner's wish that its agency editors propose changes of a class, in its whole subtree, until it is ended."""

    __tablename__ = "proposal_rule"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    asset_class: Mapped[str | None] = mapped_column(comment="NULL: every class")
    set_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("asset_class ~ '^[a-z][a-z_]*$'", name="asset_class_well_formed"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        Index("uq_proposal_rule_owner_id_asset_class", "owner_id", "asset_class", unique=True,
              postgresql_where=text("ended_at IS NULL"), postgresql_nulls_not_distinct=True),
    )  # fmt: skip


class Proposal(Base):
    """A change, a new record or a retirement that waits for who may make it, or how it was decided.

    It is as closed as what it holds: seen by who edits such records of the owner, with every class of field in it, and
    by who proposed it while that may still be seen.
    """

    __tablename__ = "proposal"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    asset_class: Mapped[str]
    field_classes: Mapped[list[str]] = mapped_column(ARRAY(String))
    record_class: Mapped[str]
    record_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    act: Mapped[str]
    base_version: Mapped[int | None]
    title: Mapped[str]
    sensitivity: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="field → its text before and as proposed")
    given: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default=text("'{}'"), comment="reference given by id → class and id"
    )
    reason: Mapped[str | None]
    proposed_by: Mapped[str]
    account_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    state: Mapped[str] = mapped_column(String, default=WAITING, server_default=WAITING)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    word: Mapped[str | None] = mapped_column(comment="what was said when it was declined")
    applied_version: Mapped[int | None]

    __table_args__ = (
        one_of("act", ACTS),
        one_of("state", STATES),
        one_of("sensitivity", SENSITIVITY),
        all_of("field_classes", FIELD_CLASSES),
        CheckConstraint("(act = 'create') = (base_version IS NULL)", name="from_a_version"),
        CheckConstraint("(act = 'create' AND state <> 'applied') = (record_id IS NULL)", name="of_a_record"),
        CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
            name="decided_whole",
        ),
        CheckConstraint("(state = 'applied') = (applied_version IS NOT NULL)", name="applied_whole"),
    )
