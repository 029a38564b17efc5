"""Gateways and console patches, and what each of their ports is attached to."""

import uuid

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    all_of,
    on_earth,
    one_of,
    parent,
    point,
    reference_id,
    reference_owner,
    text_list,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import BAND, GATEWAY_KIND, PORT_CONNECTION


class Gateway(OwnedRow, Base):
    """A device or console that joins two or more nets."""

    __tablename__ = "gateway"

    name: Mapped[str]
    kind: Mapped[str | None]
    make: Mapped[str | None]
    model: Mapped[str | None]
    agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    agency_id: Mapped[uuid.UUID | None] = reference_id()
    site_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    site_id: Mapped[uuid.UUID | None] = reference_id()
    position = point()
    bands: Mapped[list[str] | None] = text_list()
    simultaneous_patches: Mapped[int | None] = mapped_column(comment="nets it can keep joined at one time")
    patches_in_use: Mapped[int | None] = mapped_column(comment="of these, taken by standing patches")
    activation_minutes: Mapped[int | None]
    staffing: Mapped[str | None]
    activation_steps: Mapped[str | None]

    own_geometries = ("position",)
    own_constraints = (
        on_earth("position"),
        one_of("kind", GATEWAY_KIND),
        all_of("bands", BAND),
        whole_reference("agency"),
        whole_reference("site"),
        within("simultaneous_patches", 0, 10000),
        within("patches_in_use", 0, 10000),
        within("activation_minutes", 0, 100000),
        unique_while_in_use("gateway", "name"),
    )


class GatewayPort(OwnedRow, Base):
    """A port of a gateway: the channel or talkgroup on it, reached by wire or by a radio of the gateway's own."""

    __tablename__ = "gateway_port"

    gateway_id: Mapped[uuid.UUID]
    port_number: Mapped[int]
    connection: Mapped[str | None]
    channel_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    channel_id: Mapped[uuid.UUID | None] = reference_id()
    talkgroup_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    talkgroup_id: Mapped[uuid.UUID | None] = reference_id()

    own_constraints = (
        parent("gateway", "gateway_id"),
        one_of("connection", PORT_CONNECTION),
        whole_reference("channel"),
        whole_reference("talkgroup"),
        CheckConstraint("num_nonnulls(channel_id, talkgroup_id) <= 1", name="one_resource"),
        within("port_number", 1, 1000),
        unique_while_in_use("gateway_port", "gateway_id", "port_number"),
    )
