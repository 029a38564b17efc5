"""All that interoperability rests on, read once on behalf of a viewer and frozen."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.assessments import interop_coverage, interop_radios, interop_resources, interop_terms
from casm.assessments.coverage_inputs import StationInput, read_station_inputs
from casm.assessments.coverage_study import LossStore
from casm.inventory.agency import Agency
from casm.inventory.channel import Channel
from geo.coverage.grid import Grid
from geo.coverage.subscriber import SubscriberProfile
from geo.interop.authority import Authorities
from geo.interop.freshness import Freshness
from geo.interop.place import Place, default_place
from geo.interop.radio import Fleet
from geo.interop.resource import Resource, Talkgroup
from geo.interop.side_coverage import CoverageBook
from geo.interop.world import World

# Reference data holds until a newer edition is installed; nobody verifies it row by row.
NEVER_DUE = {interop_resources.NATIONAL_CHANNEL: None, interop_resources.UNAVAILABLE: None}
# Cells of the grid that places are laid on where no terrain is at hand; one takes about a kilometre.
COARSE_CELL_DEG = 0.01
MOST_COARSE_CELLS = 250_000

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, eq=False)
class InteropInputs:
    """The visible inventory as interoperability takes it; coverage is still to be added.

    service_areas: EPSG:4326 by agency id. restrictions: area of use by channel id. stations: by id, for the
    owners and rows that stand behind a station's coverage. coverage_notes: what coverage says of itself.
    """

    world: World
    service_areas: Mapping[str, BaseGeometry]
    restrictions: Mapping[str, BaseGeometry]
    stations: tuple[StationInput, ...]
    profiles: Mapping[str, SubscriberProfile]
    coverage_notes: tuple[str, ...] = ()

    def place_of(self, *agency_ids: str) -> Place:
        """The place of agencies for whom none is stated."""
        names = {agency.id: agency.name for agency in self.world.agencies}
        return default_place([(names[one], self.service_areas.get(one)) for one in agency_ids])


def read_inputs(session: Session, *, as_of: date, due_months: Mapping[str, int | None] | None = None) -> InteropInputs:
    """Read everything the session's viewer may see, for the day asked for.

    due_months: after how many months a class of record is due again, where not the default 12.
    """
    freshness = Freshness(as_of, {**NEVER_DUE, **(due_months or {})})
    stations = tuple(station for station in read_station_inputs(session) if station.land_mobile)
    encryption = interop_resources.read_encryption(session)
    talkgroups = interop_resources.read_talkgroups(session, encryption)
    channels = interop_resources.read_channels(session, encryption, stations)
    resources = interop_radios.programmable(session, [*talkgroups, *channels])
    radios = interop_radios.read_radios(session, resources)
    gateways = interop_radios.read_gateways(session, resources)
    areas = dict(_areas(session))
    world = World(
        interop_terms.read_agencies(session),
        radios.fleets,
        interop_resources.read_systems(session, stations),
        (*talkgroups, *resources.talkgroups.values()),
        (*channels, *resources.channels.values()),
        CoverageBook(coarse_grid(list(areas.values()))),
        freshness,
        gateways,
        radios.caches,
        interop_terms.read_agreements(session),
        interop_terms.read_licences(session),
    )
    return InteropInputs(world, areas, dict(_restrictions(session)), stations, radios.profiles)


def with_coverage(inputs: InteropInputs, store: LossStore | None, progress: Progress | None = None) -> InteropInputs:
    """The inputs with coverage computed over the study's terrain; without a study all coverage stays unknown."""
    world = inputs.world
    carriers = interop_coverage.stations_by_carrier(inputs.stations, world.channels)
    if store is None:
        book = CoverageBook(world.coverage.grid)
    else:
        systems = {system.id: system for system in world.systems}
        every: list[Resource] = [*world.talkgroups, *world.channels]
        resources = {item.id: item for item in every}
        authorities = Authorities(world.agreements, world.licences, systems, world.freshness)
        wanted = interop_coverage.wanted_by(all_fleets(world), resources, systems, carriers, world.freshness)
        ports = {
            resource.system_id if isinstance(resource, Talkgroup) else resource.id
            for gateway in world.gateways
            for port in gateway.ports
            if port.connection == "radio" and (resource := resources.get(port.resource_id or "")) is not None
        }
        direct = interop_coverage.direct_entries(store, all_fleets(world), resources, inputs.profiles)
        book = interop_coverage.coverage_book(
            store, carriers, inputs.profiles, wanted, ports, authorities, world.freshness, direct, progress
        )
    cells = {channel: inside(area, book.grid) for channel, area in inputs.restrictions.items()}
    notes = ("no coverage was computed: no terrain is at hand",) if store is None else store.study.notes()
    return replace(inputs, world=replace(world, coverage=book, areas=cells), coverage_notes=notes)


def all_fleets(world: World) -> Iterator[Fleet]:
    """Every fleet, of agencies and of caches."""
    for fleets in world.fleets.values():
        yield from fleets
    for cache in world.caches:
        yield from cache.fleets


def inside(area: BaseGeometry, grid: Grid) -> np.ndarray:
    """The cells whose centre lies in an area, boolean (rows, cols)."""
    lons, lats = np.meshgrid(grid.lons_deg(), grid.lats_deg())
    shapely.prepare(area)
    return shapely.contains_xy(area, lons, lats)


def coarse_grid(areas: list[BaseGeometry]) -> Grid:
    """A grid over all areas, for answers that no coverage is at hand for."""
    if not areas:
        return Grid(-180.0, 90.0, 1.0, 1, 1)
    west, south, east, north = shapely.total_bounds(np.array(areas))
    cell_deg = COARSE_CELL_DEG
    while (east - west) * (north - south) / cell_deg**2 > MOST_COARSE_CELLS:
        cell_deg *= 2.0
    return Grid.covering((float(west), float(south), float(east), float(north)), cell_deg)


def inputs_by_id(inputs: InteropInputs) -> dict[str, Any]:
    """Every frozen input by its record's id, for tracing and hashing what an answer rests on."""
    world = inputs.world
    found: dict[str, Any] = {}
    items: tuple[Any, ...] = (
        *world.agencies, *world.systems, *world.talkgroups, *world.channels, *world.gateways, *world.caches,
        *world.agreements, *world.licences, *all_fleets(world),
    )  # fmt: skip
    for item in items:
        found[item.record.id] = item
    for entry_key, entry in world.coverage.entries.items():
        found["|".join(entry_key)] = getattr(entry, "content_id", "")
    return found


def canonical(value: Any) -> Any:
    """A frozen input as plain JSON values in one fixed order, so that equal inputs hash alike on every run."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: canonical(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, frozenset | set):
        return sorted((canonical(item) for item in value), key=repr)
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in sorted(value.items(), key=lambda item: str(item[0]))}
    if isinstance(value, date | uuid.UUID):
        return str(value)
    return value


def _areas(session: Session) -> Iterator[tuple[str, BaseGeometry]]:
    statement = select(Agency.id, Agency.service_area).where(
        Agency.status.in_(interop_terms.IN_SERVICE), Agency.service_area.is_not(None)
    )
    for agency_id, area in session.execute(statement):
        yield str(agency_id), to_shape(area)


def _restrictions(session: Session) -> Iterator[tuple[str, BaseGeometry]]:
    statement = select(Channel.id, Channel.restricted_to).where(
        Channel.status.in_(interop_terms.IN_SERVICE), Channel.restricted_to.is_not(None)
    )
    for channel_id, area in session.execute(statement):
        yield str(channel_id), to_shape(area)
