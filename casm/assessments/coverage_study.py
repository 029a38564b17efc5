"""What all stations of a coverage study share, and path losses computed once and used by all."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from casm.assessments.coverage_inputs import StationInput
from casm.errors import CasmError
from geo.coverage import clutter
from geo.coverage.grid import Grid
from geo.coverage.loss_raster import LossRaster, path_loss_raster
from geo.coverage.radial_plan import RadialPlan, plan_rays, step_for
from geo.coverage.station_coverage import StationCoverage, Terms, station_coverage
from geo.coverage.subscriber import SubscriberProfile
from geo.coverage.tables import criterion, figures, unverified_note
from geo.errors import GeoError
from geo.propagation import itm
from geo.terrain.elevation import SAMPLING_RULE, ElevationRaster
from geo.terrain.geotiff import read_elevation

METHOD = "Longley–Rice point to point, 50/50/50 %, local clutter loss and location spread"
# Raised whenever the same inputs would give another result.
METHOD_VERSION = f"1 (ITM {itm.VERSION})"

TERRAIN_FOLDER = "terrain"
TERRAIN_SUFFIXES = (".tif", ".tiff", ".hgt")
MOST_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class Study:
    """Terrain, grid and terms of a study. The grid is the terrain's own, cells around its posts."""

    terrain: ElevationRaster
    grid: Grid
    terms: Terms
    radius_km: float = 80.0
    daq: float = 3.4
    target: float = 0.95

    def notes(self) -> tuple[str, ...]:
        """Sentences every result of the study carries."""
        by_key = figures()
        used = [by_key["location_sigma_db"], by_key["noise_rise_db"]]
        return tuple(note for note in map(unverified_note, used) if note)

    def basis(self) -> dict[str, Any]:
        """Everything shared that a result rests on; part of every inputs hash."""
        return {
            "method": METHOD,
            "method_version": METHOD_VERSION,
            "terrain": self.terrain.source,
            "terrain_sha256": self.terrain.sha256,
            "terrain_sampling": SAMPLING_RULE,
            "grid": asdict(self.grid),
            "radius_km": self.radius_km,
            "daq": self.daq,
            "target": self.target,
            "location_sigma_db": self.terms.location_sigma_db,
            "noise_rise_db": self.terms.noise_rise_db,
            "itm": asdict(self.terms.parameters),
        }


def open_study(terrain_file: Path, *, daq: float = 3.4, target: float = 0.95, radius_km: float = 80.0) -> Study:
    """A study over a terrain file; CasmError saying what is wrong with it and what mends it."""
    try:
        terrain = read_elevation(terrain_file)
    except GeoError as error:
        raise CasmError(f"The terrain cannot be used: {error}.", "give a north-up GeoTIFF in degrees") from error
    by_key = figures()
    return Study(
        terrain=terrain,
        grid=grid_of(terrain),
        terms=Terms(
            parameters=itm.ItmParameters(),
            location_sigma_db=by_key["location_sigma_db"].value,
            noise_rise_db=by_key["noise_rise_db"].value,
        ),
        radius_km=radius_km,
        daq=daq,
        target=target,
    )


def grid_of(terrain: ElevationRaster) -> Grid:
    """Grid over the whole terrain, cells as fine as its posts, or a whole multiple where that is too many."""
    west, south, east, north = terrain.bounds
    post_deg = max(terrain.lat_spacing_deg, terrain.lon_spacing_deg)
    multiple = 1
    while (east - west) * (north - south) / (post_deg * multiple) ** 2 > MOST_CELLS:
        multiple += 1
    return Grid.covering((west, south, east, north), post_deg * multiple)


def find_terrain(data_dir: Path, chosen: Path | None = None) -> Path:
    """The terrain file to use: the chosen one, else the only one in the data folder's terrain folder."""
    if chosen is not None:
        if not chosen.is_file():
            raise CasmError(f"There is no terrain file {chosen}.", "check the path given to --terrain")
        return chosen
    folder = data_dir / TERRAIN_FOLDER
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in TERRAIN_SUFFIXES)
    if not found:
        raise CasmError(
            f"No terrain is at hand in {folder}, and coverage is never computed over ground taken as flat.",
            "put a GeoTIFF of elevations there, or name one with --terrain",
        )
    if len(found) > 1:
        raise CasmError(
            f"{folder} holds {len(found)} terrain files: {', '.join(path.name for path in found)}.",
            "name the one to use with --terrain",
        )
    return found[0]


