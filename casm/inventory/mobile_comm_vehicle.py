"""Mobile communications vehicles by their NIMS type."""

import uuid

from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    all_of,
    on_earth,
    point,
    reference_id,
    reference_owner,
    text_list,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import BAND


class MobileCommVehicle(OwnedRow, Base):
    """A mobile communications center or vehicle: what it carries, how long it runs, and how it is asked for."""

    __tablename__ = "mobile_comm_vehicle"

    name: Mapped[str]
    nims_type: Mapped[int | None] = mapped_column(comment="NIMS type of a mobile communications center, 1 the largest")
    agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    agency_id: Mapped[uuid.UUID | None] = reference_id()
    position = point()
    address: Mapped[str | None]
    bands: Mapped[list[str] | None] = text_list()
    radio_count: Mapped[int | None]
    gateway_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    gateway_id: Mapped[uuid.UUID | None] = reference_id()
    satellite: Mapped[bool | None]
    deployable_lte: Mapped[bool | None] = mapped_column(comment="brings a cell of its own, as a COW or a SatCOLT")
    mast_height_m: Mapped[float | None] = mapped_column(comment="top of the raised mast above ground")
    seat_count: Mapped[int | None] = mapped_column(comment="operator positions")
    generator_kw: Mapped[float | None]
    generator_fuel_hours: Mapped[float | None]
    driving_range_m: Mapped[float | None] = mapped_column(comment="on one tank")
    crew_count: Mapped[int | None] = mapped_column(comment="people it needs to work")
    crew_notes: Mapped[str | None]
    deploy_minutes: Mapped[int | None] = mapped_column(comment="from request to leaving its garage")
    request_number: Mapped[str | None] = mapped_column(comment="telephone by which it is asked for, day and night")

    own_geometries = ("position",)
    own_constraints = (
        all_of("bands", BAND),
        on_earth("position"),
        whole_reference("agency"),
        whole_reference("gateway"),
        within("nims_type", 1, 4),
        within("radio_count", 0, 1000),
        within("mast_height_m", 0, 100),
        within("seat_count", 0, 100),
        within("generator_kw", 0, 10000),
        within("generator_fuel_hours", 0, 10000),
        within("driving_range_m", 0, 5000000),
        within("crew_count", 0, 100),
        within("deploy_minutes", 0, 100000),
        unique_while_in_use("mobile_comm_vehicle", "name"),
    )
