"""Datums: what a position was given on, and what that means on WGS84."""

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

from pyproj.aoi import AreaOfInterest
from pyproj.transformer import TransformerGroup

from casm.intake.cell import Cell, CellError

NAD27 = 4267
WGS84 = 4326
# NAD83 and WGS84 differ by 1 to 2 m in the United States, less than positions in inventories are good for.
NAD83_ACCURACY_M = 2.0
NEIGHBOURHOOD_DEG = 0.5

NAMES = (
    (re.compile(r"wgs\s*-?_?(19)?84|epsg:?\s*4326|\bg1762\b", re.I), "WGS84"),
    (re.compile(r"nad\s*-?_?(19)?83|epsg:?\s*4269|^83$", re.I), "NAD83"),
    (re.compile(r"nad\s*-?_?(19)?27|epsg:?\s*4267|^27$", re.I), "NAD27"),
)


@dataclass(frozen=True)
class Converted:
    """A position on WGS84 and how far it may be off by the conversion."""

    longitude_deg: float
    latitude_deg: float
    accuracy_m: float
    method: str


def datum_in(text: str) -> str | None:
    """The datum a heading or a note names, None when it names none."""
    return next((datum for pattern, datum in NAMES if pattern.search(text)), None)


def parse_datum(cell: Cell) -> str:
    """The datum a cell names."""
    found = datum_in(cell.text)
    if found is None:
        raise CellError("this datum is not known here", "write WGS84, NAD83 or NAD27, or convert the positions first")
    return found


def nad27_to_wgs84(longitude_deg: float, latitude_deg: float) -> Converted:
    """The position on WGS84 by the best transformation there is without a network.

    CellError where only a guess would be left (PROJ's ballpark transformation has no accuracy).
    """
    cell_size = NEIGHBOURHOOD_DEG
    group = _transformers(round(longitude_deg / cell_size), round(latitude_deg / cell_size))
    for transformer in group:
        if transformer.accuracy is not None and transformer.accuracy >= 0:
            lon, lat = transformer.transform(longitude_deg, latitude_deg)
            steps = [step for step in transformer.description.split(" + ") if not step.startswith("axis order")]
            return Converted(round(lon, 8), round(lat, 8), float(transformer.accuracy), ", ".join(steps))
    raise CellError("there is no conversion from NAD27 for this place", "convert the position to NAD83 or WGS84 first")


@lru_cache(maxsize=256)
def _transformers(column: int, row: int):
    lon, lat = column * NEIGHBOURHOOD_DEG, row * NEIGHBOURHOOD_DEG
    near = AreaOfInterest(
        max(lon - NEIGHBOURHOOD_DEG, -180), max(lat - NEIGHBOURHOOD_DEG, -90),
        min(lon + NEIGHBOURHOOD_DEG, 180), min(lat + NEIGHBOURHOOD_DEG, 90),
    )  # fmt: skip
    with warnings.catch_warnings():
        # The most exact grids are not installed; the accuracy that is left is reported with each row.
        warnings.simplefilter("ignore", UserWarning)
        return tuple(TransformerGroup(NAD27, WGS84, always_xy=True, area_of_interest=near).transformers)
