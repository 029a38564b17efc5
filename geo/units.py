"""Unit conversions: the only place in the project that holds a conversion factor.

Functions take a float or a numpy array and return the same kind, unless a docstring says otherwise.
"""

from decimal import Decimal, InvalidOperation
from typing import TypeVar

import numpy as np

from geo.errors import GeoError

Quantity = TypeVar("Quantity", float, np.ndarray)

# International foot, mile and nautical mile: exact by definition (NIST SP 811, 2008, appendix B.8).
M_PER_FT = 0.3048
KM_PER_MI = 1.609344
KM_PER_NMI = 1.852

HZ_PER_MHZ = 1_000_000
HZ_PER_KHZ = 1_000

# Gain of a half-wave dipole over an isotropic radiator (ITU-R V.573-6, term "e.r.p."; 47 CFR 2.1: 1.64).
DIPOLE_GAIN_DBI = 2.15

SPEED_OF_LIGHT_M_PER_S = 299_792_458.0


def ft_to_m(length_ft: Quantity) -> Quantity:
    """International feet to metres."""
    return length_ft * M_PER_FT


def m_to_ft(length_m: Quantity) -> Quantity:
    """Metres to international feet."""
    return length_m / M_PER_FT


def mi_to_km(length_mi: Quantity) -> Quantity:
    """International (statute) miles to kilometres."""
    return length_mi * KM_PER_MI


def km_to_mi(length_km: Quantity) -> Quantity:
    """Kilometres to international (statute) miles."""
    return length_km / KM_PER_MI


def nmi_to_km(length_nmi: Quantity) -> Quantity:
    """Nautical miles to kilometres."""
    return length_nmi * KM_PER_NMI


def km_to_m(length_km: Quantity) -> Quantity:
    """Kilometres to metres."""
    return length_km * 1000.0


def m_to_km(length_m: Quantity) -> Quantity:
    """Metres to kilometres."""
    return length_m / 1000.0


def mhz_to_hz(freq_mhz: float | str | Decimal) -> int:
    """Megahertz to whole hertz, exact for a decimal text such as "155.7525".

    Rounds to the nearest hertz, so that a float's binary tail does not show. GeoError if not a finite
    positive number.
    """
    return _to_hz(freq_mhz, HZ_PER_MHZ, "MHz")


def khz_to_hz(freq_khz: float | str | Decimal) -> int:
    """Kilohertz to whole hertz, exact for a decimal text such as "12.5"; errors as mhz_to_hz."""
    return _to_hz(freq_khz, HZ_PER_KHZ, "kHz")


def _to_hz(value: float | str | Decimal, hz_per_unit: int, unit: str) -> int:
    try:
        exact = Decimal(str(value).strip())
    except InvalidOperation:
        raise GeoError(f"{value!r} is not a frequency in {unit}") from None
    if not exact.is_finite() or exact <= 0:
        raise GeoError(f"{value!r} is not a positive frequency in {unit}")
    return round(exact * hz_per_unit)


def hz_to_mhz(freq_hz: float) -> float:
    """Hertz to megahertz."""
    return freq_hz / HZ_PER_MHZ


def hz_to_khz(freq_hz: float) -> float:
    """Hertz to kilohertz."""
    return freq_hz / HZ_PER_KHZ


def freq_mhz_to_wavelength_m(freq_mhz: Quantity) -> Quantity:
    """Frequency in MHz to free-space wavelength in metres."""
    return SPEED_OF_LIGHT_M_PER_S / (freq_mhz * HZ_PER_MHZ)


def ratio_to_db(power_ratio: Quantity) -> Quantity:
    """Power ratio (> 0) to decibels."""
    return _db(power_ratio)


def db_to_ratio(level_db: Quantity) -> Quantity:
    """Decibels to power ratio."""
    return 10.0 ** (level_db / 10.0)


def w_to_dbm(power_w: Quantity) -> Quantity:
    """Watts (> 0) to dBm."""
    return _db(power_w) + 30.0


def dbm_to_w(level_dbm: Quantity) -> Quantity:
    """Level in dBm to watts."""
    return 10.0 ** ((level_dbm - 30.0) / 10.0)


def dbw_to_dbm(level_dbw: Quantity) -> Quantity:
    """Level in dBW to dBm."""
    return level_dbw + 30.0


def dbm_to_dbw(level_dbm: Quantity) -> Quantity:
    """Level in dBm to dBW."""
    return level_dbm - 30.0


def dbd_to_dbi(gain_dbd: Quantity) -> Quantity:
    """Gain over a half-wave dipole to gain over an isotropic radiator."""
    return gain_dbd + DIPOLE_GAIN_DBI


def dbi_to_dbd(gain_dbi: Quantity) -> Quantity:
    """Gain over an isotropic radiator to gain over a half-wave dipole."""
    return gain_dbi - DIPOLE_GAIN_DBI


def erp_w_to_eirp_dbm(erp_w: Quantity) -> Quantity:
    """Effective radiated power in watts (over a dipole) to EIRP in dBm (over isotropic)."""
    return w_to_dbm(erp_w) + DIPOLE_GAIN_DBI


def eirp_dbm_to_erp_w(eirp_dbm: Quantity) -> Quantity:
    """EIRP in dBm (over isotropic) to effective radiated power in watts (over a dipole)."""
    return dbm_to_w(eirp_dbm - DIPOLE_GAIN_DBI)


def eirp_w_to_erp_w(eirp_w: Quantity) -> Quantity:
    """EIRP in watts to ERP in watts."""
    return eirp_w / 10.0 ** (DIPOLE_GAIN_DBI / 10.0)


def erp_w_to_eirp_w(erp_w: Quantity) -> Quantity:
    """ERP in watts to EIRP in watts."""
    return erp_w * 10.0 ** (DIPOLE_GAIN_DBI / 10.0)


def microvolt_to_dbm(voltage_uv: Quantity, *, impedance_ohm: float = 50.0) -> Quantity:
    """Receiver sensitivity in microvolts across its input (terminated, not EMF) to dBm: V²/R."""
    return w_to_dbm((voltage_uv * 1e-6) ** 2 / impedance_ohm)


def _db(power_ratio: Quantity) -> Quantity:
    if np.any(np.asarray(power_ratio) <= 0):
        raise GeoError("a power must be above zero to be written in decibels")
    if isinstance(power_ratio, np.ndarray):
        return 10.0 * np.log10(power_ratio)
    return float(10.0 * np.log10(power_ratio))
