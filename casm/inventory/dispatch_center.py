"""Dispatch centers (PSAPs): where calls for help are answered, and whom each dispatches and exchanges with."""

import uuid

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    multipolygon,
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
from casm.inventory.choices import NG911_STAGE, PEER_EXCHANGE, PSAP_KIND


class DispatchCenter(OwnedRow, Base):
    """A public-safety answering point or dispatch center, what it works with, and its stage of NG9-1-1."""

    __tablename__ = "dispatch_center"

    name: Mapped[str]
    fcc_psap_id: Mapped[str | None] = mapped_column(String, comment="number in the FCC's PSAP registry")
    kind: Mapped[str | None]
    agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    agency_id: Mapped[uuid.UUID | None] = reference_id()
    county_fips: Mapped[str | None]
    state_code: Mapped[str | None]
    address: Mapped[str | None]
    position = point()
    service_area = multipolygon()
    service_area_source: Mapped[str | None] = mapped_column(String, comment="drawn, or the jurisdiction it equals")
    console_position_count: Mapped[int | None]
    console_vendor: Mapped[str | None]
    patch_capable: Mapped[bool | None] = mapped_column(comment="its consoles can join nets")
    cad_vendor: Mapped[str | None]
    eido_capable: Mapped[bool | None] = mapped_column(comment="exchanges incidents as EIDO (NENA-STA-024)")
    ng911_stage: Mapped[str | None]
    esinet_provider: Mapped[str | None]
    backup_center_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    backup_center_id: Mapped[uuid.UUID | None] = reference_id()

    own_geometries = ("position", "service_area")
    own_constraints = (
        CheckConstraint("fcc_psap_id ~ '^[0-9]{1,6}$'", name="fcc_psap_id_a_number"),
        CheckConstraint("county_fips ~ '^[0-9]{5}$'", name="county_fips_five_digits"),
        one_of("kind", PSAP_KIND),
        one_of("ng911_stage", NG911_STAGE),
        on_earth("position"),
        whole_reference("agency"),
        whole_reference("backup_center"),
        CheckConstraint("backup_center_id <> id", name="backed_up_by_another"),
        within("console_position_count", 0, 10000),
        unique_while_in_use("dispatch_center", "name"),
    )


class DispatchCenterPeer(OwnedRow, Base):
    """A center that this one's computer-aided dispatch exchanges incidents with; it may belong to another owner."""

    __tablename__ = "dispatch_center_peer"

    dispatch_center_id: Mapped[uuid.UUID]
    peer_center_owner_id: Mapped[uuid.UUID]
    peer_center_id: Mapped[uuid.UUID] = mapped_column(index=True)
    exchange: Mapped[str | None]

    own_constraints = (
        parent("dispatch_center", "dispatch_center_id"),
        one_of("exchange", PEER_EXCHANGE),
        CheckConstraint("dispatch_center_id <> peer_center_id", name="joins_two"),
        unique_while_in_use("dispatch_center_peer", "dispatch_center_id", "peer_center_id"),
    )


class DispatchCenterAgency(OwnedRow, Base):
    """An agency that a center dispatches; it may belong to another owner."""

    __tablename__ = "dispatch_center_agency"

    dispatch_center_id: Mapped[uuid.UUID]
    agency_owner_id: Mapped[uuid.UUID]
    agency_id: Mapped[uuid.UUID] = mapped_column(index=True)

    own_constraints = (
        parent("dispatch_center", "dispatch_center_id"),
        unique_while_in_use("dispatch_center_agency", "dispatch_center_id", "agency_id"),
    )
