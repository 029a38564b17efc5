"""Path loss from a station to every cell of a grid."""

from dataclasses import dataclass, field

import numpy as np

from geo.coverage.grid import Grid
from geo.coverage.radial_plan import NOT_PLANNED, RadialPlan, plan_rays, step_for
from geo.coverage.radial_sweep import REFUSED, Progress, sweep
from geo.coverage.transmitter import Transmitter
from geo.propagation import itm
from geo.terrain.elevation import SAMPLING_RULE, ElevationRaster


@dataclass(frozen=True, eq=False)
class LossRaster:
    """Basic transmission loss between isotropic antennas, station to a receiver at each cell.

    path_loss_db: float32, shape (rows, cols). NaN is no data, terrain missing on the way: neither covered nor
    uncovered. Infinite beyond the study's radius: there the station is taken as serving nobody, by the
    study's own terms. azimuth_deg, distance_m: float32, from the station to the cell's centre. caveat_shares:
    share of the computed cells, 0..1, that each caveat holds for.
    """

    grid: Grid
    path_loss_db: np.ndarray
    azimuth_deg: np.ndarray
    distance_m: np.ndarray
    caveat_shares: dict[str, float] = field(default_factory=dict)
    basis: dict[str, str | float] = field(default_factory=dict)


def path_loss_raster(
    transmitter: Transmitter,
    terrain: ElevationRaster,
    grid: Grid,
    *,
    receiver_height_agl_m: float,
    parameters: itm.ItmParameters,
    radius_km: float,
    plan: RadialPlan | None = None,
    progress: Progress | None = None,
) -> LossRaster:
    """Longley–Rice point to point along rays to every cell within radius_km of the station.

    plan: of this grid, place, radius and step_for(terrain), to be shared by stations of one site. OutOfValidity
    where heights or frequency lie outside the model; GeoError as plan_rays.
    """
    terminals = itm.check_terminals(
        h_tx_m=transmitter.antenna_height_agl_m, h_rx_m=receiver_height_agl_m, freq_mhz=transmitter.freq_mhz
    )
    place = {"lon_deg": transmitter.lon_deg, "lat_deg": transmitter.lat_deg}
    radio = {
        "h_tx_m": transmitter.antenna_height_agl_m,
        "h_rx_m": receiver_height_agl_m,
        "freq_mhz": transmitter.freq_mhz,
        "parameters": parameters,
    }
    plan = plan or plan_rays(grid, step_m=step_for(terrain), radius_km=radius_km, **place)
    pair_loss_db, pair_flags = sweep(
        terrain,
        azimuths_deg=plan.ray_azimuths_deg,
        steps_m=np.full(len(plan.ray_azimuths_deg), plan.step_m),
        pair_start=plan.pair_start,
        pair_step=plan.pair_step,
        progress=progress,
        **place,
        **radio,
    )
    planned = plan.cell_pair != NOT_PLANNED
    loss_db = np.full(grid.shape, np.inf)
    flags = np.zeros(grid.shape, dtype=np.int32)
    loss_db[planned] = pair_loss_db[plan.cell_pair[planned]]
    flags[planned] = pair_flags[plan.cell_pair[planned]]

    own_way = _cells_whose_ray_misses_the_terrain(plan, terrain, np.isnan(loss_db) & planned)
    if own_way.any():
        distances_m = plan.distance_m[own_way].astype(np.float64)
        intervals = np.maximum(np.rint(distances_m / plan.step_m), 1.0)
        loss_db[own_way], flags[own_way] = sweep(
            terrain,
            azimuths_deg=plan.azimuth_deg[own_way].astype(np.float64),
            steps_m=distances_m / intervals,
            pair_start=np.arange(intervals.size + 1, dtype=np.int32),
            pair_step=intervals.astype(np.int32),
            **place,
            **radio,
        )
    return LossRaster(
        grid=grid,
        path_loss_db=loss_db.astype(np.float32),
        azimuth_deg=plan.azimuth_deg,
        distance_m=plan.distance_m,
        caveat_shares=_caveat_shares(flags | int(terminals), np.isfinite(loss_db)),
        basis={
            "model": itm.METHOD,
            "model_version": itm.VERSION,
            "time_location_situation": f"{parameters.time_percent:g}/{parameters.location_percent:g}"
            f"/{parameters.situation_percent:g} %",
            "terrain": terrain.source,
            "terrain_sha256": terrain.sha256,
            "terrain_sampling": SAMPLING_RULE,
            "step_m": plan.step_m,
            "radius_km": radius_km,
            "receiver_height_agl_m": receiver_height_agl_m,
        },
    )


def _cells_whose_ray_misses_the_terrain(
    plan: RadialPlan, terrain: ElevationRaster, empty: np.ndarray
) -> np.ndarray:
    """Cells of the terrain's rim whose own centre has a height, though the ray point for them lies outside.

    Those are computed on their own path. Only the rim is asked: a void is no data however it is reached.
    """
    west, south, east, north = terrain.bounds
    reach = 1.5 * plan.grid.cell_deg
    lons, lats = np.meshgrid(plan.grid.lons_deg(), plan.grid.lats_deg())
    rim = (lons - west < reach) | (east - lons < reach) | (lats - south < reach) | (north - lats < reach)
    asked = empty & rim & (plan.distance_m > 0.0)
    asked[asked] = np.isfinite(terrain.at(lons[asked], lats[asked]))
    return asked


def _caveat_shares(flags: np.ndarray, computed: np.ndarray) -> dict[str, float]:
    total = int(computed.sum())
    shares = {}
    for caveat, text in itm.CAVEAT_TEXT.items():
        hit = int(((flags & int(caveat)) != 0)[computed].sum())
        if hit:
            shares[text] = hit / total
    refused = int(((flags & REFUSED) != 0).sum())
    if refused:
        shares["the model refuses the surface refractivity or the ground: no result"] = refused / flags.size
    return shares
