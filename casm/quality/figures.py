"""Figures as the sentences and the evidence of rules write them, with their units."""

from decimal import Decimal

from geo.units import HZ_PER_KHZ, HZ_PER_MHZ, m_to_ft

UNKNOWN = "not known"


def mhz(freq_hz: int | None) -> str:
    """A frequency in MHz, to four decimals at least and never rounded."""
    if freq_hz is None:
        return UNKNOWN
    exact = Decimal(freq_hz) / HZ_PER_MHZ
    return f"{exact:.4f} MHz" if freq_hz % 100 == 0 else f"{exact.normalize():f} MHz"


def khz(bandwidth_hz: float | None) -> str:
    """A bandwidth in kHz."""
    return UNKNOWN if bandwidth_hz is None else f"{bandwidth_hz / HZ_PER_KHZ:g} kHz"


def metres(length_m: float | None) -> str:
    """A height in metres, and in feet as towers are told."""
    return UNKNOWN if length_m is None else f"{length_m:,.1f} m ({m_to_ft(length_m):,.0f} ft)"


def away(distance_m: float) -> str:
    """How far, in metres up to a kilometre."""
    return f"{distance_m:,.0f} m" if distance_m < 1000 else f"{distance_m / 1000:,.1f} km"


def squelch(kind: str | None, ctcss_hz: Decimal | None, dcs_code: str | None, nac: int | None) -> str:
    """A squelch as it is written: CSQ, 156.7 Hz, D023, $293."""
    if kind == "ctcss":
        return f"{ctcss_hz} Hz"
    if kind == "dcs":
        return f"D{dcs_code}"
    if kind == "nac":
        return f"${nac:03X}"
    return "CSQ" if kind == "csq" else UNKNOWN
