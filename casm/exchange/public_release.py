"""What may be shown to anyone: a few classes, places only as cells of a fixed grid, coverage only as whole cells.

Only what is written here goes out: a class, a field or a result of which nothing stands here is not released. Left out
on purpose: stations, frequencies and call signs (public registers lead from them to the exact place), links, fleets,
encryption, contacts, access, power, gaps, needs, and who can talk to whom.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry import MultiPolygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.assessments.result import Result
from casm.exchange.feature import Feature, Layer, other_side, shape_of
from casm.exchange.layers.places import read_jurisdictions
from casm.exchange.marking import says_exercise
from casm.inventory.agency import Agency
from casm.inventory.owner import Owner
from casm.inventory.radio_system import RadioSystem
from casm.inventory.site import Site
from casm.inventory.station import Station
from casm.sharing.leaving import releasing
from geo.generalise import (
    COARSEST_LEVEL,
    FINEST_DEG,
    Cell,
    cell_of,
    connected_parts,
    covered_cells,
    crowded_cells,
)

# No cell stands for fewer places than this, and no patch of coverage for sites in fewer cells.
LEAST_PLACES = 3
IN_USE = ("active", "standby")
NAMES = uuid5(NAMESPACE_OID, "casm public release")
LICENCE = "May be shown to anyone."
ABOUT: dict[str, Any] = {
    "release": {
        "kind": "public",
        "grid": "multiples of 0.1 degree; twice as wide from 51.2, four times from 70.4 degrees of latitude",
        "finest_cell_deg": FINEST_DEG,
        "coarsest_cell_deg": FINEST_DEG * 2**COARSEST_LEVEL,
        "least_places_in_a_cell": LEAST_PLACES,
        # docs/public-release.md says how this was measured, and what it cannot promise.
        "promise": "99 of 100 sites lie 400 m or more from any point that follows from this release alone.",
    }
}


def read_public_agencies(session: Session) -> Iterator[Feature]:
    """Agencies by name and kind, without a place."""
    statement = (
        select(Agency, Owner)
        .join(Owner, Owner.id == Agency.owner_id)
        .where(Agency.status.in_(IN_USE))
        .order_by(Agency.name, Agency.id)
    )
    with releasing(session):
        for row, owner in session.execute(statement):
            told = {"name": row.name, "level": row.level, "discipline": row.discipline}
            yield public_feature(str(row.id), None, told, owner.code, exercise=of_exercise(row, owner))


def read_public_sites(session: Session) -> Iterator[Feature]:
    """Cells with how many sites each stands for; sites that no cell has company for are left out."""
    cells, exercise, codes = generalised_sites(session)
    for cell in sorted(cells):
        count = len(cells[cell])
        told = {"site_count": count, "position_accuracy_m": math.ceil(cell.radius_m), "cell_deg": cell.high_deg}
        centre = shapely.Point(cell.centre)
        yield public_feature(f"site {cell}", centre, told, *sorted(codes[cell]), exercise=exercise[cell])


def read_public_coverage(session: Session) -> Iterator[Feature]:
    """Where each radio system reaches, in whole cells: all kinds of subscriber together, patches of sites far apart."""
    with releasing(session):
        sites = system_sites(session)
        for system, owner, area, exercise in system_areas(session):
            cells = safe_cells(covered_cells(area), sites.get(system.id, []))
            if cells:
                outline = shapely.union_all([cell.polygon for cell in cells])
                told = {
                    "radio_system": system.name,
                    "technology": system.technology,
                    "position_accuracy_m": math.ceil(max(cell.radius_m for cell in cells)),
                }
                yield public_feature(str(system.id), as_areas(outline), told, owner.code, exercise=exercise)


def generalised_sites(
    session: Session,
) -> tuple[dict[Cell, list[UUID]], dict[Cell, bool], dict[Cell, set[str]]]:
    """Cells with the sites they stand for, whether any is of an exercise, and whose they are."""
    statement = (
        select(Site, Owner)
        .join(Owner, Owner.id == Site.owner_id)
        .where(Site.status.in_(IN_USE), Site.position.is_not(None))
        .order_by(Site.id)
    )
    with releasing(session):
        rows = {row.id: (row, owner) for row, owner in session.execute(statement)}
    points = {row_id: to_shape(row.position) for row_id, (row, _) in rows.items()}
    cells, _alone = crowded_cells({row_id: (p.x, p.y) for row_id, p in points.items()}, least_count=LEAST_PLACES)
    exercise = {cell: any(of_exercise(*rows[row_id]) for row_id in ids) for cell, ids in cells.items()}
    return cells, exercise, {cell: {rows[row_id][1].code for row_id in ids} for cell, ids in cells.items()}


def system_sites(session: Session) -> dict[UUID, list[shapely.Point]]:
    """Positions of each system's sites, each once."""
    site, is_site = other_side(Site, Station.site_owner_id, Station.site_id)
    statement = (
        select(Station.radio_system_id, site.position)
        .join(site, is_site)
        .where(Station.status.in_(IN_USE), Station.radio_system_id.is_not(None), site.position.is_not(None))
        .order_by(Station.id)
    )
    found: dict[UUID, dict[tuple[float, float], shapely.Point]] = {}
    for system_id, position in session.execute(statement):
        point = to_shape(position)
        found.setdefault(system_id, {})[point.x, point.y] = point
    return {system_id: list(points.values()) for system_id, points in found.items()}


