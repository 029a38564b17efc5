"""Subscriber fleets and how they are programmed: fleet, template, slot, and the channel or talkgroup in it."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    all_of,
    one_of,
    parent,
    reference_id,
    reference_owner,
    text_list,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import BAND, FORM_FACTOR, RADIO_MODE


class Fleet(OwnedRow, Base):
    """Radios of one model and form, of an agency or of a cache, with what they can do."""

    __tablename__ = "fleet"

    name: Mapped[str]
    agency_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    radio_cache_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    form_factor: Mapped[str | None]
    radio_make: Mapped[str | None]
    radio_model: Mapped[str | None]
    radio_count: Mapped[int | None]
    bands: Mapped[list[str] | None] = text_list()
    modes: Mapped[list[str] | None] = text_list()
    tdma_capable: Mapped[bool | None]
    channel_capacity: Mapped[int | None]
    tx_output_w: Mapped[float | None]
    antenna_gain_dbi: Mapped[float | None]
    antenna_height_agl_m: Mapped[float | None]
    receiver_sensitivity_dbm: Mapped[float | None]
    end_of_life_on: Mapped[date | None] = mapped_column(comment="when the maker ends support")

    own_constraints = (
        parent("agency", "agency_id"),
        parent("radio_cache", "radio_cache_id"),
        CheckConstraint("num_nonnulls(agency_id, radio_cache_id) = 1", name="of_agency_or_cache"),
        one_of("form_factor", FORM_FACTOR),
        all_of("bands", BAND),
        all_of("modes", RADIO_MODE),
        within("radio_count", 0, 1000000),
        within("channel_capacity", 1, 100000),
        within("tx_output_w", 0, 200),
        within("antenna_gain_dbi", -30, 20),
        within("antenna_height_agl_m", 0, 20000),
        within("receiver_sensitivity_dbm", -140, 0),
        unique_while_in_use("fleet", "name"),
    )


class Template(OwnedRow, Base):
    """A programming template (code plug) loaded into radios of a fleet."""

    __tablename__ = "template"

    fleet_id: Mapped[uuid.UUID]
    name: Mapped[str]
    load_version: Mapped[str | None]
    programmed_radio_count: Mapped[int | None]
    programmed_on: Mapped[date | None]

    own_constraints = (
        parent("fleet", "fleet_id"),
        within("programmed_radio_count", 0, 1000000),
        unique_while_in_use("template", "fleet_id", "name"),
    )


class TemplateSlot(OwnedRow, Base):
    """One position of a template and the channel or talkgroup programmed there."""

    __tablename__ = "template_slot"

    template_id: Mapped[uuid.UUID]
    zone: Mapped[str] = mapped_column(String, default="1", server_default="1")
    position: Mapped[int]
    label: Mapped[str | None] = mapped_column(comment="what the radio's display shows")
    channel_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    channel_id: Mapped[uuid.UUID | None] = reference_id()
    talkgroup_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    talkgroup_id: Mapped[uuid.UUID | None] = reference_id()
    receive_only: Mapped[bool] = mapped_column(default=False, server_default="false")

    own_constraints = (
        parent("template", "template_id"),
        whole_reference("channel"),
        whole_reference("talkgroup"),
        CheckConstraint("num_nonnulls(channel_id, talkgroup_id) = 1", name="channel_or_talkgroup"),
        within("position", 1, 10000),
        unique_while_in_use("template_slot", "template_id", "zone", "position"),
    )
