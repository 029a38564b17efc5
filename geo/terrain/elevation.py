"""Terrain heights on a regular geographic lattice, and the one rule by which they are sampled."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.compiled import kernel
from geo.errors import GeoError

# Stored with every result: nearest sampling shifts mean path loss by about 1.7 dB against this rule.
SAMPLING_RULE = "bilinear between the four posts around a point (ITU-R P.1144); a void among them is no data"


@dataclass(frozen=True)
class ElevationRaster:
    """Heights above sea level at posts: row 0 northernmost, column 0 westernmost.

    height_amsl_m: float32, shape (rows, cols), NaN where nothing is known (void). west_post_deg and
    north_post_deg are the position of POST [0, 0] itself, whichever way the file registered its cells. A
    post stands for its surroundings half a spacing around: beyond that, there is no terrain. GeoError on
    fewer than 2 by 2 posts or a spacing not above zero.
    """

    height_amsl_m: np.ndarray
    west_post_deg: float
    north_post_deg: float
    lon_spacing_deg: float
    lat_spacing_deg: float
    source: str
    vertical_datum: str = "not stated"

    def __post_init__(self) -> None:
        if self.height_amsl_m.ndim != 2 or min(self.height_amsl_m.shape) < 2:
            raise GeoError(f"{self.source}: a terrain raster needs at least 2 by 2 posts")
        if not (self.lon_spacing_deg > 0.0 and self.lat_spacing_deg > 0.0):
            raise GeoError(f"{self.source}: post spacing must be above zero")
        heights = np.ascontiguousarray(self.height_amsl_m, dtype=np.float32)
        if heights is self.height_amsl_m:
            heights = heights.copy()
        heights.flags.writeable = False
        object.__setattr__(self, "height_amsl_m", heights)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) in degrees, half a spacing beyond the outer posts."""
        rows, cols = self.height_amsl_m.shape
        west = self.west_post_deg - self.lon_spacing_deg / 2.0
        north = self.north_post_deg + self.lat_spacing_deg / 2.0
        return west, north - rows * self.lat_spacing_deg, west + cols * self.lon_spacing_deg, north

    @cached_property
    def sha256(self) -> str:
        """Digest of the posts, their place and the sampling rule: what a result's inputs hash takes in."""
        place = (self.west_post_deg, self.north_post_deg, self.lon_spacing_deg, self.lat_spacing_deg)
        digest = hashlib.sha256(f"{SAMPLING_RULE}|{self.vertical_datum}|{place!r}".encode())
        digest.update(repr(self.height_amsl_m.shape).encode() + self.height_amsl_m.tobytes())
        return digest.hexdigest()

    def void_share(self) -> float:
        """Share of posts without a height, 0..1."""
        return float(np.isnan(self.height_amsl_m).mean())

    def at(self, lons_deg: np.ndarray, lats_deg: np.ndarray) -> np.ndarray:
        """Heights (m above sea level) at positions, by SAMPLING_RULE; NaN outside and in voids."""
        lons, lats = np.broadcast_arrays(
            np.asarray(lons_deg, dtype=np.float64), np.asarray(lats_deg, dtype=np.float64)
        )
        rows = (self.north_post_deg - lats) / self.lat_spacing_deg
        cols = (lons - self.west_post_deg) / self.lon_spacing_deg
        return _heights_at(self.height_amsl_m, rows.ravel(), cols.ravel()).reshape(lons.shape)

    def at_point(self, lon_deg: float, lat_deg: float) -> float:
        """Height (m above sea level) at one position, NaN where there is none."""
        return float(self.at(np.array([lon_deg]), np.array([lat_deg]))[0])


@kernel
def _on_post(index):
    nearest = np.floor(index + 0.5)
    return nearest if abs(index - nearest) < 1e-6 else index


@kernel
def height_at(height_amsl_m, row, col):
    """Bilinear height at fractional post indices; NaN outside the posts' surroundings or beside a void.

    On a post, or on the line between two, posts of no weight are not asked; a millionth of a spacing off
    (a tenth of a millimetre) counts as on it, since a computed position is never exact.
    """
    last_row = height_amsl_m.shape[0] - 1
    last_col = height_amsl_m.shape[1] - 1
    if not (-0.5 - 1e-6 <= row <= last_row + 0.5 + 1e-6 and -0.5 - 1e-6 <= col <= last_col + 0.5 + 1e-6):
        return np.nan
    row = _on_post(min(max(row, 0.0), float(last_row)))
    col = _on_post(min(max(col, 0.0), float(last_col)))
    top = min(int(row), last_row - 1)
    left = min(int(col), last_col - 1)
    down = row - top
    right = col - left
    height = 0.0
    if down < 1.0 and right < 1.0:
        height += (1.0 - down) * (1.0 - right) * height_amsl_m[top, left]
    if down < 1.0 and right > 0.0:
        height += (1.0 - down) * right * height_amsl_m[top, left + 1]
    if down > 0.0 and right < 1.0:
        height += down * (1.0 - right) * height_amsl_m[top + 1, left]
    if down > 0.0 and right > 0.0:
        height += down * right * height_amsl_m[top + 1, left + 1]
    return height


@kernel
def _heights_at(height_amsl_m, rows, cols):
    heights = np.empty(rows.size)
    for i in range(rows.size):
        heights[i] = height_at(height_amsl_m, rows[i], cols[i])
    return heights