def system_areas(session: Session) -> Iterator[tuple[RadioSystem, Owner, shapely.Geometry, bool]]:
    """Each system with all that any computed coverage of it serves, in one."""
    areas: dict[str, list[shapely.Geometry]] = {}
    exercise: set[str] = set()
    results = select(Result).where(Result.kind == "system_coverage", Result.status != "retired")
    for row in session.scalars(results):
        system_id = row.result_key.partition("|")[0]
        area = shape_of(row.area)
        if area is not None:
            areas.setdefault(system_id, []).append(area)
        if says_exercise(row.title, row.remarks, row.caveats):
            exercise.add(system_id)
    systems = (
        select(RadioSystem, Owner)
        .join(Owner, Owner.id == RadioSystem.owner_id)
        .where(RadioSystem.status.in_(IN_USE))
        .order_by(RadioSystem.name, RadioSystem.id)
    )
    for system, owner in session.execute(systems):
        if str(system.id) in areas:
            of_one = str(system.id) in exercise or of_exercise(system, owner)
            yield system, owner, shapely.union_all(areas[str(system.id)]), of_one


def safe_cells(cells: set[Cell], sites: Iterable[shapely.Point]) -> set[Cell]:
    """The cells of those connected patches whose middle points at no tower.

    A patch is kept when it holds sites in enough cells of which two do not touch: towers close together are the
    middle of what they serve.
    """
    kept: set[Cell] = set()
    standing = {cell_of(site.x, site.y) for site in sites}
    for part in connected_parts(cells):
        inside = part & standing
        apart = any(not one.polygon.intersects(other.polygon) for one, other in combinations(inside, 2))
        if apart and len(inside) >= LEAST_PLACES:
            kept |= part
    return kept


def public_feature(
    key: str, geometry: shapely.Geometry | None, properties: dict[str, Any], *owner_codes: str, exercise: bool
) -> Feature:
    """A feature for anyone; its id tells nothing of the row, and its owners no more than the state."""
    states = sorted({".".join(code.split(".")[:2]) for code in owner_codes})
    return Feature(uuid5(NAMES, key), geometry, properties, states[0], "public", exercise, None, tuple(states[1:]))


def of_exercise(row: Any, owner: Owner) -> bool:
    """Whether a row or its owner is one of an exercise."""
    return says_exercise(row.name, row.remarks, owner.name)


def as_areas(outline: shapely.Geometry) -> MultiPolygon:
    """An outline as a multipolygon."""
    return MultiPolygon([part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"])


def read_public_jurisdictions(session: Session) -> Iterator[Feature]:
    """Jurisdictions as they are: outlines of counties are in every atlas. What is not public stays in."""
    with releasing(session):
        yield from (feature for feature in read_jurisdictions(session) if feature.sensitivity == "public")


PUBLIC_LAYERS = {
    layer.name: layer
    for layer in (
        Layer("jurisdictions", "Jurisdictions", read_public_jurisdictions, licence=LICENCE, about=ABOUT),
        Layer("agencies", "Agencies by name", read_public_agencies, licence=LICENCE, about=ABOUT),
        Layer(
            "sites", "How many sites are in each cell of a fixed grid", read_public_sites, licence=LICENCE, about=ABOUT,
            notes=("A point is the middle of a cell; no site stands there.",),
        ),
        Layer(
            "coverage", "Where radio systems reach, in cells of a fixed grid", read_public_coverage, licence=LICENCE,
            about=ABOUT, notes=("A cell counts where half of it is served by some kind of radio. Predicted.",),
        ),
    )
}  # fmt: skip


def read_release(session: Session) -> dict[str, list[Feature]]:
    """All that a release holds, by layer: what its files are written from, for whatever else is made of it."""
    return {name: list(layer.read(session)) for name, layer in PUBLIC_LAYERS.items()}
