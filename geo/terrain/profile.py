"""Terrain profiles along a geodesic."""

from dataclasses import dataclass

import numpy as np

from geo import geodesy
from geo.errors import GeoError
from geo.terrain.elevation import ElevationRaster


@dataclass(frozen=True)
class Profile:
    """Ground heights at equal steps from one end of a path to the other, both ends included.

    elevation_amsl_m, lons_deg, lats_deg: shape (intervals + 1,). NaN heights are no data.
    """

    elevation_amsl_m: np.ndarray
    step_m: float
    distance_m: float
    lons_deg: np.ndarray
    lats_deg: np.ndarray

    @property
    def is_complete(self) -> bool:
        """Whether every point has a height; without that no path loss can be computed."""
        return bool(np.isfinite(self.elevation_amsl_m).all())


def profile_between(
    terrain: ElevationRaster,
    lon1_deg: float,
    lat1_deg: float,
    lon2_deg: float,
    lat2_deg: float,
    *,
    step_m: float,
) -> Profile:
    """Profile from point 1 to point 2, with the whole number of equal steps nearest to step_m (>= 1).

    GeoError if the two points are one, or step_m is not above zero.
    """
    if not step_m > 0.0:
        raise GeoError(f"a profile's step must be above zero, not {step_m} m")
    path_m = geodesy.distance_m(lon1_deg, lat1_deg, lon2_deg, lat2_deg)
    if path_m == 0.0:
        raise GeoError("a profile needs two different points")
    intervals = max(1, round(path_m / step_m))
    lons, lats = geodesy.points_between(lon1_deg, lat1_deg, lon2_deg, lat2_deg, count=intervals + 1)
    return Profile(terrain.at(lons, lats), path_m / intervals, path_m, lons, lats)
