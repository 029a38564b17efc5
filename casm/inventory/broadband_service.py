"""Broadband data and priority services: what an agency subscribes to; codes of priority circuits stand apart."""

import uuid

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    one_of,
    parent,
    reference_id,
    reference_owner,
    text_list,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import BROADBAND_KIND


class BroadbandService(OwnedRow, Base):
    """A carrier's service of an agency: devices, mission-critical push-to-talk, and priority subscriptions.

    WPS, GETS and TSP are the priority services for mobile calls, landline calls and circuits.
    """

    __tablename__ = "broadband_service"

    name: Mapped[str]
    agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    agency_id: Mapped[uuid.UUID | None] = reference_id()
    carrier: Mapped[str | None]
    kind: Mapped[str | None]
    device_count: Mapped[int | None]
    mcptt_app: Mapped[str | None] = mapped_column(comment="mission-critical push-to-talk application")
    wps_subscription_count: Mapped[int | None] = mapped_column(comment="Wireless Priority Service")
    gets_card_count: Mapped[int | None] = mapped_column(comment="Government Emergency Telecommunications Service")
    tsp_circuit_count: Mapped[int | None] = mapped_column(comment="Telecommunications Service Priority")

    own_constraints = (
        one_of("kind", BROADBAND_KIND),
        whole_reference("agency"),
        within("device_count", 0, 1000000),
        within("wps_subscription_count", 0, 1000000),
        within("gets_card_count", 0, 1000000),
        within("tsp_circuit_count", 0, 100000),
        unique_while_in_use("broadband_service", "name"),
    )


class BroadbandServiceSensitive(OwnedRow, Base):
    """Codes of the circuits that are restored first: whoever knows them knows what to cut."""

    __tablename__ = "broadband_service_sensitive"

    broadband_service_id: Mapped[uuid.UUID]
    tsp_codes: Mapped[list[str] | None] = text_list()

    own_constraints = (
        parent("broadband_service", "broadband_service_id"),
        CheckConstraint(
            "array_to_string(tsp_codes, ',') ~ '^(TSP[0-9A-Z]{6}-[0-9E][0-9](,TSP[0-9A-Z]{6}-[0-9E][0-9])*)?$'",
            name="tsp_codes_well_formed",
        ),
        unique_while_in_use("broadband_service_sensitive", "broadband_service_id"),
    )
