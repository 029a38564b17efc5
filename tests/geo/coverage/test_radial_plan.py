"""Rays and steps stand close to the cells they stand for, on the geodesic they claim."""

import numpy as np
import pytest

from geo import geodesy
from geo.coverage.radial_plan import CURVE_POINTS, NOT_PLANNED, plan_rays, ray_curves, step_for
from geo.errors import GeoError


def plan_of(grid, station, radius_km=30.0):
    return plan_rays(grid, lon_deg=station.lon_deg, lat_deg=station.lat_deg, step_m=92.0, radius_km=radius_km)


def test_every_cell_is_stood_for_by_a_point_within_it(grid, station):
    """No further from the cell's centre than 0.6 of the larger cell side, measured on the ellipsoid."""
    plan = plan_of(grid, station)
    assert (plan.cell_pair != NOT_PLANNED).all()
    rays = np.repeat(np.arange(len(plan.ray_azimuths_deg)), np.diff(plan.pair_start))
    pair = plan.cell_pair.ravel()
    lons, lats = geodesy.points_at(
        station.lon_deg,
        station.lat_deg,
        azimuths_deg=plan.ray_azimuths_deg[rays[pair]],
        distances_m=plan.pair_step[pair] * plan.step_m,
    )
    cell_lons, cell_lats = np.meshgrid(grid.lons_deg(), grid.lats_deg())
    offsets = [
        geodesy.distance_m(*ends)
        for ends in zip(lons[::37], lats[::37], cell_lons.ravel()[::37], cell_lats.ravel()[::37], strict=True)
    ]
    assert np.quantile(offsets, 0.999) < 0.6 * 92.5


def test_the_station_s_own_cell_is_taken_one_step_away(grid, station):
    plan = plan_of(grid, station)
    row, col = grid.cell_of(station.lon_deg, station.lat_deg)
    assert plan.pair_step[plan.cell_pair[row, col]] == 1


def test_beyond_the_radius_nothing_is_planned(grid, station):
    plan = plan_of(grid, station, radius_km=3.0)
    assert ((plan.cell_pair == NOT_PLANNED) == (plan.distance_m > 3000.0)).all()
    assert plan.pair_step.max() * plan.step_m <= 3000.0 + 46.0


def test_steps_ascend_along_each_ray(grid, station):
    plan = plan_of(grid, station)
    inside_a_ray = np.ones(len(plan.pair_step) - 1, dtype=bool)
    starts = plan.pair_start[(plan.pair_start > 0) & (plan.pair_start < len(plan.pair_step))]
    inside_a_ray[starts - 1] = False
    assert (np.diff(plan.pair_step)[inside_a_ray] > 0).all()


@pytest.mark.parametrize("length_m", [5_000.0, 50_000.0, 200_000.0])
def test_the_curve_of_a_ray_is_its_geodesic(hills, station, length_m):
    """Within 1 cm of pyproj's geodesic all along, out to 200 km."""
    azimuths = np.array([0.0, 33.0, 90.0, 201.0, 300.0])
    rows, cols = ray_curves(
        hills,
        lon_deg=station.lon_deg,
        lat_deg=station.lat_deg,
        azimuths_deg=azimuths,
        lengths_m=np.full(5, length_m),
    )
    assert rows.shape == cols.shape == (5, CURVE_POINTS)
    for share in (0.05, 0.31, 0.77, 0.97):
        powers = share ** np.arange(CURVE_POINTS)
        lats = hills.north_post_deg - (rows @ powers) * hills.lat_spacing_deg
        lons = hills.west_post_deg + (cols @ powers) * hills.lon_spacing_deg
        exact_lons, exact_lats = geodesy.points_at(
            station.lon_deg, station.lat_deg, azimuths_deg=azimuths, distances_m=np.full(5, share * length_m)
        )
        for ends in zip(lons, lats, exact_lons, exact_lats, strict=True):
            assert geodesy.distance_m(*ends) < 0.01


def test_the_step_follows_the_terrain(hills):
    """1/1200 degree of latitude at 36.6 N: 92.48 m (meridian arc on WGS84), so 92.0."""
    assert step_for(hills) == 92.0


def test_no_radius_is_refused(grid, station):
    with pytest.raises(GeoError, match="radius"):
        plan_of(grid, station, radius_km=0.0)
