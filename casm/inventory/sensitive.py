"""Sensitive fields of sites and links: access, power, leases, circuits, in tables of their own to hide whole rows."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from casm.db.columns import Base, OwnedRow, parent, unique_while_in_use, within


class SiteSensitive(OwnedRow, Base):
    """How to get in at a site, what keeps it running, and until when it is leased."""

    __tablename__ = "site_sensitive"

    site_id: Mapped[uuid.UUID]
    access_notes: Mapped[str | None]
    grid_power: Mapped[bool | None]
    generator_kw: Mapped[float | None]
    generator_fuel_hours: Mapped[float | None]
    battery_hours: Mapped[float | None]
    lease_end_on: Mapped[date | None]

    own_constraints = (
        parent("site", "site_id"),
        within("generator_kw", 0, 100000),
        within("generator_fuel_hours", 0, 10000),
        within("battery_hours", 0, 10000),
        unique_while_in_use("site_sensitive", "site_id"),
    )


class BackhaulLinkSensitive(OwnedRow, Base):
    """The provider's number of the circuit that a link runs on, and the code by which it is restored first."""

    __tablename__ = "backhaul_link_sensitive"

    backhaul_link_id: Mapped[uuid.UUID]
    circuit_id: Mapped[str | None]
    tsp_code: Mapped[str | None]

    own_constraints = (
        parent("backhaul_link", "backhaul_link_id"),
        CheckConstraint("tsp_code ~ '^TSP[0-9A-Z]{6}-[0-9E][0-9]$'", name="tsp_code_well_formed"),
        unique_while_in_use("backhaul_link_sensitive", "backhaul_link_id"),
    )
