"""What the stored coverage says of one place: each system's probability there."""

from dataclasses import dataclass
from math import floor

from sqlalchemy.orm import Session

from casm.exchange.overview import SystemCoverage, name_coverages, read_result_heads
from casm.exchange.raster import PlacedRaster, read_result_rasters

BALANCED = "balanced_probability"


@dataclass(frozen=True)
class CoverageAtPoint:
    """A system's probability of meeting its criterion at a place, both ways, 0 to 1."""

    coverage: SystemCoverage
    probability: float


def coverage_at(session: Session, longitude_deg: float, latitude_deg: float) -> list[CoverageAtPoint]:
    """Every visible system's coverage at a position (WGS84 degrees); one without data there is left out."""
    found = []
    coverages = name_coverages(session, read_result_heads(session, ("system_coverage",)))
    rasters = read_result_rasters(session, [coverage.result.id for coverage in coverages], BALANCED)
    for coverage in coverages:
        raster = rasters.get(coverage.result.id)
        probability = None if raster is None else value_at(raster, longitude_deg, latitude_deg)
        if probability is not None:
            found.append(CoverageAtPoint(coverage, probability))
    return found


def value_at(raster: PlacedRaster, longitude_deg: float, latitude_deg: float) -> float | None:
    """The value of the cell holding a position, None outside the raster and where there is no data."""
    rows, cols = raster.values.shape
    row = floor((raster.north_deg - latitude_deg) / (raster.north_deg - raster.south_deg) * rows)
    col = floor((longitude_deg - raster.west_deg) / (raster.east_deg - raster.west_deg) * cols)
    if not (0 <= row < rows and 0 <= col < cols) or not raster.known[row, col]:
        return None
    return float(raster.values[row, col])
