"""Individual radios by serial number, from purchase to disposal.

A serial number and a unit number together are what it takes to clone a radio, or to pass for one that was lost. So the
whole class is sensitive, as contacts are a class of their own: who may not see those has the counts of its fleet.
"""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, one_of, parent, unique_while_in_use, within
from casm.inventory.choices import FORM_FACTOR, RADIO_LIFE_CYCLE


class Radio(OwnedRow, Base):
    """One radio: its numbers, its fleet and programming, who has it, and where it is in its life."""

    __tablename__ = "radio"

    serial_number: Mapped[str]
    alias: Mapped[str | None] = mapped_column(comment="what others' displays show")
    unit_id: Mapped[int | None] = mapped_column(comment="radio ID on its system: 24 bits in P25, DMR and TETRA")
    fleet_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    template_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    form_factor: Mapped[str | None]
    radio_make: Mapped[str | None]
    radio_model: Mapped[str | None]
    property_number: Mapped[str | None] = mapped_column(String, comment="the agency's own inventory tag")
    assigned_to: Mapped[str | None]
    life_cycle: Mapped[str | None]
    purchased_on: Mapped[date | None]
    warranty_end_on: Mapped[date | None]
    end_of_life_on: Mapped[date | None] = mapped_column(comment="when its maker ends support")
    firmware_version: Mapped[str | None]
    flash_options: Mapped[str | None] = mapped_column(comment="features the radio was bought with")

    own_constraints = (
        parent("fleet", "fleet_id"),
        parent("template", "template_id"),
        one_of("form_factor", FORM_FACTOR),
        one_of("life_cycle", RADIO_LIFE_CYCLE),
        within("unit_id", 1, 0xFFFFFF),
        CheckConstraint("warranty_end_on >= purchased_on", name="warranty_after_purchase"),
        CheckConstraint("end_of_life_on >= purchased_on", name="end_after_purchase"),
        unique_while_in_use("radio", "serial_number"),
    )
