"""Rule: a microwave path is no shorter than 47 CFR 101.143 allows for its EIRP."""

import math

from casm.quality.doubt import ERROR, NOTE, Doubt
from casm.quality.figures import away, mhz
from geo.units import dbm_to_dbw

# Lowest and highest MHz, shortest path in km (101.143(a)).
SHORTEST_KM = ((1850.0, 7125.0, 17.0), (10550.0, 13250.0, 5.0))
# Lowest and highest MHz, greatest EIRP in dBW of fixed stations (101.113(a)), of the bands with a shortest path.
MOST_EIRP_DBW = (
    (1850.0, 2200.0, 45.0),
    (2450.0, 2690.0, 45.0),
    (3700.0, 4200.0, 55.0),
    (5925.0, 6425.0, 55.0),
    (6425.0, 6525.0, 35.0),
    (6525.0, 7125.0, 55.0),
    (10550.0, 11700.0, 55.0),
    (12200.0, 13250.0, 50.0),
)


def shortest_path_km(freq_hz: int) -> float | None:
    """The shortest path at full EIRP in km; None where the rule sets none."""
    return _within(SHORTEST_KM, freq_hz)


def allowed_eirp_dbw(freq_hz: int, path_length_m: float) -> float | None:
    """The greatest EIRP on a path, lessened where it is shorter than the shortest; None in other bands.

    Source: 47 CFR 101.143(b): EIRP = MAXEIRP - 40 log10(A/B) dBW, A the shortest path, B the actual one, in km.
    """
    most_dbw, shortest_km = _within(MOST_EIRP_DBW, freq_hz), shortest_path_km(freq_hz)
    if most_dbw is None or shortest_km is None or path_length_m <= 0:
        return None
    return most_dbw - 40.0 * math.log10(max(1.0, shortest_km / (path_length_m / 1000.0)))


def check_path_length(freq_hz: int | None, path_length_m: float | None, eirp_dbm: float | None) -> list[Doubt]:
    """A doubt about a path that is short for its band. eirp_dbm: None if not known, which makes the doubt a note.

    Source: 47 CFR 101.143 (Minimum path length requirements) and 101.113(a) (maximum EIRP), edition of 2024.
    """
    if freq_hz is None or not path_length_m:
        return []
    shortest_km, allowed_dbw = shortest_path_km(freq_hz), allowed_eirp_dbw(freq_hz, path_length_m)
    if shortest_km is None or allowed_dbw is None or path_length_m >= shortest_km * 1000.0:
        return []
    figures = [
        ("path length", away(path_length_m)),
        ("frequency", mhz(freq_hz)),
        ("shortest at full EIRP", f"{shortest_km:g} km"),
        ("EIRP allowed", f"{allowed_dbw:.1f} dBW"),
    ]
    short = f"The path is {away(path_length_m)} long; at {mhz(freq_hz)} {shortest_km:g} km is the shortest at full EIRP"
    if eirp_dbm is None:
        sentence = f"{short}. No EIRP is on record to tell whether it keeps to the {allowed_dbw:.1f} dBW allowed here."
        return [Doubt(NOTE, sentence, tuple(figures), "length")]
    eirp_dbw = dbm_to_dbw(eirp_dbm)
    # Licences state EIRP to a tenth of a decibel.
    if eirp_dbw <= allowed_dbw + 0.1:
        return []
    figures.append(("EIRP on record", f"{eirp_dbw:.1f} dBW"))
    sentence = f"{short}, and its EIRP of {eirp_dbw:.1f} dBW is above the {allowed_dbw:.1f} dBW allowed on this length."
    return [Doubt(ERROR, sentence, tuple(figures), "length")]


def _within(table: tuple[tuple[float, float, float], ...], freq_hz: int) -> float | None:
    freq_mhz = freq_hz / 1e6
    return next((value for low_mhz, high_mhz, value in table if low_mhz <= freq_mhz <= high_mhz), None)
