"""Rays from a station over a grid: which ray, and which step along it, stands for each cell."""

import math
from dataclasses import dataclass

import numpy as np

from geo import geodesy
from geo.coverage.grid import Grid
from geo.errors import GeoError
from geo.terrain.elevation import ElevationRaster

# Positions along a ray are a polynomial through this many exact geodesic points: under 1 cm off out to 200 km.
CURVE_POINTS = 6
NOT_PLANNED = -1


@dataclass(frozen=True, eq=False)
class RadialPlan:
    """The (ray, step) pairs to compute, each once, and the pair that stands for each cell.

    cell_pair: int32, shape (rows, cols), index into the pairs or NOT_PLANNED beyond the radius. pair_step:
    int32, steps from the station, ascending within a ray. pair_start: int32, shape (rays + 1,), slices
    pair_step per ray. azimuth_deg, distance_m: float32, shape (rows, cols), of each cell's centre.
    """

    grid: Grid
    lon_deg: float
    lat_deg: float
    step_m: float
    ray_azimuths_deg: np.ndarray
    pair_start: np.ndarray
    pair_step: np.ndarray
    cell_pair: np.ndarray
    azimuth_deg: np.ndarray
    distance_m: np.ndarray


def step_for(terrain: ElevationRaster) -> float:
    """Step along a ray: the terrain's north–south post spacing in metres, down to the half metre.

    A half metre has few binary digits, so that every multiple of it is exact and no rounding moves a point.
    """
    post_m = geodesy.distance_m(
        terrain.west_post_deg,
        terrain.north_post_deg,
        terrain.west_post_deg,
        terrain.north_post_deg - terrain.lat_spacing_deg,
    )
    return max(math.floor(post_m * 2.0) / 2.0, 0.5)


def plan_rays(grid: Grid, *, lon_deg: float, lat_deg: float, step_m: float, radius_km: float) -> RadialPlan:
    """Lay rays over the cells within radius_km, no further apart at the farthest cell than a cell is wide.

    Each cell is stood for by the nearest step on the nearest ray (at least one step from the station), at
    most about 0.6 of a cell from its centre. GeoError unless radius_km and step_m are above zero.
    """
    if not (radius_km > 0.0 and step_m > 0.0):
        raise GeoError(f"a radius of {radius_km} km and a step of {step_m} m are not both above zero")
    lons, lats = np.meshgrid(grid.lons_deg(), grid.lats_deg())
    distances, azimuths = geodesy.distances_azimuths(lon_deg, lat_deg, lons, lats)
    inside = distances <= radius_km * 1000.0
    farthest_m = float(distances[inside].max()) if inside.any() else step_m
    ray_count = max(8, int(np.ceil(2.0 * np.pi * farthest_m / _cell_width_m(grid))))
    turn = 360.0 / ray_count
    rays = np.rint(azimuths[inside] / turn).astype(np.int64) % ray_count
    steps = np.maximum(np.rint(distances[inside] / step_m), 1.0).astype(np.int64)
    span = int(steps.max()) + 1 if steps.size else 1
    keys, pair_of = np.unique(rays * span + steps, return_inverse=True)
    cell_pair = np.full(grid.shape, NOT_PLANNED, dtype=np.int32)
    cell_pair[inside] = pair_of
    return RadialPlan(
        grid=grid,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        step_m=step_m,
        ray_azimuths_deg=np.arange(ray_count) * turn,
        pair_start=np.searchsorted(keys // span, np.arange(ray_count + 1)).astype(np.int32),
        pair_step=(keys % span).astype(np.int32),
        cell_pair=cell_pair,
        azimuth_deg=azimuths.astype(np.float32),
        distance_m=distances.astype(np.float32),
    )


def ray_curves(
    terrain: ElevationRaster,
    *,
    lon_deg: float,
    lat_deg: float,
    azimuths_deg: np.ndarray,
    lengths_m: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Fractional post row and column along rays, as polynomials in t = distance / length, 0 <= t <= 1.

    Returns two arrays of shape (rays, CURVE_POINTS), the constant term first.
    """
    nodes = 0.5 * (1.0 - np.cos(np.pi * np.arange(CURVE_POINTS) / (CURVE_POINTS - 1)))
    lons, lats = geodesy.points_at(
        lon_deg,
        lat_deg,
        azimuths_deg=np.asarray(azimuths_deg)[:, None],
        distances_m=np.asarray(lengths_m)[:, None] * nodes[None, :],
    )
    east = (lons - terrain.west_post_deg + 180.0) % 360.0 - 180.0
    to_coefficients = np.linalg.inv(np.vander(nodes, increasing=True)).T
    row_curve = ((terrain.north_post_deg - lats) / terrain.lat_spacing_deg) @ to_coefficients
    col_curve = (east / terrain.lon_spacing_deg) @ to_coefficients
    return np.ascontiguousarray(row_curve), np.ascontiguousarray(col_curve)


def _cell_width_m(grid: Grid) -> float:
    """The smallest side of any cell: east–west at the row farthest from the equator."""
    lat = max(abs(grid.north_deg), abs(grid.south_deg))
    lat = min(lat, 89.0)
    return geodesy.distance_m(grid.west_deg, lat, grid.west_deg + min(grid.cell_deg, 1.0), lat)
