"""Longley–Rice irregular terrain model (ITM), point to point over a profile and area prediction.

G. A. Hufford, A. G. Longley, W. A. Kissick, "A Guide to the Use of the ITS Irregular Terrain Model in the
Area Prediction Mode", NTIA Report 82-100 (1982), and G. A. Hufford, "The ITS Irregular Terrain Model,
version 1.2.2: The Algorithm". Valid for 20 MHz to 20 GHz, antennas 0.5 m to 3000 m above ground, paths of
1 km to 2000 km; nearer to a limit the result carries a caveat.
"""

import math
from dataclasses import dataclass
from enum import IntEnum, IntFlag

import numpy as np

from geo.compiled import kernel
from geo.errors import GeoError, OutOfValidity
from geo.propagation import itm_reference as reference
from geo.propagation.itm_reference import (
    effective_earth_radius_m,
    free_space_db,
    reference_attenuation,
    surface_refractivity,
)
from geo.propagation.itm_terrain import (
    mean_height_m,
    path_geometry,
    rough_horizon_angle,
    rough_horizon_m,
)
from geo.propagation.itm_variability import EXTREME_VARIABILITY, normal_deviate, variable_attenuation

METHOD = "Longley–Rice (ITM 1.2.2)"
VERSION = "1"


class Climate(IntEnum):
    """Radio climates of the model."""

    EQUATORIAL = 1
    CONTINENTAL_SUBTROPICAL = 2
    MARITIME_SUBTROPICAL = 3
    DESERT = 4
    CONTINENTAL_TEMPERATE = 5
    MARITIME_TEMPERATE_OVER_LAND = 6
    MARITIME_TEMPERATE_OVER_SEA = 7


class Polarization(IntEnum):
    """Polarization of the wave at both antennas."""

    HORIZONTAL = 0
    VERTICAL = 1


class Siting(IntEnum):
    """How an antenna's place was chosen, for area prediction."""

    RANDOM = 0
    CAREFUL = 1
    VERY_CAREFUL = 2


class Mode(IntEnum):
    """What carried the signal."""

    LINE_OF_SIGHT = reference.LINE_OF_SIGHT
    DIFFRACTION = reference.DIFFRACTION
    TROPOSCATTER = reference.TROPOSCATTER


class Caveat(IntFlag):
    """An input or an intermediate outside the range the model was fitted to; the loss stands with a doubt."""

    TX_HEIGHT = 0x0001
    RX_HEIGHT = 0x0002
    FREQUENCY = 0x0004
    PATH_TOO_LONG = reference.PATH_TOO_LONG
    PATH_FAR_TOO_LONG = reference.PATH_FAR_TOO_LONG
    PATH_TOO_SHORT_FOR_HEIGHTS = reference.PATH_TOO_SHORT_FOR_HEIGHTS
    PATH_TOO_SHORT = reference.PATH_TOO_SHORT
    TX_HORIZON_ANGLE = reference.TX_HORIZON_ANGLE
    RX_HORIZON_ANGLE = reference.RX_HORIZON_ANGLE
    TX_HORIZON_NEAR = reference.TX_HORIZON_NEAR
    RX_HORIZON_NEAR = reference.RX_HORIZON_NEAR
    TX_HORIZON_FAR = reference.TX_HORIZON_FAR
    RX_HORIZON_FAR = reference.RX_HORIZON_FAR
    EXTREME_VARIABILITY = EXTREME_VARIABILITY
    REFRACTIVITY_LOW = reference.REFRACTIVITY_LOW
    DIFFRACTION_UNDEFINED = reference.DIFFRACTION_UNDEFINED


