"""Where nothing can be told because the terrain ends: what the map hatches round an overlay."""

from typing import Any

import numpy as np
import shapely
from shapely.geometry import box, mapping
from shapely.geometry.base import BaseGeometry

from casm.exchange.overview import Bounds

# As far as a map is ever moved.
EVERYWHERE = box(-180.0, -85.0, 180.0, 85.0)
# For drawing only: some 30 m, under half a pixel until one sees single houses.
DRAWN_TO_DEG = 0.0003
DECIMALS = 6


def beyond(raster_bounds: Bounds, place: BaseGeometry | None = None) -> dict[str, Any] | None:
    """The part of a place, or of everywhere, outside a raster as a GeoJSON geometry; None where there is none.

    raster_bounds: (west, south, east, north), degrees.
    """
    outside = shapely.difference(EVERYWHERE if place is None else place, box(*raster_bounds))
    drawn = shapely.transform(shapely.simplify(outside, DRAWN_TO_DEG), lambda xy: np.round(xy, DECIMALS))
    areas = [part for part in shapely.get_parts(drawn) if part.geom_type == "Polygon" and part.area > 0.0]
    return mapping(shapely.MultiPolygon(areas)) if areas else None
