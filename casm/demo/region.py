"""Where the demo region is, what day it is there, and which places the map names."""

from dataclasses import dataclass
from datetime import date

DATABASE = "casm_demo"
TITLE = "EXERCISE: demo region, Campbell County, Tennessee"

# Freshness is judged on this day, so that the exercise's ages never drift.
AS_OF = date(2026, 11, 22)

# States whose real polygons are loaded: the region's own and its neighbours within sight.
STATES = ("TN", "KY")
# The counties that the terrain covers a part of: Campbell, Anderson and Scott.
COUNTY_FIPS = ("47013", "47001", "47151")


@dataclass(frozen=True)
class Bounds:
    """Outer edges in WGS84 degrees."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float


# matplotlib's tile of SRTM 3 arc seconds: 344 rows by 403 columns, cell centres on multiples of 1/1200 degree.
CELL_DEG = 1.0 / 1200.0
ROWS, COLS = 344, 403
BOUNDS = Bounds(
    west_deg=-101296.5 / 1200.0,
    south_deg=(43735.5 - ROWS) / 1200.0,
    east_deg=(-101296.5 + COLS) / 1200.0,
    north_deg=43735.5 / 1200.0,
)
