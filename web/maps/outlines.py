"""Outlines of states, counties and service areas as short text: differences from point to point, a tenth of GeoJSON.

A page that is not compressed (what one may not read must not show in the length of what one may) is still small by it.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from casm.exchange.feature import Feature
from casm.exchange.rfc7946 import rfc7946_geometry

# 1e-5 degrees is a metre, less than a pixel where the map is nearest.
STEPS_A_DEGREE = 100_000
# Five bits a character from this one on: printable ASCII without quotes, '&' and angle brackets.
FIRST_CHARACTER = 63
MORE = 0x20


def packed_outlines(features: Iterable[Feature]) -> list[dict[str, Any]]:
    """Id, name and packed polygons of each feature that has an area; static/map/layers.js unpacks them."""
    found = []
    for feature in features:
        polygons = packed_polygons(rfc7946_geometry(feature.geometry))
        if polygons:
            found.append({"id": str(feature.id), "name": feature.properties.get("name") or "", "polygons": polygons})
    return found


def packed_polygons(geometry: BaseGeometry | None) -> list[list[str]]:
    """The polygons of a geometry (EPSG:4326), each a list of rings, the outer one first.

    Parts of other kinds, and rings of less than a few metres, are left out.
    """
    parts = [] if geometry is None else getattr(geometry, "geoms", [geometry])
    polygons = []
    for part in parts:
        if part.geom_type == "Polygon" and not part.is_empty:
            outer, *holes = [pack_ring(np.asarray(ring.coords)[:, :2]) for ring in (part.exterior, *part.interiors)]
            if outer:
                polygons.append([outer, *filter(None, holes)])
    return polygons


def pack_ring(points_deg: np.ndarray) -> str:
    """A closed ring, shape (points, 2), longitude before latitude; empty text where no area is left of it."""
    steps = np.round(points_deg * STEPS_A_DEGREE).astype(np.int64)
    steps = steps[np.r_[True, np.any(np.diff(steps, axis=0) != 0, axis=1)]]
    if len(steps) < 4:
        return ""
    # The sign goes into the lowest bit.
    moves = np.diff(steps, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel()
    return "".join(map(_characters, ((moves << 1) ^ (moves >> 63)).tolist()))


def _characters(number: int) -> str:
    """A number from 0 up, five bits a character, the lowest first, a sixth bit where more follow."""
    text = ""
    while number >= MORE:
        text += chr((number & (MORE - 1) | MORE) + FIRST_CHARACTER)
        number >>= 5
    return text + chr(number + FIRST_CHARACTER)
