"""Rule: 12.5 kHz at most in 150-174 and 421-470 MHz since 2013; 800 MHz and the T-band are exempt."""

import re
from collections.abc import Iterable
from datetime import date

from casm.quality.doubt import ERROR, WARNING, Doubt
from casm.quality.figures import khz, mhz

NARROWBANDED_HZ = ((150_000_000, 174_000_000), (421_000_000, 470_000_000))
SINCE = date(2013, 1, 1)
CHANNEL_HZ = 12_500
# Three numerals and a letter write the authorised 11.25 kHz as 11K2 or 11K3 (47 CFR 2.202(b)).
MOST_NECESSARY_HZ = 11_300
# Maritime VHF (part 80) stays at 25 kHz; VTAC17 is one of its channels.
EXEMPT_HZ = frozenset({157_250_000, 161_850_000})

_DESIGNATOR = re.compile(r"^(\d{1,3})([HKMG])(\d{0,3})([A-Z]\w{2,4})$")
_UNIT_HZ = {"H": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def necessary_bandwidth_hz(designator: str) -> float | None:
    """The necessary bandwidth of an emission designator in hertz, as 11K2F3E: 11,200; None where it is none.

    Source: 47 CFR 2.202(b): the letter stands in place of the decimal point.
    """
    match = _DESIGNATOR.match(designator.strip().upper())
    if match is None:
        return None
    whole, unit, decimals, _ = match.groups()
    return round(float(f"{whole}.{decimals or 0}") * _UNIT_HZ[unit], 3)


def emission_kind(designator: str) -> str | None:
    """The three symbols of what is emitted, as F3E of 11K2F3E; None where it is no designator. Source: 47 CFR 2.201."""
    match = _DESIGNATOR.match(designator.strip().upper())
    return None if match is None else match[4][:3]


def check_narrowband(
    freqs_hz: Iterable[int | None],
    designators: Iterable[str],
    as_of: date,
    *,
    bandwidth_hz: float | None = None,
) -> list[Doubt]:
    """Doubts about a wide emission on frequencies that were narrowbanded.

    freqs_hz: the frequencies it is used on. bandwidth_hz: the channel's, looked at where no designator is stated.

    Source: 47 CFR 90.209(b)(5) and footnotes (authorised bandwidth 11.25 kHz in 150-174 and 421-512 MHz for equipment
    on 12.5 kHz channels after 2013-01-01), edition of 2024; FCC 03-34 (Third Report and Order, WT 99-87); the band
    470-512 MHz waived by DA 12-642 (2012). 806-824/851-869 MHz is under 90.209(b)(5) with 20 kHz, so the 14K0F3E of
    8TAC is in order.
    """
    wide = sorted(
        freq_hz for freq_hz in {one for one in freqs_hz if one is not None} - EXEMPT_HZ
        if any(low_hz <= freq_hz <= high_hz for low_hz, high_hz in NARROWBANDED_HZ)
    )  # fmt: skip
    if not wide or as_of < SINCE:
        return []
    stated = [one.strip().upper() for one in designators if one.strip()]
    found = []
    for designator in stated:
        necessary_hz = necessary_bandwidth_hz(designator)
        if necessary_hz is not None and necessary_hz > MOST_NECESSARY_HZ:
            sentence = (
                f"{designator} is {khz(necessary_hz)} wide: on {mhz(wide[0])} nothing wider than a 12.5 kHz channel "
                "has been allowed since 2013-01-01."
            )
            figures = (("emission", designator), ("necessary bandwidth", khz(necessary_hz)),
                       ("frequency", mhz(wide[0])), ("authorised bandwidth", "11.25 kHz"))  # fmt: skip
            found.append(Doubt(ERROR, sentence, figures, designator))
    if not stated and bandwidth_hz is not None and bandwidth_hz > CHANNEL_HZ:
        sentence = (
            f"The channel is entered as {khz(bandwidth_hz)} wide and states no emission: on {mhz(wide[0])} only "
            "12.5 kHz has been allowed since 2013-01-01."
        )
        figures = (("bandwidth", khz(bandwidth_hz)), ("frequency", mhz(wide[0])))
        found.append(Doubt(WARNING, sentence, figures, "bandwidth"))
    return found
