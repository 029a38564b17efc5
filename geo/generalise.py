"""A fixed grid over the globe, for showing where something is without saying where exactly.

The lines are the same for everybody and for ever: multiples of a tenth of a degree, so that two releases of one place
always name one cell and averaging many tells no more than one. Cells of a coarser level are unions of whole cells of a
finer one, so that two levels of one place narrow nothing down either.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

import numpy as np
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError
from geo.geodesy import WGS84, check_position

FINEST_DEG = 0.1
# Level n is 2**n tenths of a degree high: 11, 22, 44, 89 km.
COARSEST_LEVEL = 3
# Meridians draw together: from these latitudes on a cell is twice, and four times, as many degrees wide as high.
WIDER_FROM_DEG = (51.2, 70.4)

Key = TypeVar("Key", bound=Hashable)


class Cell(NamedTuple):
    """A cell of the grid: its level, and the row and column of its south-west corner counted in its own size."""

    level: int
    row: int
    col: int

    @property
    def high_deg(self) -> float:
        """Its height in degrees of latitude."""
        return FINEST_DEG * 2**self.level

    @property
    def south_deg(self) -> float:
        """Its southern edge."""
        return round(self.row * self.high_deg, 6)

    @property
    def wide_deg(self) -> float:
        """Its width in degrees of longitude."""
        return self.high_deg * _widening(self.south_deg, self.south_deg + self.high_deg)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        west = round(self.col * self.wide_deg, 6)
        east, north = west + self.wide_deg, self.south_deg + self.high_deg
        return west, self.south_deg, min(round(east, 6), 180.0), min(round(north, 6), 90.0)

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of its middle."""
        west, south, east, north = self.bounds
        return round((west + east) / 2, 6), round((south + north) / 2, 6)

    @property
    def polygon(self) -> Polygon:
        """Its outline, EPSG:4326."""
        return box(*self.bounds)

    @property
    def radius_m(self) -> float:
        """From its middle to its farthest corner: all that a place shown by this cell is known to."""
        longitude, latitude = self.centre
        west, south, _, north = self.bounds
        _, _, to_corners_m = WGS84.inv([longitude] * 2, [latitude] * 2, [west] * 2, [south, north])
        return float(max(to_corners_m))


def cell_of(lon_deg: float, lat_deg: float, level: int = 0) -> Cell:
    """The cell of a level that holds a position; its west and south edges belong to it."""
    check_position(lon_deg, lat_deg)
    if not 0 <= level <= COARSEST_LEVEL:
        raise GeoError(f"the grid has levels 0 to {COARSEST_LEVEL}, not {level}")
    high_deg = FINEST_DEG * 2**level
    row = _count(lat_deg, high_deg)
    south_deg = round(row * high_deg, 6)
    return Cell(level, row, _count(lon_deg, high_deg * _widening(south_deg, south_deg + high_deg)))


def crowded_cells(
    positions: Mapping[Key, tuple[float, float]], *, least_count: int
) -> tuple[dict[Cell, list[Key]], list[Key]]:
    """Cells with the places they stand for, each at least so many, and the places for which no cell is big enough.

    positions: key → (longitude, latitude). A place goes to its finest cell where that holds enough; what is left over
    goes together to the next coarser level.
    """
    left = dict(positions)
    found: dict[Cell, list[Key]] = {}
    for level in range(COARSEST_LEVEL + 1):
        groups: dict[Cell, list[Key]] = {}
        for key, (lon_deg, lat_deg) in left.items():
            groups.setdefault(cell_of(lon_deg, lat_deg, level), []).append(key)
        for cell, keys in groups.items():
            if len(keys) >= least_count:
                found[cell] = keys
                for key in keys:
                    del left[key]
    return found, list(left)


def covered_cells(area: BaseGeometry, *, least_share: float = 0.5) -> set[Cell]:
    """The finest cells of which an area (EPSG:4326) covers at least this share."""
    if area.is_empty:
        return set()
    shapely.prepare(area)
    west, south, east, north = area.bounds
    cells = set()
    for row in range(_count(south, FINEST_DEG), _count(north, FINEST_DEG) + 1):
        wide_deg = Cell(0, row, 0).wide_deg
        for col in range(_count(west, wide_deg), _count(east, wide_deg) + 1):
            cell = Cell(0, row, col)
            outline = cell.polygon
            if area.intersects(outline) and area.intersection(outline).area >= least_share * outline.area:
                cells.add(cell)
    return cells


def connected_parts(cells: Iterable[Cell]) -> list[set[Cell]]:
    """Cells of one level in groups that touch each other, corners included."""
    cells = list(cells)
    if not cells:
        return []
    outlines = np.array([cell.polygon for cell in cells])
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    group = list(range(len(cells)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        group[root(one)] = root(other)
    parts: dict[int, set[Cell]] = {}
    for index, cell in enumerate(cells):
        parts.setdefault(root(index), set()).add(cell)
    return list(parts.values())


def _count(degrees: float, size_deg: float) -> int:
    """Which step of this size holds a coordinate; a line that binary numbers miss by a hair begins its step."""
    return int(np.floor(degrees / size_deg + 1e-9))


def _widening(south_deg: float, north_deg: float) -> int:
    nearest_equator_deg = min(abs(south_deg), abs(north_deg)) if south_deg * north_deg > 0 else 0.0
    return 2 ** sum(nearest_equator_deg >= edge_deg - 1e-9 for edge_deg in WIDER_FROM_DEG)
