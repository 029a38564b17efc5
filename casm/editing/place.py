"""Where a record is, with what lies around it, for a small map on its page."""

import uuid
from dataclasses import dataclass
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.db.tables import Jurisdiction, Site
from casm.editing.read_record import Record
from casm.sharing.viewer import PUBLIC_OWNER_ID

POINT_WINDOW_DEG = 0.12
MOST_SITES = 60
# Outlines are drawn on a map of a few hundred pixels.
OUTLINE_STEP_DEG = 0.0005
MOST_OUTLINES = 60


@dataclass(frozen=True)
class Place:
    """What a small map shows. own: the record's (label, geometry). sites, outlines: what lies around, EPSG:4326."""

    own: tuple[tuple[str, shapely.Geometry], ...]
    sites: tuple[tuple[str, shapely.Geometry], ...]
    outlines: tuple[tuple[str, shapely.Geometry], ...]
    bounds: tuple[float, float, float, float]


def read_place(session: Session, record: Record) -> Place | None:
    """The place of a record, None where it has none that the viewer sees."""
    own = _own(session, record)
    if not own:
        return None
    west, south, east, north = shapely.total_bounds([geometry for _, geometry in own])
    pad = (
        POINT_WINDOW_DEG if max(east - west, north - south) < POINT_WINDOW_DEG else max(east - west, north - south) / 4
    )
    bounds = (west - pad, south - pad, east + pad, north + pad)
    window = func.ST_MakeEnvelope(*map(float, bounds), 4326)
    # The map may be wider or higher than the place: lines that ended short of its edge would look like no border.
    wide = func.ST_Expand(window, float(max(bounds[2] - bounds[0], bounds[3] - bounds[1])))
    shown = {geometry.wkb for _, geometry in own}
    sites = session.execute(
        select(Site.name, Site.position)
        .where(Site.position.op("&&")(wide), Site.status != "retired", Site.id != record.id).limit(MOST_SITES)
    )  # fmt: skip
    outlines = session.execute(
        select(Jurisdiction.name, func.ST_ClipByBox2D(func.ST_Boundary(Jurisdiction.area), wide).label("area"))
        .where(Jurisdiction.owner_id == PUBLIC_OWNER_ID, Jurisdiction.kind.in_(("county", "state")),
               Jurisdiction.status != "retired", Jurisdiction.area.op("&&")(wide)).limit(MOST_OUTLINES)
    )  # fmt: skip
    around = [(name, to_shape(position)) for name, position in sites]
    return Place(
        own=tuple(own),
        sites=tuple((name, position) for name, position in around if position.wkb not in shown),
        outlines=tuple(_outlines(outlines)),
        bounds=(float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3])),
    )


def _outlines(rows: Any) -> list[tuple[str, shapely.Geometry]]:
    found = []
    for name, area in rows:
        if area is not None:
            outline = shapely.simplify(to_shape(area), OUTLINE_STEP_DEG)
            if not outline.is_empty:
                found.append((name, outline))
    return found


def _own(session: Session, record: Record) -> list[tuple[str, shapely.Geometry]]:
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


def _position(session: Session, site_id: uuid.UUID) -> list[tuple[str, shapely.Geometry]]:
    row = session.execute(select(Site.name, Site.position).where(Site.id == site_id)).one_or_none()
    return [] if row is None or row.position is None else [(row.name, to_shape(row.position))]
