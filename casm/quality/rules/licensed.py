"""Rule: what is entered about a station is what its licence says: call sign, term, place, height, frequency, ERP."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casm.quality.doubt import ERROR, NOTE, WARNING, Doubt, Mend
from casm.quality.figures import away, metres, mhz
from geo.geodesy import GRS80, distance_m

# One second of latitude and of longitude together, as filed positions may be off (47 CFR 1.923(c)).
FILED_ACCURACY_M = 45.0
# Heights are filed to 0.1 m, and entered in whole feet.
HEIGHT_ROUNDING_M = 0.5
# Frequencies are filed in MHz to the hertz; entered ones may lack the last 12.5 kHz channel's half.
SAME_FREQ_HZ = 100


@dataclass(frozen=True)
class LicenceFigures:
    """A licence: its status (active, expired, cancelled, terminated, pending; None if not known) and its term."""

    call_sign: str
    status: str | None
    expires_on: date | None
    cancelled_on: date | None = None


@dataclass(frozen=True)
class StationFigures:
    """A station as entered or as licensed; whatever is not known is None. erp_by_freq_hz: per frequency transmitted."""

    longitude_deg: float | None = None
    latitude_deg: float | None = None
    antenna_height_agl_m: float | None = None
    erp_w: float | None = None
    freqs_hz: frozenset[int] = frozenset()
    erp_by_freq_hz: tuple[tuple[int, float], ...] = ()


def check_call_sign(call_sign: str | None, licence: LicenceFigures | None, as_of: date) -> list[Doubt]:
    """Doubts about the licence behind a call sign. licence: None where none of that call sign is on record.

    Source: 47 CFR 1.903(a) (authorisation required), 1.949 and 1.955 (end of a licence), 90.425 (station
    identification by its call sign), edition of 2024.
    """
    if not call_sign:
        return []
    if licence is None:
        sentence = f"No licence {call_sign} is on record, so nothing tells whether it is in force."
        return [Doubt(NOTE, sentence, (("call sign", call_sign),), "licence")]
    ended_on = licence.cancelled_on or licence.expires_on
    figures = (("call sign", call_sign), ("licence", licence.status or "status not known"),
               ("ends", ended_on.isoformat() if ended_on else "not known"))  # fmt: skip
    if licence.status in ("expired", "cancelled", "terminated"):
        return [Doubt(ERROR, f"It is operated under {call_sign}, which is {licence.status}.", figures, "licence")]
    if ended_on is not None and ended_on < as_of:
        sentence = f"It is operated under {call_sign}, which ended on {ended_on.isoformat()}."
        return [Doubt(ERROR, sentence, figures, "licence")]
    return []


def check_against_licence(
    entered: StationFigures,
    licensed: Iterable[StationFigures],
    call_sign: str,
    *,
    position_accuracy_m: float | None = None,
) -> list[Doubt]:
    """Doubts about a station's entered figures beside what is licensed under its call sign.

    licensed: every station of the call sign as the FCC's files have it; of these, the nearest one is compared, among
    those that share a frequency where any does. No doubt comes of what either side does not know.

    Source: 47 CFR 1.903(a) and 90.135 (changes that need a modification: frequency, power, antenna height, location),
    1.923(c) (positions filed to a second of latitude and longitude), edition of 2024; the licence as in the FCC's ULS
    records LO, AN, FR.
    """
    known = list(licensed)
    if not known:
        return []
    found: list[Doubt] = []
    all_licensed_hz = {freq_hz for one in known for freq_hz in one.freqs_hz}
    strangers = [one for one in sorted(entered.freqs_hz) if all_licensed_hz and not _near(one, all_licensed_hz)]
    if strangers:
        shown = ", ".join(mhz(one) for one in strangers)
        figures = (("entered and not licensed", shown), (f"licensed under {call_sign}", _listed(all_licensed_hz)))
        found.append(Doubt(ERROR, f"{shown} is not among the frequencies of {call_sign}.", figures, "frequency"))
    beside = _beside(entered, known)
    found += _place(entered, beside, call_sign, position_accuracy_m)
    found += _antenna(entered, beside, call_sign)
    found += _power(entered, beside, call_sign)
    return found


def _beside(entered: StationFigures, known: list[StationFigures]) -> StationFigures:
    """The licensed station to compare with."""
    sharing = [one for one in known if any(_near(freq_hz, one.freqs_hz) for freq_hz in entered.freqs_hz)] or known
    return min(sharing, key=lambda one: _apart_m(entered, one) or 0.0)


def _apart_m(one: StationFigures, other: StationFigures) -> float | None:
    if None in (one.longitude_deg, one.latitude_deg, other.longitude_deg, other.latitude_deg):
        return None
    return distance_m(
        one.longitude_deg,
        one.latitude_deg,
        other.longitude_deg,
        other.latitude_deg,
        ellipsoid=GRS80,  # type: ignore[arg-type]
    )


def _place(
    entered: StationFigures, beside: StationFigures, call_sign: str, position_accuracy_m: float | None
) -> list[Doubt]:
    apart_m = _apart_m(entered, beside)
    allowed_m = FILED_ACCURACY_M + (position_accuracy_m or 0.0)
    if apart_m is None or apart_m <= allowed_m:
        return []
    sentence = f"The site lies {away(apart_m)} from the place that {call_sign} is licensed for."
    figures = (
        ("entered", f"{entered.latitude_deg:.5f}, {entered.longitude_deg:.5f}"),
        ("licensed", f"{beside.latitude_deg:.5f}, {beside.longitude_deg:.5f}"),
        ("apart", away(apart_m)), ("allowed", f"{allowed_m:.0f} m"),
    )  # fmt: skip
    return [Doubt(ERROR if apart_m > 1000 else WARNING, sentence, figures, "position")]


def _antenna(entered: StationFigures, beside: StationFigures, call_sign: str) -> list[Doubt]:
    height_m, licensed_m = entered.antenna_height_agl_m, beside.antenna_height_agl_m
    if licensed_m is None:
        return []
    figures = (("antenna above ground, entered", metres(height_m)), ("licensed", metres(licensed_m)))
    if height_m is None:
        mend = Mend(f"Fill in {metres(licensed_m)} of the licence", {"antenna_height_agl_m": licensed_m})
        sentence = f"The antenna's height is missing; {call_sign} states it."
        return [Doubt(NOTE, sentence, figures, "antenna", (mend,))]
    if height_m <= licensed_m + HEIGHT_ROUNDING_M:
        return []
    sentence = f"The antenna is entered {height_m - licensed_m:.1f} m higher than {call_sign} allows."
    return [Doubt(WARNING, sentence, figures, "antenna")]


def _power(entered: StationFigures, beside: StationFigures, call_sign: str) -> list[Doubt]:
    licensed_w = max((erp for _, erp in beside.erp_by_freq_hz), default=beside.erp_w)
    if entered.erp_w is None or licensed_w is None or entered.erp_w <= licensed_w * 1.005:
        return []
    figures = (("ERP entered", f"{entered.erp_w:g} W"), ("ERP licensed", f"{licensed_w:g} W"))
    sentence = f"{entered.erp_w:g} W of ERP is entered, more than the {licensed_w:g} W of {call_sign}."
    return [Doubt(ERROR, sentence, figures, "erp")]


def _near(freq_hz: int, among: Iterable[int]) -> bool:
    return any(abs(freq_hz - one) <= SAME_FREQ_HZ for one in among)


def _listed(freqs_hz: Iterable[int]) -> str:
    shown = sorted(freqs_hz)
    return ", ".join(mhz(one) for one in shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