CAVEAT_TEXT = {
    Caveat.TX_HEIGHT: "transmitting antenna below 1 m or above 1000 m",
    Caveat.RX_HEIGHT: "receiving antenna below 1 m or above 1000 m",
    Caveat.FREQUENCY: "frequency below 40 MHz or above 10 GHz",
    Caveat.PATH_TOO_LONG: "path longer than 1000 km",
    Caveat.PATH_FAR_TOO_LONG: "path longer than 2000 km",
    Caveat.PATH_TOO_SHORT_FOR_HEIGHTS: "path steeper than 200 mrad between the effective antenna heights",
    Caveat.PATH_TOO_SHORT: "path shorter than 1 km",
    Caveat.TX_HORIZON_ANGLE: "transmitter's horizon steeper than 200 mrad",
    Caveat.RX_HORIZON_ANGLE: "receiver's horizon steeper than 200 mrad",
    Caveat.TX_HORIZON_NEAR: "transmitter's horizon nearer than a tenth of the smooth-earth horizon",
    Caveat.RX_HORIZON_NEAR: "receiver's horizon nearer than a tenth of the smooth-earth horizon",
    Caveat.TX_HORIZON_FAR: "transmitter's horizon beyond three times the smooth-earth horizon",
    Caveat.RX_HORIZON_FAR: "receiver's horizon beyond three times the smooth-earth horizon",
    Caveat.EXTREME_VARIABILITY: "a quantile rarer than 0.1 % or commoner than 99.9 %",
    Caveat.REFRACTIVITY_LOW: "surface refractivity below 250 N-units",
    Caveat.DIFFRACTION_UNDEFINED: "diffraction has no value over ground this conductive: taken as none",
}

_STATUS_TEXT = {
    reference.REFRACTIVITY_TOO_SMALL: "surface refractivity is below 150 N-units",
    reference.REFRACTIVITY_TOO_LARGE: "surface refractivity is above 400 N-units",
    reference.EARTH_RADIUS: "the effective earth radius is outside 4000 km to 13333 km",
    reference.GROUND_IMPEDANCE: "the ground is too conductive for its permittivity at this frequency",
}


@dataclass(frozen=True)
class ItmParameters:
    """Everything the model needs besides the path: OutOfValidity if a value is outside its range.

    The percentages are quantiles of time, location and situation, each 0 < p < 100; 50/50/50 is the median
    that a reliability margin is added to (never both). mdvar as in itm_variability.variable_attenuation.
    """

    climate: Climate = Climate.CONTINENTAL_TEMPERATE
    refractivity_n_units: float = 301.0
    polarization: Polarization = Polarization.VERTICAL
    ground_permittivity: float = 15.0
    ground_conductivity_s_per_m: float = 0.005
    mdvar: int = 12
    time_percent: float = 50.0
    location_percent: float = 50.0
    situation_percent: float = 50.0

    def __post_init__(self) -> None:
        Climate(self.climate)
        Polarization(self.polarization)
        if not 250.0 <= self.refractivity_n_units <= 400.0:
            raise OutOfValidity(
                f"sea-level refractivity {self.refractivity_n_units} is not in 250..400 N-units"
            )
        if self.ground_permittivity < 1.0 or self.ground_conductivity_s_per_m <= 0.0:
            raise OutOfValidity("ground needs a relative permittivity >= 1 and a conductivity > 0")
        if self.mdvar not in {kind + extra for kind in range(4) for extra in (0, 10, 20, 30)}:
            raise OutOfValidity(f"mode of variability {self.mdvar} is not 0..3 plus 0, 10, 20 or 30")
        for name in ("time_percent", "location_percent", "situation_percent"):
            if not 0.0 < getattr(self, name) < 100.0:
                raise OutOfValidity(f"{name} {getattr(self, name)} is not between 0 and 100")

    def ground_impedance(self, freq_mhz: float) -> complex:
        """Z_g, the surface transfer impedance of the ground [Alg, equation 1.5]."""
        permittivity = complex(
            self.ground_permittivity, 18000.0 * self.ground_conductivity_s_per_m / freq_mhz
        )
        impedance = np.sqrt(permittivity - 1.0)
        if self.polarization == Polarization.VERTICAL:
            impedance = impedance / permittivity
        return complex(impedance)

    def deviates(self) -> tuple[float, float, float]:
        """Normal deviates of the time, location and situation quantiles."""
        return (
            normal_deviate(self.time_percent / 100.0),
            normal_deviate(self.location_percent / 100.0),
            normal_deviate(self.situation_percent / 100.0),
        )

    def is_median(self) -> bool:
        """Whether all three quantiles are 50 %, so that a reliability margin may be added."""
        return self.time_percent == self.location_percent == self.situation_percent == 50.0


