"""Where a record is, or may be put, with what lies around it, for a small map on its page or form."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.db.tables import Jurisdiction, Owner, Site
from casm.editing.read_record import Record
from casm.sharing.viewer import PUBLIC_OWNER_ID

POINT_WINDOW_DEG = 0.12
MOST_SITES = 60
# Outlines are drawn on a map of a few hundred pixels.
OUTLINE_STEP_DEG = 0.0005
MOST_OUTLINES = 120
# Over a wider country county lines are too many to read, and to send.
WIDEST_WITH_COUNTIES_DEG = 4.0
CONTIGUOUS = (-125.0, 24.5, -66.9, 49.4)
NOBODY = uuid.UUID(int=0)

Bounds = tuple[float, float, float, float]
Named = tuple[str, shapely.Geometry]


@dataclass(frozen=True)
class Place:
    """What a small map shows. own: the record's (label, geometry). sites, outlines: what lies around, EPSG:4326.

    rows: the sites' own, for the mark of whatever shows them.
    """

    own: tuple[Named, ...]
    sites: tuple[Named, ...]
    outlines: tuple[Named, ...]
    bounds: Bounds
    rows: tuple[Site, ...] = ()


def read_place(session: Session, record: Record) -> Place | None:
    """The place of a record, None where it has none that the viewer sees."""
    own = _own(session, record)
    if not own:
        return None
    west, south, east, north = shapely.total_bounds([geometry for _, geometry in own])
    pad = (
        POINT_WINDOW_DEG if max(east - west, north - south) < POINT_WINDOW_DEG else max(east - west, north - south) / 4
    )
    return _around(session, own, (west - pad, south - pad, east + pad, north + pad), record.id)


def read_surroundings(session: Session, owner_ids: Sequence[uuid.UUID]) -> Place:
    """Where a new record of these owners may be put: where their sites lie, else the counties and states they are,
    else the contiguous United States.
    """
    found = _extent(
        session, Site.position, Site.owner_id.in_(owner_ids), Site.status != "retired"
    ) or _jurisdictions(session, owner_ids)
    return _around(session, [], widened(found), None)


def _jurisdictions(session: Session, owner_ids: Sequence[uuid.UUID]) -> Bounds | None:
    """The box of the counties and states that stand for these owners by their FIPS code."""
    codes = session.scalars(select(Owner.fips).where(Owner.id.in_(owner_ids), Owner.fips.is_not(None))).all()
    return _extent(
        session, Jurisdiction.area, Jurisdiction.owner_id == PUBLIC_OWNER_ID, Jurisdiction.code.in_(codes),
        Jurisdiction.status != "retired",
    )  # fmt: skip


def _extent(session: Session, column: Any, *conditions: Any) -> Bounds | None:
    """The box of a geometry column over the rows that the viewer sees, None where there is none."""
    box = func.ST_Extent(column)
    west, south, east, north = session.execute(
        select(func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box)).where(*conditions)
    ).one()
    return None if west is None else (float(west), float(south), float(east), float(north))


def _around(session: Session, own: list[Named], bounds: Bounds, record_id: uuid.UUID | None) -> Place:
    """The sites and the county and state lines in and around a box."""
    window = func.ST_MakeEnvelope(*map(float, bounds), 4326)
    # The map may be wider or higher than the place: lines that ended short of its edge would look like no border.
    wide = func.ST_Expand(window, float(max(bounds[2] - bounds[0], bounds[3] - bounds[1])))
    shown = {geometry.wkb for _, geometry in own}
    sites = session.scalars(
        select(Site)
        .where(Site.position.op("&&")(wide), Site.status != "retired", Site.id != (record_id or NOBODY))
        .limit(MOST_SITES)
    ).all()
    around = [(site.name, to_shape(site.position), site) for site in sites]
    told = [(name, position, site) for name, position, site in around if position.wkb not in shown]
    return Place(
        own=tuple(own),
        sites=tuple((name, position) for name, position, _ in told),
        outlines=outlines_within(session, bounds),
        bounds=(float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3])),
        rows=tuple(site for _, _, site in told),
    )


def widened(bounds: Bounds | None) -> Bounds:
    """A box with some country round it; the contiguous United States where nothing lies anywhere."""
    west, south, east, north = bounds or CONTIGUOUS
    pad = max(POINT_WINDOW_DEG - max(east - west, north - south), (east - west) / 10, (north - south) / 10)
    return max(west - pad, -180.0), max(south - pad, -90.0), min(east + pad, 180.0), min(north + pad, 90.0)


def outlines_within(session: Session, bounds: Bounds) -> tuple[Named, ...]:
    """The lines of states, and of counties unless the country is too wide for them, in and around a box."""
    kinds = ("county", "state") if bounds[2] - bounds[0] <= WIDEST_WITH_COUNTIES_DEG else ("state",)
    wide = func.ST_Expand(
        func.ST_MakeEnvelope(*map(float, bounds), 4326), float(max(bounds[2] - bounds[0], bounds[3] - bounds[1]))
    )
    rows = session.execute(
        select(Jurisdiction.name, func.ST_ClipByBox2D(func.ST_Boundary(Jurisdiction.area), wide).label("area"))
        .where(Jurisdiction.owner_id == PUBLIC_OWNER_ID, Jurisdiction.kind.in_(kinds),
               Jurisdiction.status != "retired", Jurisdiction.area.op("&&")(wide)).limit(MOST_OUTLINES)
    )  # fmt: skip
    return tuple(_outlines(rows, max(OUTLINE_STEP_DEG, (bounds[2] - bounds[0]) / 1000)))


def _outlines(rows: Any, step_deg: float) -> list[Named]:
    found = []
    for name, area in rows:
        if area is not None:
            outline = shapely.simplify(to_shape(area), step_deg)
            if not outline.is_empty:
                found.append((name, outline))
    return found


def _own(session: Session, record: Record) -> list[Named]:
    """The record's own positions and areas, else those of the sites it stands at or joins."""
    own = [
        (record.title, value)
        for value in record.columns.values()
        if isinstance(value, shapely.Geometry) and not value.is_empty
    ]
    if own:
        return own
    named = [(name, record.columns.get(f"{name}_id")) for name in ("site", "site_a", "site_b", "tx_site", "rx_site")]
    ends = [point for _, site_id in named if site_id for point in _position(session, site_id)]
    if len(ends) == 2:
        ends.append((record.title, shapely.LineString([ends[0][1], ends[1][1]])))
    return ends


def _position(session: Session, site_id: uuid.UUID) -> list[Named]:
    row = session.execute(select(Site.name, Site.position).where(Site.id == site_id)).one_or_none()
    return [] if row is None or row.position is None else [(row.name, to_shape(row.position))]
