"""Geodesic distance, azimuth and points on the ellipsoid (Karney 2013, through pyproj.Geod).

Positions are degrees, longitude east and latitude north positive. Azimuths are degrees clockwise from true
north, 0 <= azimuth < 360. GRS80 (NAD83) and WGS84 differ by 0.1 mm in the semi-minor axis: the ellipsoid
matters only for saying which one was used.
"""

from typing import NamedTuple

import numpy as np
from pyproj import Geod

from geo.errors import GeoError

WGS84 = Geod(ellps="WGS84")
GRS80 = Geod(ellps="GRS80")


class Geodesic(NamedTuple):
    """Inverse solution between two points."""

    distance_m: float
    azimuth_deg: float
    back_azimuth_deg: float


def check_position(lon_deg: float, lat_deg: float) -> None:
    """Raise GeoError unless the pair is a finite longitude in [-180, 180] and latitude in [-90, 90]."""
    if not (np.isfinite(lon_deg) and np.isfinite(lat_deg)):
        raise GeoError(f"position ({lon_deg}, {lat_deg}) is not finite")
    if not (-180.0 <= lon_deg <= 180.0 and -90.0 <= lat_deg <= 90.0):
        raise GeoError(f"longitude {lon_deg}, latitude {lat_deg} is not on the globe (longitude comes first)")


def inverse(
    lon1_deg: float, lat1_deg: float, lon2_deg: float, lat2_deg: float, *, ellipsoid: Geod = WGS84
) -> Geodesic:
    """Distance and the azimuths at either end, each looking at the other end.

    For two equal points the distance is 0 and both azimuths are NaN: no direction exists.
    """
    check_position(lon1_deg, lat1_deg)
    check_position(lon2_deg, lat2_deg)
    azimuth, back_azimuth, distance = ellipsoid.inv(lon1_deg, lat1_deg, lon2_deg, lat2_deg)
    if distance == 0.0:
        return Geodesic(0.0, float("nan"), float("nan"))
    return Geodesic(distance, azimuth % 360.0, back_azimuth % 360.0)


def distance_m(
    lon1_deg: float, lat1_deg: float, lon2_deg: float, lat2_deg: float, *, ellipsoid: Geod = WGS84
) -> float:
    """Geodesic distance in metres."""
    return inverse(lon1_deg, lat1_deg, lon2_deg, lat2_deg, ellipsoid=ellipsoid).distance_m


def distances_azimuths(
    lon_deg: float, lat_deg: float, lons_deg: np.ndarray, lats_deg: np.ndarray, *, ellipsoid: Geod = WGS84
) -> tuple[np.ndarray, np.ndarray]:
    """Distances (m) and azimuths (deg) from one point to many; arrays of the shape given.

    At a point equal to the origin the distance is 0 and the azimuth is 0.
    """
    check_position(lon_deg, lat_deg)
    lons = np.asarray(lons_deg, dtype=float)
    origin_lon, origin_lat = np.full_like(lons, lon_deg), np.full_like(lons, lat_deg)
    azimuths, _, distances = ellipsoid.inv(origin_lon, origin_lat, lons, np.asarray(lats_deg, dtype=float))
    return distances, np.where(distances == 0.0, 0.0, azimuths % 360.0)


def point_at(
    lon_deg: float, lat_deg: float, *, azimuth_deg: float, distance_m: float, ellipsoid: Geod = WGS84
) -> tuple[float, float]:
    """(longitude, latitude) reached from a point by going distance_m along azimuth_deg."""
    check_position(lon_deg, lat_deg)
    lon, lat, _ = ellipsoid.fwd(lon_deg, lat_deg, azimuth_deg, distance_m)
    return lon, lat


def points_at(
    lon_deg: float,
    lat_deg: float,
    *,
    azimuths_deg: np.ndarray,
    distances_m: np.ndarray,
    ellipsoid: Geod = WGS84,
) -> tuple[np.ndarray, np.ndarray]:
    """(longitudes, latitudes) reached from one point; azimuths and distances broadcast together."""
    check_position(lon_deg, lat_deg)
    azimuths, distances = np.broadcast_arrays(
        np.asarray(azimuths_deg, dtype=float), np.asarray(distances_m, dtype=float)
    )
    origin_lon, origin_lat = np.full(azimuths.shape, lon_deg), np.full(azimuths.shape, lat_deg)
    lons, lats, _ = ellipsoid.fwd(origin_lon, origin_lat, azimuths, distances)
    return lons, lats


def points_between(
    lon1_deg: float,
    lat1_deg: float,
    lon2_deg: float,
    lat2_deg: float,
    *,
    count: int,
    ellipsoid: Geod = WGS84,
) -> tuple[np.ndarray, np.ndarray]:
    """count points (>= 2) equally spaced on the geodesic, both ends included, as (longitudes, latitudes)."""
    if count < 2:
        raise GeoError(f"a path needs at least its two ends, not {count} points")
    path = inverse(lon1_deg, lat1_deg, lon2_deg, lat2_deg, ellipsoid=ellipsoid)
    if path.distance_m == 0.0:
        return np.full(count, lon1_deg), np.full(count, lat1_deg)
    lons, lats = points_at(
        lon1_deg,
        lat1_deg,
        azimuths_deg=np.full(count, path.azimuth_deg),
        distances_m=np.linspace(0.0, path.distance_m, count),
        ellipsoid=ellipsoid,
    )
    lons[0], lats[0], lons[-1], lats[-1] = lon1_deg, lat1_deg, lon2_deg, lat2_deg
    return lons, lats
