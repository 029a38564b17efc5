"""Cells as polygons that any GeoJSON reader takes: valid, EPSG:4326, outer rings counter-clockwise."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.coverage.grid import Grid


def outline(cells: np.ndarray, grid: Grid, within: BaseGeometry | None = None) -> shapely.MultiPolygon:
    """The area of the cells of a boolean array (rows, cols), cut to `within` where given.

    Rings are wound as RFC 7946 section 3.1.6 asks. Empty where no cell is set.
    """
    merged = shapely.union_all(_runs(cells, grid))
    if within is not None:
        merged = shapely.intersection(merged, within)
    return as_multipolygon(merged)


def as_multipolygon(geometry: BaseGeometry) -> shapely.MultiPolygon:
    """The parts of a geometry that have an area, valid and wound counter-clockwise outside."""
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    parts = []
    for part in shapely.get_parts(geometry):
        parts += [piece for piece in shapely.get_parts(part) if piece.geom_type == "Polygon" and piece.area > 0.0]
    return shapely.orient_polygons(shapely.MultiPolygon(parts))


def _runs(cells: np.ndarray, grid: Grid) -> np.ndarray:
    """One box for each unbroken run of set cells in a row, its edges exactly on cell edges."""
    padded = np.zeros((cells.shape[0], cells.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = cells
    steps = np.diff(padded, axis=1)
    rows, first = np.nonzero(steps == 1)
    _rows, past = np.nonzero(steps == -1)
    return shapely.box(
        grid.west_deg + first * grid.cell_deg,
        grid.north_deg - (rows + 1) * grid.cell_deg,
        grid.west_deg + past * grid.cell_deg,
        grid.north_deg - rows * grid.cell_deg,
    )