@dataclass(frozen=True)
class ItmResult:
    """Basic transmission loss between isotropic antennas and what led to it (metres, radians, dB)."""

    path_loss_db: float
    reference_attenuation_db: float
    free_space_db: float
    mode: Mode
    caveats: Caveat
    delta_h_m: float
    theta_tx: float
    theta_rx: float
    horizon_tx_m: float
    horizon_rx_m: float
    effective_height_tx_m: float
    effective_height_rx_m: float
    surface_refractivity: float


@kernel
def path_loss_kernel(
    elevation_m, intervals, step_m, h_tx_m, h_rx_m, freq_mhz, z_ground, n_0, climate, mdvar, z_t, z_l, z_s
):  # fmt: skip
    """(path_loss_db, mode, caveat flags, status) over elevation_m[0..intervals]; inputs are not checked.

    The profile must be finite: whoever calls this cuts it at the first hole. Loss is NaN unless status is OK.
    """
    n_s = surface_refractivity(mean_height_m(elevation_m, intervals), n_0)
    radius_m = effective_earth_radius_m(n_s)
    theta_tx, theta_rx, d_tx, d_rx, h_e_tx, h_e_rx, delta_h_m = path_geometry(
        elevation_m, intervals, step_m, h_tx_m, h_rx_m, radius_m
    )
    distance_m = intervals * step_m
    attenuation_db, mode, flags, status = reference_attenuation(
        distance_m, freq_mhz, h_tx_m, h_rx_m, h_e_tx, h_e_rx, theta_tx, theta_rx, d_tx, d_rx,
        delta_h_m, n_s, z_ground, True,
    )  # fmt: skip
    if status != reference.OK:
        return math.nan, mode, flags, status
    varied_db, more_flags = variable_attenuation(
        attenuation_db, distance_m, freq_mhz, h_e_tx, h_e_rx, delta_h_m, climate, mdvar, z_t, z_l, z_s
    )
    return varied_db + free_space_db(distance_m, freq_mhz), mode, flags | more_flags, status


def point_to_point(
    elevation_m: np.ndarray,
    *,
    step_m: float,
    h_tx_m: float,
    h_rx_m: float,
    freq_mhz: float,
    parameters: ItmParameters,
) -> ItmResult:
    """Path loss over a profile at equal steps, both end points included, transmitter's first.

    elevation_m: shape (points,), at least 2, metres above sea level, finite. h_tx_m, h_rx_m: antenna heights
    above ground, 0.5..3000. freq_mhz: 20..20000. GeoError on a hole in the profile, OutOfValidity outside
    the model's ranges.
    """
    profile = np.ascontiguousarray(elevation_m, dtype=np.float64)
    if profile.ndim != 1 or profile.size < 2 or not step_m > 0.0:
        raise GeoError("a profile needs at least two points and a step above zero")
    if not np.isfinite(profile).all():
        raise GeoError("the profile has points without elevation: no data, so no path loss")
    caveats = check_terminals(h_tx_m=h_tx_m, h_rx_m=h_rx_m, freq_mhz=freq_mhz)
    intervals = profile.size - 1
    n_s = surface_refractivity(mean_height_m(profile, intervals), parameters.refractivity_n_units)
    geometry = path_geometry(profile, intervals, step_m, h_tx_m, h_rx_m, effective_earth_radius_m(n_s))
    return _result(
        geometry, intervals * step_m, h_tx_m, h_rx_m, freq_mhz, n_s, parameters, caveats, known_path=True
    )


def area(
    *,
    distance_m: float,
    delta_h_m: float,
    h_tx_m: float,
    h_rx_m: float,
    tx_siting: Siting,
    rx_siting: Siting,
    freq_mhz: float,
    parameters: ItmParameters,
) -> ItmResult:
    """Path loss typical of terrain of irregularity delta_h_m at a distance, without a profile.

    distance_m > 0; delta_h_m >= 0 (30 flat plains, 90 hills, 200 mountains). Ranges and errors otherwise as
    point_to_point. Median over places like this one, not the loss of any one path.
    """
    if not distance_m > 0.0 or delta_h_m < 0.0:
        raise OutOfValidity("area prediction needs a distance above zero and a delta h not below zero")
    caveats = check_terminals(h_tx_m=h_tx_m, h_rx_m=h_rx_m, freq_mhz=freq_mhz)
    n_s = parameters.refractivity_n_units
    radius_m = effective_earth_radius_m(n_s)
    h_e_tx = _sited_height_m(h_tx_m, tx_siting, delta_h_m)
    h_e_rx = _sited_height_m(h_rx_m, rx_siting, delta_h_m)
    d_tx = rough_horizon_m(h_e_tx, delta_h_m, radius_m)
    d_rx = rough_horizon_m(h_e_rx, delta_h_m, radius_m)
    geometry = (
        rough_horizon_angle(h_e_tx, d_tx, delta_h_m, radius_m),
        rough_horizon_angle(h_e_rx, d_rx, delta_h_m, radius_m),
        d_tx,
        d_rx,
        h_e_tx,
        h_e_rx,
        delta_h_m,
    )
    return _result(geometry, distance_m, h_tx_m, h_rx_m, freq_mhz, n_s, parameters, caveats, known_path=False)


