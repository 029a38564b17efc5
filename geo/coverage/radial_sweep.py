"""Path loss along rays: rays in, losses out. Heights are read once per ray and shared by all its receivers."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np

from geo.compiled import kernel
from geo.coverage.radial_plan import ray_curves
from geo.propagation.itm import ItmParameters, path_loss_kernel
from geo.propagation.itm_reference import OK
from geo.terrain.elevation import ElevationRaster, height_at

# Set on a loss that the model refuses to give (surface refractivity, ground): no flag of the model itself.
REFUSED = 0x10000
CHUNKS_PER_CORE = 16

Progress = Callable[[float], None]


@kernel
def sweep_kernel(
    height_amsl_m, row_curve, col_curve, length_m, step_m, pair_start, pair_step, first_ray, end_ray,
    h_tx_m, h_rx_m, freq_mhz, z_ground, n_0, climate, mdvar, z_t, z_l, z_s, loss_db, flags,
):  # fmt: skip
    """Fill loss_db and flags for the pairs of rays first_ray..end_ray-1; beyond a void, loss is NaN."""
    longest = 0
    for ray in range(first_ray, end_ray):
        if pair_start[ray + 1] > pair_start[ray]:
            longest = max(longest, pair_step[pair_start[ray + 1] - 1])
    profile_m = np.empty(longest + 1)
    for ray in range(first_ray, end_ray):
        start = pair_start[ray]
        end = pair_start[ray + 1]
        if end == start:
            continue
        known = -1
        for n in range(pair_step[end - 1] + 1):
            t = n * step_m[ray] / length_m[ray]
            row = 0.0
            col = 0.0
            for power in range(row_curve.shape[1] - 1, -1, -1):
                row = row * t + row_curve[ray, power]
                col = col * t + col_curve[ray, power]
            height = height_at(height_amsl_m, row, col)
            if np.isnan(height):
                break
            profile_m[n] = height
            known = n
        for pair in range(start, end):
            intervals = pair_step[pair]
            if intervals > known:
                loss_db[pair] = np.nan
                flags[pair] = 0
                continue
            loss, _, caveats, status = path_loss_kernel(
                profile_m, intervals, step_m[ray], h_tx_m, h_rx_m, freq_mhz, z_ground, n_0, climate, mdvar,
                z_t, z_l, z_s,
            )  # fmt: skip
            loss_db[pair] = loss
            flags[pair] = caveats if status == OK else caveats | REFUSED


def sweep(
    terrain: ElevationRaster,
    *,
    lon_deg: float,
    lat_deg: float,
    azimuths_deg: np.ndarray,
    steps_m: np.ndarray,
    pair_start: np.ndarray,
    pair_step: np.ndarray,
    h_tx_m: float,
    h_rx_m: float,
    freq_mhz: float,
    parameters: ItmParameters,
    progress: Progress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """(path loss in dB, caveat flags) at every (ray, step) pair; float64 and int32, shape (pairs,).

    azimuths_deg, steps_m: one per ray. pair_start, pair_step: as in RadialPlan. Runs on all cores, which do
    not hold Python's lock. progress is called from the calling thread with the share done, 0..1.
    """
    counts = np.diff(pair_start)
    last_step = np.zeros(len(counts))
    last_step[counts > 0] = pair_step[pair_start[1:][counts > 0] - 1]
    lengths_m = np.maximum(last_step, 1.0) * steps_m
    row_curve, col_curve = ray_curves(
        terrain, lon_deg=lon_deg, lat_deg=lat_deg, azimuths_deg=azimuths_deg, lengths_m=lengths_m
    )
    loss_db = np.full(len(pair_step), np.nan)
    flags = np.zeros(len(pair_step), dtype=np.int32)
    chunks = _chunks(counts, last_step)

    def work(first_ray: int, end_ray: int) -> None:
        sweep_kernel(
            terrain.height_amsl_m, row_curve, col_curve, lengths_m, steps_m, pair_start, pair_step,
            first_ray, end_ray, h_tx_m, h_rx_m, freq_mhz, parameters.ground_impedance(freq_mhz),
            parameters.refractivity_n_units, int(parameters.climate), parameters.mdvar,
            *parameters.deviates(), loss_db, flags,
        )  # fmt: skip

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        running = {pool.submit(work, first, end): end - first for first, end in chunks}
        done = 0
        try:
            for finished in as_completed(running):
                finished.result()
                done += running[finished]
                if progress:
                    progress(done / len(counts))
        except BaseException:
            for waiting in running:
                waiting.cancel()
            raise
    return loss_db, flags


def _chunks(counts: np.ndarray, last_step: np.ndarray) -> list[tuple[int, int]]:
    """Ray ranges of about equal work: a pair's cost grows with its distance, most of it fixed."""
    work = np.cumsum(counts * (200.0 + last_step / 2.0) + 1.0)
    pieces = min(CHUNKS_PER_CORE * (os.cpu_count() or 1), len(counts))
    cuts = np.searchsorted(work, np.linspace(0.0, work[-1], pieces + 1)[1:-1])
    edges = np.unique(np.concatenate(([0], cuts, [len(counts)])))
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
