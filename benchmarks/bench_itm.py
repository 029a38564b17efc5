"""How fast the Longley–Rice kernel and the radial sweep are, each against a plain way of doing the same.

Prints kernel evaluations per second on one thread, and a coverage job by the sweep against the same job cell by
cell (each cell's own profile, one scalar evaluation), both in this run on this machine. Terrain: the real tile of
the demo region.
"""

import argparse
import time

import numpy as np

from casm.demo.terrain import elevation_amsl_m
from geo.coverage.grid import Grid
from geo.coverage.loss_raster import path_loss_raster
from geo.coverage.radial_plan import step_for
from geo.coverage.transmitter import OmniPattern, Transmitter
from geo.propagation import itm
from geo.terrain.elevation import ElevationRaster
from geo.terrain.profile import profile_between

POST_DEG = 1.0 / 1200.0
FREQ_MHZ, H_TX_M, H_RX_M = 155.0, 50.0, 2.0
PARAMETERS = itm.ItmParameters()


def terrain_and_grid() -> tuple[ElevationRaster, Grid]:
    """The demo's tile and one cell around each of its posts."""
    heights = elevation_amsl_m()
    grid = Grid(-101296.5 * POST_DEG, 43735.5 * POST_DEG, POST_DEG, *heights.shape)
    west, north = grid.lons_deg()[0], grid.lats_deg()[0]
    return ElevationRaster(heights, west, north, POST_DEG, POST_DEG, "demo tile"), grid


def kernel_rate(profile_m: np.ndarray, intervals: int, seconds: float) -> float:
    """Evaluations per second of processor time on one thread over profiles of so many intervals."""
    fixed = (
        50.0, H_TX_M, H_RX_M, FREQ_MHZ, PARAMETERS.ground_impedance(FREQ_MHZ), PARAMETERS.refractivity_n_units,
        int(PARAMETERS.climate), PARAMETERS.mdvar, *PARAMETERS.deviates(),
    )  # fmt: skip
    starts = range(0, profile_m.size - intervals - 1, 7)
    itm.path_loss_kernel(profile_m, intervals, *fixed)
    done, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        for start in starts:
            itm.path_loss_kernel(profile_m[start:], intervals, *fixed)
        done += len(starts)
    return done / (time.process_time() - began)


def sweep_seconds(terrain: ElevationRaster, grid: Grid, station: Transmitter, radius_km: float) -> tuple[float, int]:
    """(seconds, cells) of the radial sweep, all cores."""
    began = time.perf_counter()
    losses = path_loss_raster(
        station, terrain, grid, receiver_height_agl_m=H_RX_M, parameters=PARAMETERS, radius_km=radius_km
    )
    return time.perf_counter() - began, int(np.isfinite(losses.path_loss_db).sum())


def cell_by_cell_seconds(
    terrain: ElevationRaster, grid: Grid, station: Transmitter, radius_km: float, every: int
) -> tuple[float, int]:
    """(seconds, cells) of the plain way over one cell in so many: own profile, one scalar evaluation."""
    step_m = step_for(terrain)
    cells, began = 0, time.perf_counter()
    for lat in grid.lats_deg()[::every]:
        for lon in grid.lons_deg()[::every]:
            profile = profile_between(terrain, station.lon_deg, station.lat_deg, lon, lat, step_m=step_m)
            if profile.distance_m > radius_km * 1000.0 or not profile.is_complete:
                continue
            itm.point_to_point(
                profile.elevation_amsl_m, step_m=profile.step_m, h_tx_m=H_TX_M, h_rx_m=H_RX_M, freq_mhz=FREQ_MHZ,
                parameters=PARAMETERS,
            )  # fmt: skip
            cells += 1
    return time.perf_counter() - began, cells


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="time for each kernel rate")
    parser.add_argument("--radius-km", type=float, default=20.0, help="radius of the coverage job")
    options = parser.parse_args()
    terrain, grid = terrain_and_grid()
    row, col = np.unravel_index(np.nanargmax(terrain.height_amsl_m), grid.shape)
    station = Transmitter(
        "bench", "bench", grid.lons_deg()[col], grid.lats_deg()[row], H_TX_M, FREQ_MHZ, OmniPattern(), 50.0
    )
    ground = terrain.height_amsl_m.astype(np.float64).ravel()[:4000]
    print(f"{itm.METHOD}, {FREQ_MHZ:g} MHz, {H_TX_M:g} m over {H_RX_M:g} m")
    for intervals in (100, 500, 1000):
        rate = kernel_rate(ground, intervals, options.seconds)
        print(f"kernel, {intervals:4} intervals, one thread, called from Python: {rate:10,.0f} evaluations/s")
    sweep_seconds(terrain, grid, station, 2.0)
    swept_s, swept = sweep_seconds(terrain, grid, station, options.radius_km)
    plain_s, plain = cell_by_cell_seconds(terrain, grid, station, options.radius_km, every=8)
    print(f"sweep, {options.radius_km:g} km: {swept:,} cells in {swept_s:.2f} s, {swept / swept_s:,.0f} cells/s")
    print(f"cell by cell: {plain:,} cells in {plain_s:.2f} s, {plain / plain_s:,.0f} cells/s")
    print(f"the sweep is {swept / swept_s / (plain / plain_s):.0f} times as fast")


if __name__ == "__main__":
    main()
