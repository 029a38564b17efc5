"""Microwave and other links between sites, their licensed paths, and the systems they carry."""

import uuid

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    azimuth_check,
    frequency_check,
    frequency_hz,
    one_of,
    parent,
    reference_id,
    reference_owner,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import BACKHAUL_KIND, LINK_DIVERSITY, POLARIZATION


class BackhaulLink(OwnedRow, Base):
    """A link between two sites, once, whatever its direction in the source."""

    __tablename__ = "backhaul_link"

    name: Mapped[str]
    kind: Mapped[str | None]
    site_a_owner_id: Mapped[uuid.UUID]
    site_a_id: Mapped[uuid.UUID] = mapped_column(index=True)
    site_b_owner_id: Mapped[uuid.UUID]
    site_b_id: Mapped[uuid.UUID] = mapped_column(index=True)
    designation: Mapped[str] = mapped_column(
        String, default="", server_default="", comment="tells parallel links apart"
    )
    call_sign_a: Mapped[str | None]
    call_sign_b: Mapped[str | None]
    a_to_b_freq_hz: Mapped[int | None] = frequency_hz()
    b_to_a_freq_hz: Mapped[int | None] = frequency_hz()
    polarization: Mapped[str | None]
    capacity_mbps: Mapped[float | None]
    modulation: Mapped[str | None]
    availability_target_percent: Mapped[float | None]
    protection: Mapped[str | None] = mapped_column(comment="none, 1+1, hot standby, ring")
    diversity: Mapped[str | None]
    alternate_link_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    alternate_link_id: Mapped[uuid.UUID | None] = reference_id()
    provider: Mapped[str | None]
    path_length_m: Mapped[float | None] = mapped_column(comment="geodesic, GRS80, computed from the sites")

    own_constraints = (
        one_of("kind", BACKHAUL_KIND),
        one_of("polarization", POLARIZATION),
        one_of("diversity", LINK_DIVERSITY),
        whole_reference("alternate_link"),
        CheckConstraint("alternate_link_id <> id", name="replaced_by_another"),
        frequency_check("a_to_b_freq_hz"),
        frequency_check("b_to_a_freq_hz"),
        within("capacity_mbps", 0, 10000000),
        within("availability_target_percent", 0, 100),
        CheckConstraint("site_a_id <> site_b_id", name="joins_two"),
        unique_while_in_use(
            "backhaul_link", "least(site_a_id, site_b_id)", "greatest(site_a_id, site_b_id)", "designation"
        ),
    )


class MicrowavePath(OwnedRow, Base):
    """One direction of a licensed microwave path segment, as filed and as computed."""

    __tablename__ = "microwave_path"

    backhaul_link_id: Mapped[uuid.UUID | None] = mapped_column(
        index=True, comment="NULL where transmitter and receiver end are the same place"
    )
    call_sign: Mapped[str]
    path_number: Mapped[int]
    segment_number: Mapped[int] = mapped_column(default=1, server_default="1")
    tx_station_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    tx_site_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    tx_site_id: Mapped[uuid.UUID | None] = reference_id()
    rx_site_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    rx_site_id: Mapped[uuid.UUID | None] = reference_id()
    receiver_call_sign: Mapped[str | None]
    passive_repeater: Mapped[bool | None]
    filed_segment_length_m: Mapped[float | None]
    filed_azimuth_deg: Mapped[float | None] = mapped_column(comment="as filed; NULL where the filing holds a sentinel")
    path_length_m: Mapped[float | None] = mapped_column(comment="geodesic, GRS80")
    azimuth_deg: Mapped[float | None] = mapped_column(comment="geodesic, from true north at the transmitter")

    own_constraints = (
        parent("backhaul_link", "backhaul_link_id"),
        parent("station", "tx_station_id"),
        azimuth_check("filed_azimuth_deg"),
        azimuth_check("azimuth_deg"),
        within("path_length_m", 0, 1000000),
        unique_while_in_use("microwave_path", "call_sign", "path_number", "segment_number"),
    )


class LinkCarriesSystem(OwnedRow, Base):
    """A radio system whose traffic goes over a link."""

    __tablename__ = "link_carries_system"

    backhaul_link_id: Mapped[uuid.UUID]
    radio_system_owner_id: Mapped[uuid.UUID]
    radio_system_id: Mapped[uuid.UUID] = mapped_column(index=True)

    own_constraints = (
        parent("backhaul_link", "backhaul_link_id"),
        unique_while_in_use("link_carries_system", "backhaul_link_id", "radio_system_id"),
    )
