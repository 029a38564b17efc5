"""The place a question is about, as cells, and over how much of it something holds."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo import projection
from geo.coverage.grid import Grid
from geo.interop.cells import area_km2, pack, row_areas_km2

BORDER_BELT_WIDTH_M = 10_000.0
# Two outlines drawn apart touch within this; and an overlap smaller than this is a seam, not a place.
BORDER_TOLERANCE_M = 100.0
SLIVER_KM2 = 0.01

STATED, OVERLAP, BORDER_BELT, NONE, UNKNOWN = "stated", "overlap", "border_belt", "none", "unknown"


@dataclass(frozen=True, eq=False)
class Place:
    """Where a question is asked: its kind, its area (EPSG:4326; None where there is none) and words for it."""

    kind: str
    area: BaseGeometry | None
    text: str


def stated_place(area: BaseGeometry) -> Place:
    """A place somebody drew."""
    return Place(STATED, area, "the place stated")


def default_place(service_areas: list[tuple[str, BaseGeometry | None]]) -> Place:
    """The overlap of the service areas; else, for a pair, the belt along the common border; else no place.

    service_areas: (agency name, EPSG:4326 area or None where none is on record).
    """
    without = [name for name, area in service_areas if area is None or area.is_empty]
    if without:
        return Place(UNKNOWN, None, f"no service area of {' and '.join(without)} is on record")
    areas = [area for _name, area in service_areas]
    overlap = _polygons(shapely.intersection_all(areas))
    if projection.area_km2(overlap) >= SLIVER_KM2:
        return Place(OVERLAP, overlap, "the overlap of their service areas")
    if len(areas) == 2:
        belt = border_belt(areas[0], areas[1])
        if not belt.is_empty:
            return Place(BORDER_BELT, belt, "the 10 km belt along their common border")
    return Place(NONE, None, "their service areas neither overlap nor touch: no shared place")


def border_belt(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """The belt 10 km wide (5 km to each side) along a common border, inside the two areas; empty if none."""
    crs = projection.crs_for(shapely.union(one, other))
    a, b = projection.to_projected(one, crs), projection.to_projected(other, crs)
    border = a.boundary.intersection(b.buffer(BORDER_TOLERANCE_M))
    if border.is_empty or border.length == 0.0:
        return shapely.Polygon()
    belt = border.buffer(BORDER_BELT_WIDTH_M / 2.0).intersection(shapely.union(a, b))
    return projection.to_4326(_polygons(belt), crs)


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    """Only what has an area."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return shapely.union_all(parts) if parts else shapely.Polygon()


@dataclass(frozen=True, eq=False)
class PlaceCells:
    """The cells of a place, the area of one cell of each row, and how much of the place lies off the grid."""

    grid: Grid
    bits: np.ndarray
    row_area_km2: np.ndarray
    outside_km2: float

    @property
    def inside_km2(self) -> float:
        """Area of the cells."""
        return area_km2(self.bits, self.row_area_km2)

    @property
    def total_km2(self) -> float:
        """Area of the cells and of what lies off the grid."""
        return self.inside_km2 + self.outside_km2

    def proven_share(self, bits: np.ndarray) -> float:
        """Share of the place surely in the set; nothing is sure off the grid."""
        return area_km2(bits & self.bits, self.row_area_km2) / self.total_km2

    def possible_share(self, bits: np.ndarray) -> float:
        """Share of the place possibly in the set; off the grid everything is possible."""
        return (area_km2(bits & self.bits, self.row_area_km2) + self.outside_km2) / self.total_km2


def cells_of(area: BaseGeometry, grid: Grid) -> PlaceCells:
    """The cells whose centre lies in the area; for an area between centres, the cell under a point of it."""
    lons, lats = np.meshgrid(grid.lons_deg(), grid.lats_deg())
    west, south, east, north = area.bounds
    near = (lons >= west) & (lons <= east) & (lats >= south) & (lats <= north)
    inside = np.zeros(grid.shape, dtype=bool)
    shapely.prepare(area)
    inside[near] = shapely.contains_xy(area, lons[near], lats[near])
    outside_km2 = projection.area_km2(_polygons(area.difference(box(*grid.bounds))))
    if not inside.any():
        point = area.representative_point()
        cell = grid.cell_of(point.x, point.y)
        if cell is not None:
            inside[cell] = True
    return PlaceCells(grid, pack(inside), row_areas_km2(grid), outside_km2)


def one_cell(grid: Grid, cell: tuple[int, int]) -> PlaceCells:
    """A place of a single cell (row, column), as for a click on the map."""
    inside = np.zeros(grid.shape, dtype=bool)
    inside[cell] = True
    return PlaceCells(grid, pack(inside), row_areas_km2(grid), 0.0)
