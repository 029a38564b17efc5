"""Agencies that use radios, with the area each must serve."""

import uuid

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    multipolygon,
    on_earth,
    one_of,
    point,
    reference_id,
    reference_owner,
    unique_while_in_use,
    whole_reference,
)
from casm.inventory.choices import AGENCY_LEVEL, DISCIPLINE


class Agency(OwnedRow, Base):
    """A public-safety or partner agency, its head office and its service area."""

    __tablename__ = "agency"

    name: Mapped[str]
    abbreviation: Mapped[str | None]
    level: Mapped[str | None]
    discipline: Mapped[str | None]
    jurisdiction_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    jurisdiction_id: Mapped[uuid.UUID | None] = reference_id()
    parent_agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    parent_agency_id: Mapped[uuid.UUID | None] = reference_id()
    address: Mapped[str | None]
    headquarters = point()
    service_area = multipolygon()
    service_area_source: Mapped[str | None] = mapped_column(String, comment="drawn, or the jurisdiction it equals")
    sworn_staff_count: Mapped[int | None]
    total_staff_count: Mapped[int | None]
    portable_count: Mapped[int | None]
    mobile_count: Mapped[int | None]
    control_station_count: Mapped[int | None]
    ori: Mapped[str | None] = mapped_column(String, comment="FBI originating agency identifier")
    fdid: Mapped[str | None] = mapped_column(String, comment="fire department identifier")
    nena_id: Mapped[str | None] = mapped_column(String, comment="company or agency identifier given by NENA")

    own_geometries = ("headquarters", "service_area")
    own_constraints = (
        on_earth("headquarters"),
        one_of("level", AGENCY_LEVEL),
        one_of("discipline", DISCIPLINE),
        whole_reference("jurisdiction"),
        whole_reference("parent_agency"),
        CheckConstraint(
            "least(sworn_staff_count, total_staff_count, portable_count, mobile_count, control_station_count) >= 0",
            name="counts_not_negative",
        ),
        unique_while_in_use("agency", "name"),
    )
