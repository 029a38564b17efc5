"""Communications-unit personnel: who is recognised for which position, until when, and how to reach them."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    on_earth,
    one_of,
    parent,
    point,
    reference_id,
    reference_owner,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import COMU_POSITION, DEPLOYABLE, TASK_BOOK_STATUS


class CommUnitMember(OwnedRow, Base):
    """A person of the communications unit: agency, reach, and the place the person starts from."""

    __tablename__ = "comm_unit_member"

    name: Mapped[str]
    agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    agency_id: Mapped[uuid.UUID | None] = reference_id()
    deployable: Mapped[str | None] = mapped_column(comment="how far: county, state, or other states under EMAC")
    # The dwelling is nobody's business but the person's own: it has no column, and the form says so.
    position = point()

    own_geometries = ("position",)
    own_constraints = (
        one_of("deployable", DEPLOYABLE),
        on_earth("position"),
        whole_reference("agency"),
        unique_while_in_use("comm_unit_member", "name"),
    )


class CommUnitMemberContact(OwnedRow, Base):
    """How to reach the person; a table of its own, since row security hides rows, not columns."""

    __tablename__ = "comm_unit_member_contact"

    comm_unit_member_id: Mapped[uuid.UUID]
    phone: Mapped[str | None]
    mobile: Mapped[str | None]
    email: Mapped[str | None]

    own_constraints = (
        parent("comm_unit_member", "comm_unit_member_id"),
        unique_while_in_use("comm_unit_member_contact", "comm_unit_member_id"),
    )


class CommUnitQualification(OwnedRow, Base):
    """One position that a person is trained or recognised for, with its task book and its term."""

    __tablename__ = "comm_unit_qualification"

    comm_unit_member_id: Mapped[uuid.UUID]
    unit_position: Mapped[str]
    nims_type: Mapped[int | None] = mapped_column(comment="NIMS type, 1 the most capable")
    task_book_status: Mapped[str | None]
    recognized_on: Mapped[date | None] = mapped_column(comment="by the state")
    expires_on: Mapped[date | None]

    own_constraints = (
        parent("comm_unit_member", "comm_unit_member_id"),
        one_of("unit_position", COMU_POSITION),
        one_of("task_book_status", TASK_BOOK_STATUS),
        within("nims_type", 1, 5),
        CheckConstraint("expires_on >= recognized_on", name="ends_after_start"),
        unique_while_in_use("comm_unit_qualification", "comm_unit_member_id", "unit_position"),
    )