class LossStore:
    """Path losses by station and receiver height, computed once each; the last ones are kept in memory.

    stored: asked first for a loss by its hash and the station's longitude and latitude, so that losses kept
    from an earlier run are not computed again.
    """

    # Some 12 bytes a cell: at most about half a gigabyte each, whatever the size of the grid.
    CELLS_KEPT = 40_000_000

    def __init__(self, study: Study) -> None:
        self.study = study
        self.computed = 0
        self._kept = max(2, self.CELLS_KEPT // (study.grid.rows * study.grid.cols))
        self.stored: Callable[[str, float, float], LossRaster | None] | None = None
        self._losses: OrderedDict[str, LossRaster] = OrderedDict()
        self._plans: OrderedDict[tuple[float, float], RadialPlan] = OrderedDict()

    def get(self, station: StationInput, receiver_height_agl_m: float) -> LossRaster:
        """The path loss of a station that has a transmitter; OutOfValidity where the model does not hold."""
        key = loss_hash(self.study, station, receiver_height_agl_m)
        losses = self._losses.pop(key, None)
        if losses is None and self.stored is not None:
            losses = self.stored(key, station.told().lon_deg, station.told().lat_deg)
        if losses is None:
            losses = self._compute(station, receiver_height_agl_m)
        self._losses[key] = losses
        while len(self._losses) > self._kept:
            self._losses.popitem(last=False)
        return losses

    def _compute(self, station: StationInput, receiver_height_agl_m: float) -> LossRaster:
        transmitter = station.told()
        parameters = replace(self.study.terms.parameters, polarization=transmitter.polarization)
        self.computed += 1
        return path_loss_raster(
            transmitter,
            self.study.terrain,
            self.study.grid,
            receiver_height_agl_m=receiver_height_agl_m,
            parameters=parameters,
            radius_km=self.study.radius_km,
            plan=self.plan(transmitter.lon_deg, transmitter.lat_deg),
        )

    def plan(self, lon_deg: float, lat_deg: float) -> RadialPlan:
        """The rays from a place, shared by the stations that stand there."""
        place = (lon_deg, lat_deg)
        plan = self._plans.pop(place, None) or plan_rays(
            self.study.grid,
            lon_deg=lon_deg,
            lat_deg=lat_deg,
            step_m=step_for(self.study.terrain),
            radius_km=self.study.radius_km,
        )
        self._plans[place] = plan
        while len(self._plans) > self._kept:
            self._plans.popitem(last=False)
        return plan


def coverage_for(store: LossStore, station: StationInput, subscriber: SubscriberProfile) -> StationCoverage:
    """Probabilities of a station for a profile. GeoError where no figure of clutter or criterion is on record."""
    study = store.study
    return station_coverage(
        station.told(),
        store.get(station, subscriber.height_agl_m),
        subscriber,
        criterion(station.told_mode(), study.daq),
        terms=study.terms,
        clutter_loss_db=clutter.assumed_class(station.told().freq_mhz).loss_db,
    )


def untold(study: Study, station: StationInput) -> str | None:
    """Why nothing can be told of a station that has a transmitter: no criterion, no clutter figure; else None."""
    try:
        criterion(station.told_mode(), study.daq)
        clutter.assumed_class(station.told().freq_mhz)
    except GeoError as error:
        return f"{station.name}: {error}"
    return None


def loss_hash(study: Study, station: StationInput, receiver_height_agl_m: float) -> str:
    """Hash of all that a path-loss raster depends on: nothing of power, patterns or receivers."""
    transmitter = station.told()
    basis = study.basis()
    for name in ("daq", "target", "location_sigma_db", "noise_rise_db", "method"):
        del basis[name]
    return digest(
        basis
        | {
            "lon_deg": transmitter.lon_deg,
            "lat_deg": transmitter.lat_deg,
            "antenna_height_agl_m": transmitter.antenna_height_agl_m,
            "freq_mhz": transmitter.freq_mhz,
            "polarization": int(transmitter.polarization),
            "receiver_height_agl_m": receiver_height_agl_m,
        }
    )


def coverage_hash(study: Study, station: StationInput, subscriber: SubscriberProfile) -> str:
    """Hash of all that a station's coverage for a profile depends on, editable figures included."""
    transmitter = station.told()
    return digest(
        study.basis()
        | {
            "transmitter": asdict(transmitter) | {"pattern": repr(transmitter.pattern)},
            "subscriber": asdict(subscriber),
            "criterion": asdict(criterion(station.told_mode(), study.daq)),
            "clutter": asdict(clutter.assumed_class(transmitter.freq_mhz)),
        }
    )


def digest(content: Any) -> str:
    """SHA-256 of a value as canonical JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
