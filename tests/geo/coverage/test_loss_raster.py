"""The sweep against the scalar model on the same profiles, and what it makes of voids and edges."""

import dataclasses

import numpy as np
import pytest
from repeats import repeats

from geo.coverage.grid import Grid
from geo.coverage.loss_raster import path_loss_raster
from geo.coverage.radial_plan import CURVE_POINTS, plan_rays, ray_curves
from geo.errors import OutOfValidity
from geo.propagation import itm
from geo.terrain.elevation import ElevationRaster
from geo.terrain.profile import profile_between

RADIUS_KM = 30.0
SAMPLES = repeats(3000, quick=300)


@pytest.fixture
def losses(hills, grid, station):
    return raster_of(station, hills, grid)


def raster_of(station, terrain, grid, **options):
    values = {"receiver_height_agl_m": 1.5, "parameters": itm.ItmParameters(), "radius_km": RADIUS_KM}
    return path_loss_raster(station, terrain, grid, **(values | options))


def test_the_sweep_is_the_scalar_model_along_its_rays(hills, grid, station, losses):
    """Every sampled cell: 1e-4 dB, the raster being float32; the kernel itself is held to 1e-9 elsewhere."""
    plan = plan_rays(grid, lon_deg=station.lon_deg, lat_deg=station.lat_deg, step_m=92.0, radius_km=RADIUS_KM)
    rays = np.repeat(np.arange(len(plan.ray_azimuths_deg)), np.diff(plan.pair_start))
    last = np.zeros(len(plan.ray_azimuths_deg))
    np.maximum.at(last, rays, plan.pair_step)
    rows, cols = ray_curves(
        hills,
        lon_deg=station.lon_deg,
        lat_deg=station.lat_deg,
        azimuths_deg=plan.ray_azimuths_deg,
        lengths_m=np.maximum(last, 1.0) * 92.0,
    )
    compared = 0
    for cell in np.random.default_rng(7).choice(grid.rows * grid.cols, SAMPLES, replace=False):
        pair = plan.cell_pair.ravel()[cell]
        ray, steps = rays[pair], plan.pair_step[pair]
        powers = (np.arange(steps + 1) / last[ray])[:, None] ** np.arange(CURVE_POINTS)[None, :]
        lats = hills.north_post_deg - (powers @ rows[ray]) * hills.lat_spacing_deg
        lons = hills.west_post_deg + (powers @ cols[ray]) * hills.lon_spacing_deg
        heights = hills.at(lons, lats)
        if np.isnan(heights).any():
            continue
        alone = itm.point_to_point(
            heights, step_m=92.0, h_tx_m=30.0, h_rx_m=1.5, freq_mhz=155.1, parameters=itm.ItmParameters()
        )
        assert losses.path_loss_db.ravel()[cell] == pytest.approx(alone.path_loss_db, abs=1e-4)
        compared += 1
    assert compared > 0.95 * SAMPLES


def test_a_cell_s_own_path_says_nearly_the_same(hills, grid, station, losses):
    """On the geodesic to the very centre of the cell the loss differs by the ground's change within a cell."""
    differences = []
    for cell in np.random.default_rng(11).choice(grid.rows * grid.cols, 300, replace=False):
        row, col = divmod(int(cell), grid.cols)
        profile = profile_between(
            hills, station.lon_deg, station.lat_deg, grid.lons_deg()[col], grid.lats_deg()[row], step_m=92.0
        )
        if profile.distance_m < 1000.0:
            continue
        alone = itm.point_to_point(
            profile.elevation_amsl_m,
            step_m=profile.step_m,
            h_tx_m=30.0,
            h_rx_m=1.5,
            freq_mhz=155.1,
            parameters=itm.ItmParameters(),
        )
        differences.append(losses.path_loss_db[row, col] - alone.path_loss_db)
    assert abs(np.median(differences)) < 0.5
    assert np.quantile(np.abs(differences), 0.9) < 6.0


def test_every_cell_of_the_terrain_has_a_loss_to_its_very_rim(losses):
    assert np.isfinite(losses.path_loss_db).all()
    # Nowhere less than free space over one step: 32.45 + 20 log 155.1 + 20 log 0.092 (ITU-R P.525).
    assert losses.path_loss_db.min() > 55.53


