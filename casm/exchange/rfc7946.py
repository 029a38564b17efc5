"""Geometry as RFC 7946 wants it: rings wound right, cut at the antimeridian, seven decimals, bounding box."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, mapping
from shapely.geometry.base import BaseGeometry

# 1e-7 degree is 11 mm at the equator: finer than any position in the inventory.
COORDINATE_DECIMALS = 7

Span = tuple[float, float]


def rfc7946_geometry(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """The same place, fit for a GeoJSON file, or None for none or an empty one.

    geometry: EPSG:4326, longitude first. Outer rings become counter-clockwise and holes clockwise
    (RFC 7946, 3.1.6), lines crossing the antimeridian are cut (3.1.9), coordinates rounded to seven decimals.
    """
    if geometry is None or geometry.is_empty:
        return None
    if isinstance(geometry, LineString):
        geometry = cut_at_antimeridian(geometry)
    # + 0.0 turns -0.0 into 0.0.
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, COORDINATE_DECIMALS) + 0.0)
    if not rounded.is_valid:
        # Rounding can pinch a sliver; mend it, keeping areas areas.
        rounded = shapely.make_valid(rounded, method="structure", keep_collapsed=False)
    return shapely.orient_polygons(rounded, exterior_cw=False)


def geometry_mapping(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """A GeoJSON geometry object of the geometry, made fit first; null for none."""
    fit = rfc7946_geometry(geometry)
    return None if fit is None else mapping(fit)


def cut_at_antimeridian(line: LineString) -> LineString | MultiLineString:
    """A line that takes the short way round, cut in two where that crosses 180 degrees.

    A step of more than 180 degrees in longitude is read as crossing; latitude at the cut is interpolated
    linearly, as a GeoJSON reader draws it.
    """
    parts: list[list[tuple[float, float]]] = [[line.coords[0][:2]]]
    for (lon_1, lat_1), (lon_2, lat_2) in pairwise(position[:2] for position in line.coords):
        if abs(lon_2 - lon_1) > 180.0:
            edge = 180.0 if lon_1 > 0 else -180.0
            to_edge = abs(edge - lon_1)
            whole = to_edge + abs(-edge - lon_2)
            lat_cut = lat_1 + (lat_2 - lat_1) * (to_edge / whole if whole else 0.0)
            parts[-1].append((edge, lat_cut))
            parts.append([(-edge, lat_cut)])
        parts[-1].append((lon_2, lat_2))
    if len(parts) == 1:
        return line
    return MultiLineString([part for part in parts if len(set(part)) > 1])


class BoundingBox:
    """The box round everything added, in RFC 7946's order; west is above east where it crosses 180 degrees."""

    def __init__(self) -> None:
        self._spans: set[Span] = set()
        self._south = np.inf
        self._north = -np.inf

    def add(self, geometry: BaseGeometry | None) -> None:
        """Take a geometry's parts into account; none and empty ones change nothing."""
        if geometry is None or geometry.is_empty:
            return
        for west, south, east, north in shapely.bounds(shapely.get_parts(geometry)):
            self._spans.add((float(west), float(east)))
            self._south = min(self._south, float(south))
            self._north = max(self._north, float(north))

    def bbox(self) -> list[float] | None:
        """[west, south, east, north], or None when nothing was added."""
        if not self._spans:
            return None
        west, east = tightest_span(self._spans)
        return [west, self._south, east, self._north]


def tightest_span(spans: Iterable[Span]) -> Span:
    """West and east of the smallest arc of longitude holding all spans (each west <= east, in -180..180).

    The arc is what is left after taking out the widest empty one, so Alaska's islands on both sides of the
    antimeridian give (172.4, -130.0) and not the whole globe.
    """
    merged = _merge(sorted(spans))
    if len(merged) == 1:
        return merged[0]
    gaps = [(after[0] - before[1], before[1], after[0]) for before, after in pairwise(merged)]
    round_the_back = merged[0][0] + 360.0 - merged[-1][1]
    widest, east, west = max(gaps)
    # Only when the way across 180 degrees is really shorter, and both sides reach towards it.
    if widest > round_the_back and widest > 180.0:
        return west, east
    return merged[0][0], merged[-1][1]


def _merge(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for west, east in spans:
        if merged and west <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], east))
        else:
            merged.append((west, east))
    return merged
