"""Alerts and warnings: who may send them to the public, by which channels."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    all_of,
    reference_id,
    reference_owner,
    text_list,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import ALERT_CHANNEL


class AlertOriginator(OwnedRow, Base):
    """A body that alerts the public: its IPAWS group, channels, software, trained people, and last test."""

    __tablename__ = "alert_originator"

    name: Mapped[str]
    agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    agency_id: Mapped[uuid.UUID | None] = reference_id()
    jurisdiction_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    jurisdiction_id: Mapped[uuid.UUID | None] = reference_id()
    cog_number: Mapped[str | None] = mapped_column(String, comment="IPAWS collaborative operating group (COG) ID")
    alert_channels: Mapped[list[str] | None] = text_list()
    software: Mapped[str | None]
    trained_originator_count: Mapped[int | None]
    last_tested_on: Mapped[date | None]
    authority_expires_on: Mapped[date | None] = mapped_column(comment="memorandum with FEMA on the use of IPAWS")

    own_constraints = (
        all_of("alert_channels", ALERT_CHANNEL),
        whole_reference("agency"),
        whole_reference("jurisdiction"),
        CheckConstraint("cog_number ~ '^[0-9]{1,6}$'", name="cog_number_a_number"),
        within("trained_originator_count", 0, 100000),
        unique_while_in_use("alert_originator", "name"),
    )
