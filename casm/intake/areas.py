"""Areas in a cell: WKT or GeoJSON, longitude first, EPSG:4326."""

import json
import re

import shapely
from shapely.geometry.base import BaseGeometry

from casm.intake.cell import Cell, CellError
from casm.intake.coordinates import in_united_states

EXCHANGED = ("longitude and latitude are exchanged", "write the longitude first: POLYGON ((-84.2 36.3, …))")
LONGEST_AREA = 4_000_000
SRID_PREFIX = re.compile(r"^SRID=(\d+);", re.I)


def parse_area(cell: Cell) -> shapely.MultiPolygon:
    """A valid multipolygon; CellError with the place of the fault where it is none."""
    if len(cell.text) > LONGEST_AREA:
        raise CellError(f"the area is {len(cell.text):,} characters long", "simplify it to fewer corners")
    geometry = shapely.force_2d(_geometry(cell.text))
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        raise CellError(f"this is a {geometry.geom_type}, not an area", "give a POLYGON or MULTIPOLYGON")
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        if -180 <= south <= north <= 180 and -90 <= west <= east <= 90:
            raise CellError(*EXCHANGED)
        raise CellError("its corners are not degrees", "give it in longitude and latitude (EPSG:4326)")
    middle = geometry.representative_point()
    if in_united_states(middle.y, middle.x) and not in_united_states(middle.x, middle.y):
        raise CellError(*EXCHANGED)
    if not geometry.is_valid:
        raise CellError(
            f"the area is not sound: {shapely.is_valid_reason(geometry)}",
            "draw it so that its outline never crosses itself",
        )
    return geometry if geometry.geom_type == "MultiPolygon" else shapely.MultiPolygon([geometry])


def _geometry(written: str) -> BaseGeometry:
    mend = "write WKT, as POLYGON ((-84.2 36.3, -84.1 36.3, -84.1 36.4, -84.2 36.3)), or GeoJSON"
    prefix = SRID_PREFIX.match(written)
    if prefix and prefix[1] not in ("4326", "4269"):
        raise CellError(f"EPSG:{prefix[1]} is not taken here", "give it in longitude and latitude (EPSG:4326)")
    written = written[prefix.end() :] if prefix else written
    try:
        if not written.lstrip().startswith("{"):
            return shapely.from_wkt(written)
        told = json.loads(written)
        told = told.get("geometry", told) if told.get("type") == "Feature" else told
        return shapely.from_geojson(json.dumps(told))
    except (shapely.errors.GEOSException, ValueError, AttributeError, RecursionError) as error:
        raise CellError(f"this is neither WKT nor GeoJSON: {str(error).splitlines()[0][:120]}", mend) from None
