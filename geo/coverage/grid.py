"""The one grid every coverage and interoperability raster lies on."""

from dataclasses import dataclass

import numpy as np

from geo.errors import GeoError


@dataclass(frozen=True)
class Grid:
    """North-up geographic grid (WGS84 degrees), cell-centre registration, row 0 the northernmost.

    west_deg, north_deg: the outer EDGES of the corner cell, not its centre. cell_deg: cell side, the same in
    longitude and latitude. A value belongs to the cell's centre. GeoError unless rows and cols are >= 1,
    cell_deg > 0 and the grid lies on the globe.
    """

    west_deg: float
    north_deg: float
    cell_deg: float
    rows: int
    cols: int

    def __post_init__(self) -> None:
        if self.rows < 1 or self.cols < 1 or not self.cell_deg > 0.0:
            raise GeoError(f"a grid needs rows, columns and a cell size above zero, not {self}")
        slack = 1e-9
        if not (-180.0 - slack <= self.west_deg and self.east_deg <= 180.0 + slack):
            raise GeoError(f"the grid runs from longitude {self.west_deg} to {self.east_deg}, off the globe")
        if not (-90.0 - slack <= self.south_deg and self.north_deg <= 90.0 + slack):
            raise GeoError(f"the grid runs from latitude {self.south_deg} to {self.north_deg}, off the globe")

    @property
    def east_deg(self) -> float:
        """Longitude of the outer east edge."""
        return self.west_deg + self.cols * self.cell_deg

    @property
    def south_deg(self) -> float:
        """Latitude of the outer south edge."""
        return self.north_deg - self.rows * self.cell_deg

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, cols), the shape of every array on this grid."""
        return (self.rows, self.cols)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) outer edges in degrees, in shapely's order."""
        return (self.west_deg, self.south_deg, self.east_deg, self.north_deg)

    def lons_deg(self) -> np.ndarray:
        """Longitudes of the cell centres, west to east, shape (cols,)."""
        return self.west_deg + (np.arange(self.cols) + 0.5) * self.cell_deg

    def lats_deg(self) -> np.ndarray:
        """Latitudes of the cell centres, north to south, shape (rows,)."""
        return self.north_deg - (np.arange(self.rows) + 0.5) * self.cell_deg

    def cell_of(self, lon_deg: float, lat_deg: float) -> tuple[int, int] | None:
        """(row, col) of the cell holding a position, None outside the grid.

        A position on an inner edge belongs to the cell east or south of it.
        """
        row = int(np.floor((self.north_deg - lat_deg) / self.cell_deg))
        col = int(np.floor((lon_deg - self.west_deg) / self.cell_deg))
        if 0 <= row < self.rows and 0 <= col < self.cols:
            return row, col
        return None

    def cell_areas_km2(self) -> np.ndarray:
        """Area of every cell on the WGS84 ellipsoid, shape (rows, cols): weights for any average over cells.

        Exact for a cell between two parallels and two meridians (Snyder, USGS Professional Paper 1395,
        equation 3-12, authalic q).
        """
        edges = np.radians(self.north_deg - np.arange(self.rows + 1) * self.cell_deg)
        band = -np.diff(_authalic_q(np.sin(edges)))
        strip = 0.5 * WGS84_SEMI_MAJOR_KM**2 * np.radians(self.cell_deg) * band
        return np.repeat(strip[:, None], self.cols, axis=1)

    @classmethod
    def covering(cls, bounds: tuple[float, float, float, float], cell_deg: float) -> "Grid":
        """The smallest grid of cell_deg cells over (west, south, east, north), starting at its north-west."""
        west, south, east, north = bounds
        cols = int(np.ceil((east - west) / cell_deg - 1e-9))
        rows = int(np.ceil((north - south) / cell_deg - 1e-9))
        return cls(west, north, cell_deg, max(rows, 1), max(cols, 1))


WGS84_SEMI_MAJOR_KM = 6378.137
_WGS84_ECCENTRICITY = 0.0818191908426215


def _authalic_q(sin_lat: np.ndarray) -> np.ndarray:
    e = _WGS84_ECCENTRICITY
    return (1.0 - e * e) * (
        sin_lat / (1.0 - (e * sin_lat) ** 2) - np.log((1.0 - e * sin_lat) / (1.0 + e * sin_lat)) / (2.0 * e)
    )