def test_behind_the_ridge_it_is_darker(grid, station, losses):
    """Same distance east and west of the station; the ridge stands 50 posts to the east, 450 m high."""
    row, col = grid.cell_of(station.lon_deg, station.lat_deg)
    west = losses.path_loss_db[row - 5 : row + 6, col - 59 : col - 53].mean()
    east = losses.path_loss_db[row - 5 : row + 6, col + 54 : col + 60].mean()
    assert east > west + 10.0


def test_mirrored_ground_gives_the_mirrored_picture(hills, grid, station):
    """East and west exchanged about the grid's middle meridian: median alike to 0.01 dB, few cells differ."""
    mirrored = dataclasses.replace(hills, height_amsl_m=hills.height_amsl_m[:, ::-1])
    middle = (grid.west_deg + grid.east_deg) / 2.0
    opposite = dataclasses.replace(station, lon_deg=2.0 * middle - station.lon_deg)
    there = raster_of(station, hills, grid).path_loss_db
    here = raster_of(opposite, mirrored, grid).path_loss_db[:, ::-1]
    difference = np.abs(there - here)
    assert np.median(difference) < 0.01
    assert np.quantile(difference, 0.9) < 1.0


def test_beyond_a_void_there_is_no_data_and_before_it_there_is(hills, grid, station):
    heights = hills.height_amsl_m.copy()
    heights[:, 80] = np.nan
    losses = raster_of(station, dataclasses.replace(hills, height_amsl_m=heights), grid)
    assert np.isnan(losses.path_loss_db[:, 82:]).all()
    assert np.isfinite(losses.path_loss_db[:, :77]).all()


def test_a_station_off_the_terrain_reaches_nowhere_known(hills, grid, station):
    losses = raster_of(dataclasses.replace(station, lon_deg=-84.3), hills, grid, radius_km=60.0)
    assert np.isnan(losses.path_loss_db).all()
    assert losses.caveat_shares == {}


def test_the_grid_may_reach_beyond_the_terrain(hills, station):
    wide = Grid(-84.2, 36.65, 1.0 / 600.0, 120, 150)
    losses = raster_of(station, hills, wide)
    lons, lats = np.meshgrid(wide.lons_deg(), wide.lats_deg())
    known = np.isfinite(hills.at(lons, lats))
    assert np.isnan(losses.path_loss_db[~known]).mean() > 0.97
    assert np.isfinite(losses.path_loss_db[known]).all()


def test_the_result_says_what_it_rests_on(hills, losses):
    assert losses.basis["terrain_sha256"] == hills.sha256
    assert losses.basis["time_location_situation"] == "50/50/50 %"
    assert "bilinear" in losses.basis["terrain_sampling"]
    assert 0.0 < losses.caveat_shares["path shorter than 1 km"] < 0.05


def test_a_frequency_outside_the_model_is_refused(hills, grid, station):
    with pytest.raises(OutOfValidity, match="20 MHz"):
        raster_of(dataclasses.replace(station, freq_mhz=5.0), hills, grid)


def test_progress_ends_at_the_whole(hills, grid, station):
    seen = []
    raster_of(station, hills, grid, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)


def test_flat_ground_looks_alike_in_every_direction(grid, station):
    flat = ElevationRaster(
        np.full(grid.shape, 300.0),
        grid.lons_deg()[0],
        grid.lats_deg()[0],
        grid.cell_deg,
        grid.cell_deg,
        "flat",
    )
    losses = raster_of(station, flat, grid)
    ring = (losses.distance_m > 4000.0) & (losses.distance_m < 4060.0)
    assert np.ptp(losses.path_loss_db[ring]) < 1.5
    far = (losses.distance_m > 6000.0) & (losses.distance_m < 6100.0)
    assert losses.path_loss_db[far].mean() > losses.path_loss_db[ring].mean()


def test_beyond_the_radius_the_station_serves_nobody(hills, grid, station):
    near = raster_of(station, hills, grid, radius_km=3.0)
    beyond = near.distance_m > 3000.0
    assert np.isposinf(near.path_loss_db[beyond]).all()
    assert np.isfinite(near.path_loss_db[~beyond]).all()
