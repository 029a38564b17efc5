"""Layers of what is built: sites, stations, links."""

from collections.abc import Iterator
from typing import Any

from shapely.geometry import LineString
from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from casm.exchange.feature import Feature, feature_of, json_value, other_side, shape_of, stream
from casm.inventory.backhaul import BackhaulLink, LinkCarriesSystem
from casm.inventory.channel import Channel
from casm.inventory.owner import Owner
from casm.inventory.radio_system import RadioSystem
from casm.inventory.sensitive import SiteSensitive
from casm.inventory.site import Site
from casm.inventory.station import Station, StationFrequency
from casm.sharing.sight import read_sight

SITE_COLUMNS = (
    "name", "aliases", "source_datum", "position_accuracy_m", "position_source", "county_fips", "state_code",
    "address", "asr_number", "structure_type", "ground_elevation_amsl_m", "structure_height_agl_m",
    "overall_height_agl_m", "overall_height_amsl_m", "structure_owner", "structure_owner_frn", "faa_study_number",
    "painting_lighting", "shelter", "last_inspected_on",
)  # fmt: skip
# Left out on purpose: access notes, which tell how to get in.
SENSITIVE_SITE_COLUMNS = ("grid_power", "generator_kw", "generator_fuel_hours", "battery_hours", "lease_end_on")
STATION_COLUMNS = (
    "name", "call_sign", "station_class", "rfss_id", "p25_site_id", "nac", "licence_location_number",
    "licence_antenna_number", "antenna_make", "antenna_model", "antenna_pattern", "antenna_height_agl_m", "haat_m",
    "azimuth_deg", "beamwidth_deg", "antenna_gain_dbi", "antenna_gain_entered_unit", "electrical_tilt_deg",
    "polarization", "line_loss_db", "tx_output_w", "erp_w", "receiver_sensitivity_dbm", "receiver_sensitivity_method",
    "receiver_noise_figure_db", "declared_range_m",
)  # fmt: skip
FREQUENCY_COLUMNS = (
    "sequence", "station_tx_freq_hz", "station_tx_upper_freq_hz", "station_rx_freq_hz", "station_class", "tx_output_w",
    "erp_w", "eirp_dbm", "emission_designators", "control_channel",
)  # fmt: skip
# Left out on purpose: the provider's circuit number and its TSP code.
LINK_COLUMNS = (
    "name", "kind", "designation", "call_sign_a", "call_sign_b", "a_to_b_freq_hz", "b_to_a_freq_hz", "polarization",
    "capacity_mbps", "modulation", "availability_target_percent", "protection", "diversity", "provider",
    "path_length_m",
)  # fmt: skip


def read_sites(session: Session) -> Iterator[Feature]:
    """Every site in use, as its point; with its power and lease where the viewer has the owner's sensitive fields."""
    side = aliased(SiteSensitive)
    is_side = and_(side.owner_id == Site.owner_id, side.site_id == Site.id, side.status != "retired")
    statement = (
        select(Site, Owner, side)
        .join(Owner, Owner.id == Site.owner_id)
        .outerjoin(side, is_side)
        .where(Site.status != "retired")
        .order_by(Site.name, Site.id)
    )
    sight = read_sight(session)
    for row, owner, aside in stream(session, statement):
        feature = feature_of(row, owner, SITE_COLUMNS, geometry=shape_of(row.position), aside=aside)
        if aside is not None or sight.shows(row.owner_id, "site", "sensitive"):
            # Absent for everybody else, so that nothing tells whether there is anything.
            feature.properties.update({name: json_value(getattr(aside, name, None)) for name in SENSITIVE_SITE_COLUMNS})
        yield feature


def read_stations(session: Session) -> Iterator[Feature]:
    """Every station in use, at its site's point, with its frequencies (the station's side)."""
    site, is_site = other_side(Site, Station.site_owner_id, Station.site_id)
    system, is_system = other_side(RadioSystem, Station.radio_system_owner_id, Station.radio_system_id)
    channel, is_channel = other_side(Channel, Station.channel_owner_id, Station.channel_id)
    statement = (
        select(Station, Owner, site.name, site.position, system.name, channel.name)
        .join(Owner, Owner.id == Station.owner_id)
        .outerjoin(site, is_site)
        .outerjoin(system, is_system)
        .outerjoin(channel, is_channel)
        .where(Station.status != "retired")
        .order_by(Station.name, Station.id)
    )
    for row, owner, site_name, position, system_name, channel_name in stream(session, statement):
        yield feature_of(
            row,
            owner,
            STATION_COLUMNS,
            geometry=shape_of(position),
            more={
                "site_id": None if site_name is None else str(row.site_id),
                "frequencies": station_frequencies(session, row),
            },
            references={
                "site": (row.site_id, site_name),
                "radio_system": (row.radio_system_id, system_name),
                "channel": (row.channel_id, channel_name),
            },
        )


def station_frequencies(session: Session, station: Station) -> list[dict[str, Any]]:
    """A station's frequencies in their order, each with its licensed figures."""
    rows = session.scalars(
        select(StationFrequency)
        .where(
            StationFrequency.owner_id == station.owner_id,
            StationFrequency.station_id == station.id,
            StationFrequency.status != "retired",
        )
        .order_by(StationFrequency.sequence, StationFrequency.id)
    )
    return [{name: json_value(getattr(row, name)) for name in FREQUENCY_COLUMNS} for row in rows]


def read_links(session: Session) -> Iterator[Feature]:
    """Every link in use, once, as the line between its sites; without both sites it has no geometry."""
    site_a, is_a = other_side(Site, BackhaulLink.site_a_owner_id, BackhaulLink.site_a_id)
    site_b, is_b = other_side(Site, BackhaulLink.site_b_owner_id, BackhaulLink.site_b_id)
    statement = (
        select(BackhaulLink, Owner, site_a.name, site_a.position, site_b.name, site_b.position)
        .join(Owner, Owner.id == BackhaulLink.owner_id)
        .outerjoin(site_a, is_a)
        .outerjoin(site_b, is_b)
        .where(BackhaulLink.status != "retired")
        .order_by(BackhaulLink.name, BackhaulLink.id)
    )
    for row, owner, name_a, position_a, name_b, position_b in stream(session, statement):
        systems, hidden = carried_systems(session, row)
        feature = feature_of(
            row,
            owner,
            LINK_COLUMNS,
            geometry=link_line(position_a, position_b),
            more={"carries_systems": systems},
            references={"site_a": (row.site_a_id, name_a), "site_b": (row.site_b_id, name_b)},
        )
        if hidden:
            feature.properties.setdefault("unavailable", []).append("carries_systems")
        yield feature


def link_line(position_a: Any, position_b: Any) -> LineString | None:
    """The straight line between two sites' positions, None where one is not known."""
    a, b = shape_of(position_a), shape_of(position_b)
    if a is None or b is None or a.equals(b):
        return None
    return LineString([a, b])


def carried_systems(session: Session, link: BackhaulLink) -> tuple[list[str | None], bool]:
    """Names of the systems a link carries (None for one that cannot be seen), and whether one cannot."""
    system, is_system = other_side(
        RadioSystem, LinkCarriesSystem.radio_system_owner_id, LinkCarriesSystem.radio_system_id
    )
    names = session.scalars(
        select(system.name)
        .select_from(LinkCarriesSystem)
        .outerjoin(system, is_system)
        .where(
            LinkCarriesSystem.owner_id == link.owner_id,
            LinkCarriesSystem.backhaul_link_id == link.id,
            LinkCarriesSystem.status != "retired",
        )
        .order_by(system.name.nulls_last())
    ).all()
    return list(names), None in names
