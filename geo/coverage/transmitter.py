"""A fixed station as coverage needs it: where it stands, what it radiates, what it can hear."""

from dataclasses import dataclass

import numpy as np

from geo import geodesy, units
from geo.errors import GeoError
from geo.propagation.itm import Polarization

# Deepest suppression of a single-beam pattern, dB (3GPP TR 38.901 V16, table 7.3-1, horizontal cut).
BACK_SUPPRESSION_DB = 30.0


@dataclass(frozen=True)
class BeamPattern:
    """One beam in azimuth: full gain along boresight_azimuth_deg, 3 dB less at half beamwidth_deg either side.

    Between, gain falls by 12 (offset / beamwidth)² dB, to BACK_SUPPRESSION_DB behind (3GPP TR 38.901 V16,
    table 7.3-1): a stand-in where the antenna's measured pattern is not on record. 0 < beamwidth_deg <= 360.
    """

    boresight_azimuth_deg: float
    beamwidth_deg: float

    def __post_init__(self) -> None:
        if not 0.0 < self.beamwidth_deg <= 360.0:
            raise GeoError(f"a beamwidth of {self.beamwidth_deg} degrees is not above 0 and at most 360")

    def relative_gain_db(self, azimuths_deg: np.ndarray) -> np.ndarray:
        """Gain relative to boresight, <= 0 dB, at azimuths in degrees; shape as given."""
        offset = (np.asarray(azimuths_deg) - self.boresight_azimuth_deg + 180.0) % 360.0 - 180.0
        return -np.minimum(12.0 * (offset / self.beamwidth_deg) ** 2, BACK_SUPPRESSION_DB)


@dataclass(frozen=True)
class OmniPattern:
    """The same gain in every azimuth."""

    def relative_gain_db(self, azimuths_deg: np.ndarray) -> np.ndarray:
        """0 dB at every azimuth; shape as given."""
        return np.zeros(np.shape(azimuths_deg))


Pattern = OmniPattern | BeamPattern


@dataclass(frozen=True)
class Transmitter:
    """A fixed station. What is None is not on record, and what needs it is unknown, never assumed.

    lon_deg, lat_deg: WGS84. antenna_height_agl_m: radiation centre above ground, 0.5..3000. freq_mhz:
    20..20000, the station's transmit frequency. eirp_dbm: towards the beam's peak. antenna_gain_dbi and
    line_loss_db serve the receive side. receiver_sensitivity_dbm: reference sensitivity at the receiver's
    input; receiver_noise_figure_db serves where that is not known. pattern None: not on record.
    """

    id: str
    name: str
    lon_deg: float
    lat_deg: float
    antenna_height_agl_m: float
    freq_mhz: float
    pattern: Pattern | None
    eirp_dbm: float | None = None
    antenna_gain_dbi: float | None = None
    line_loss_db: float | None = None
    receiver_sensitivity_dbm: float | None = None
    receiver_noise_figure_db: float | None = None
    polarization: Polarization = Polarization.VERTICAL

    def __post_init__(self) -> None:
        geodesy.check_position(self.lon_deg, self.lat_deg)

    def missing_for_talk_out(self) -> tuple[str, ...]:
        """Fields without which talk-out cannot be told; empty when all are there."""
        lacking = []
        if self.eirp_dbm is None:
            lacking.append("erp_w, or tx_output_w with antenna_gain_dbi and line_loss_db")
        if self.pattern is None:
            lacking.append("antenna_pattern")
        return tuple(lacking)

    def missing_for_talk_in(self) -> tuple[str, ...]:
        """Fields without which talk-in cannot be told; empty when all are there."""
        lacking = [name for name in ("antenna_gain_dbi", "line_loss_db") if getattr(self, name) is None]
        if self.receiver_sensitivity_dbm is None and self.receiver_noise_figure_db is None:
            lacking.append("receiver_sensitivity_dbm or receiver_noise_figure_db")
        if self.pattern is None:
            lacking.append("antenna_pattern")
        return tuple(lacking)


def eirp_from(
    *,
    erp_w: float | None,
    tx_output_w: float | None,
    antenna_gain_dbi: float | None,
    line_loss_db: float | None,
) -> float | None:
    """EIRP in dBm: from the stated ERP, else from output, antenna gain and line loss; None if neither is whole.

    A power of 0 W is a receive-only station's: it radiates nothing, so None.
    """
    if erp_w:
        return units.erp_w_to_eirp_dbm(erp_w)
    if tx_output_w and antenna_gain_dbi is not None and line_loss_db is not None:
        return units.w_to_dbm(tx_output_w) + antenna_gain_dbi - line_loss_db
    return None