def check_terminals(*, h_tx_m: float, h_rx_m: float, freq_mhz: float) -> Caveat:
    """Caveats of antenna heights and frequency; OutOfValidity where the model is not defined at all."""
    caveats = Caveat(0)
    for name, h_m, caveat in (
        ("transmitting", h_tx_m, Caveat.TX_HEIGHT),
        ("receiving", h_rx_m, Caveat.RX_HEIGHT),
    ):
        if not 0.5 <= h_m <= 3000.0:
            raise OutOfValidity(
                f"{name} antenna at {h_m} m above ground: Longley–Rice holds for 0.5 m to 3000 m"
            )
        if not 1.0 <= h_m <= 1000.0:
            caveats |= caveat
    if not 20.0 <= freq_mhz <= 20000.0:
        raise OutOfValidity(f"{freq_mhz} MHz: Longley–Rice holds for 20 MHz to 20 GHz")
    if not 40.0 <= freq_mhz <= 10000.0:
        caveats |= Caveat.FREQUENCY
    return caveats


def caveat_texts(caveats: int) -> tuple[str, ...]:
    """A sentence for every flag set."""
    return tuple(text for flag, text in CAVEAT_TEXT.items() if caveats & flag)


def _sited_height_m(h_m: float, siting: Siting, delta_h_m: float) -> float:
    """Effective height of an antenna placed with more or less care [Alg, equation 3.2]."""
    if siting == Siting.RANDOM:
        return h_m
    rise = 4.0 if siting == Siting.CAREFUL else 9.0
    if h_m < 5.0:
        rise *= math.sin(0.1 * math.pi * h_m)
    return h_m + (1.0 + rise) * math.exp(-min(20.0, 2.0 * h_m / max(1e-3, delta_h_m)))


def _result(
    geometry: tuple[float, ...],
    distance_m: float,
    h_tx_m: float,
    h_rx_m: float,
    freq_mhz: float,
    n_s: float,
    parameters: ItmParameters,
    caveats: Caveat,
    *,
    known_path: bool,
) -> ItmResult:
    theta_tx, theta_rx, d_tx, d_rx, h_e_tx, h_e_rx, delta_h_m = geometry
    attenuation_db, mode, flags, status = reference_attenuation(
        distance_m, freq_mhz, h_tx_m, h_rx_m, h_e_tx, h_e_rx, theta_tx, theta_rx, d_tx, d_rx,
        delta_h_m, n_s, parameters.ground_impedance(freq_mhz), known_path,
    )  # fmt: skip
    if status != reference.OK:
        raise OutOfValidity(f"Longley–Rice does not hold here: {_STATUS_TEXT[status]}")
    varied_db, more_flags = variable_attenuation(
        attenuation_db, distance_m, freq_mhz, h_e_tx, h_e_rx, delta_h_m,
        int(parameters.climate), parameters.mdvar, *parameters.deviates(),
    )  # fmt: skip
    spread_db = free_space_db(distance_m, freq_mhz)
    return ItmResult(
        path_loss_db=varied_db + spread_db,
        reference_attenuation_db=attenuation_db,
        free_space_db=spread_db,
        mode=Mode(mode),
        caveats=caveats | Caveat(flags | more_flags),
        delta_h_m=delta_h_m,
        theta_tx=theta_tx,
        theta_rx=theta_rx,
        horizon_tx_m=d_tx,
        horizon_rx_m=d_rx,
        effective_height_tx_m=h_e_tx,
        effective_height_rx_m=h_e_rx,
        surface_refractivity=n_s,
    )
