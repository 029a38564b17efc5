"""Grid references into degrees: the U.S. National Grid (and MGRS, written alike) and UTM, on WGS84 or NAD83."""

import re
from dataclasses import dataclass
from functools import lru_cache

import mgrs
from mgrs.core import MGRSError
from pyproj import Transformer

from geo.errors import GeoError

NATIONAL_GRID = re.compile(r"^(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z]{2})\s*(\d*)(?:\s+(\d+))?$")
UTM = re.compile(
    r"^(\d{1,2})\s*([C-HJ-NP-X])\s*(\d{6}(?:\.\d+)?)\s*(?:M?\s*E)?\s+(\d{1,7}(?:\.\d+)?)\s*(?:M?\s*N)?$"
)
UTM_NAMES = re.compile(r"\b(?:UTM|ZONE|EASTING|NORTHING)\b[:=]?")
SEPARATORS = re.compile(r"[\s,;/]+")
SQUARE_M = 100_000
# Half the diagonal of a square over its side.
HALF_DIAGONAL = 0.5 * 2**0.5
# A square of 100 m may reach over its band's edge by half its side.
EDGE_DEG = 0.001
BANDS = "CDEFGHJKLMNPQRSTUVWX"


@dataclass(frozen=True)
class GridPosition:
    """A place told by a grid. accuracy_m: half the diagonal of the square that the reference names."""

    longitude_deg: float
    latitude_deg: float
    accuracy_m: float


def national_grid_position(reference: str) -> GridPosition:
    """The middle of the square that a U.S. National Grid or MGRS reference names, as 17S KV 12345 67890.

    A reference is cut off, never rounded, so its place lies anywhere in the square (FGDC-STD-011-2001, 3.3).
    GeoError: no such reference, no zone, an odd number of digits, or a square of 1 km and more.
    """
    match = NATIONAL_GRID.match(_tidy(reference))
    if not match:
        raise GeoError(f"{reference!r} is no reference of the U.S. National Grid")
    zone, band, square, easting, northing = match.groups()
    digits = easting + (northing or "")
    if len(digits) % 2 or len(digits) > 10 or (northing and len(easting) != len(northing)):
        raise GeoError("the easting and the northing have not the same number of digits")
    if len(digits) < 6:
        raise GeoError("a square of 1 km or more is no position")
    side_m = SQUARE_M / 10 ** (len(digits) // 2)
    try:
        # The library gives the middle of the square.
        latitude_deg, longitude_deg = mgrs.MGRS().toLatLon(zone + band + square + digits)
    except MGRSError as error:
        raise GeoError(f"{reference!r} names no square of the grid") from error
    if band not in (band_of(latitude_deg - EDGE_DEG), band_of(latitude_deg + EDGE_DEG)):
        raise GeoError(f"there is no square {square} in {zone}{band}")
    return GridPosition(longitude_deg, latitude_deg, side_m * HALF_DIAGONAL)


def utm_positions(reference: str) -> tuple[GridPosition, ...]:
    """Every place that a UTM reference may name, as 17S 245123 4012345: none, one or two.

    The letter is the band of latitude, but many write N or S for the hemisphere; a reading counts if the northing lies
    in its band or hemisphere. GeoError: no such reference, or easting and zone that are not of the grid.
    """
    match = UTM.match(_tidy(UTM_NAMES.sub(" ", reference.upper())))
    if not match:
        raise GeoError(f"{reference!r} is no UTM reference")
    zone, letter, easting_m, northing_m = int(match[1]), match[2], float(match[3]), float(match[4])
    if not 1 <= zone <= 60:
        raise GeoError("a UTM zone is a number from 1 to 60")
    if not 100_000 <= easting_m < 1_000_000:
        raise GeoError("a UTM easting lies between 100,000 and 999,999 m")
    decimals = max(len(match[number].partition(".")[2]) for number in (3, 4))
    accuracy_m = 10.0**-decimals * HALF_DIAGONAL
    found = {}
    for south in (False, True):
        longitude_deg, latitude_deg = _utm(zone, south).transform(easting_m, northing_m)
        in_band = band_of(latitude_deg) == letter
        in_hemisphere = (letter == "N" and not south and 0 <= latitude_deg <= 84) or (
            letter == "S" and south and -80 <= latitude_deg < 0
        )
        if in_band or in_hemisphere:
            found[round(longitude_deg, 9), round(latitude_deg, 9)] = GridPosition(
                longitude_deg, latitude_deg, accuracy_m
            )
    return tuple(found.values())


def band_of(latitude_deg: float) -> str | None:
    """The UTM band's letter of a latitude, None beyond 80° S and 84° N."""
    if not -80 <= latitude_deg <= 84:
        return None
    return BANDS[min(int((latitude_deg + 80) // 8), len(BANDS) - 1)]


def to_national_grid(longitude_deg: float, latitude_deg: float, digits: int = 5) -> str:
    """A position as a U.S. National Grid reference with spaces; digits: of each coordinate, 5 for 1 m.

    GeoError beyond 80° S and 84° N, where the grid is another.
    """
    if band_of(latitude_deg) is None:
        raise GeoError("the U.S. National Grid ends at 80° S and 84° N")
    written = NATIONAL_GRID.match(mgrs.MGRS().toMGRS(latitude_deg, longitude_deg, MGRSPrecision=digits))
    if not written:
        raise GeoError("this position has no reference in the U.S. National Grid")
    zone, band, square, figures, _ = written.groups()
    return " ".join((zone + band, square, figures[:digits], figures[digits:])).strip()


def _tidy(reference: str) -> str:
    """In capitals, with one space wherever something separates its parts."""
    return SEPARATORS.sub(" ", reference).strip().upper()


@lru_cache(maxsize=128)
def _utm(zone: int, south: bool) -> Transformer:
    """From a UTM zone's metres to longitude and latitude on WGS84."""
    return Transformer.from_crs((32700 if south else 32600) + zone, 4326, always_xy=True)
