"""Pairs of sites that are probably one: one registration, one spot, or near each other under like names."""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from casm.quality.duplicates.names import NamedThing, Weights, name_pairs
from casm.quality.duplicates.words import contradict, words_of
from geo.geodesy import distance_m

CELL_DEG = 0.02
# Within this two positions are one spot (a compound with its tower and shelter); beyond the other never one site.
ONE_SPOT_M, NEVER_M = 40.0, 2000.0
# A registration that two positions this far apart bear is mistyped on one of them.
SAME_REGISTRATION_M = 2000.0
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Placed:
    """A site: names, position in degrees or None, registration (ASR) number, county by its FIPS code."""

    id: Hashable
    name: str
    longitude_deg: float | None = None
    latitude_deg: float | None = None
    asr_number: str | None = None
    county_fips: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlacePair:
    """How likely two sites are one, 0 to 1; apart_m: None where a position is not known."""

    likeness: float
    apart_m: float | None
    why: str


def site_pairs(sites: Sequence[Placed], threshold: float) -> dict[tuple[int, int], PlacePair]:
    """(earlier, later) position in the list → why they are probably one, at or above the threshold."""
    spelled = [[words_of(name) for name in (one.name, *one.aliases) if name] for one in sites]
    weights = Weights(words for many in spelled for words in many)
    found = {}
    for first, second in _candidates(sites):
        likeness = max((weights.likeness(one, other) for one in spelled[first] for other in spelled[second]), default=0)
        against = all(contradict(one, other) for one in spelled[first] for other in spelled[second])
        pair = judged(sites[first], sites[second], likeness, contradicted=against)
        if pair is not None and pair.likeness >= threshold:
            found[first, second] = pair
    return found


def judged(one: Placed, other: Placed, likeness: float, *, contradicted: bool = False) -> PlacePair | None:
    """Whether two sites are one, from their names' likeness, their distance and their registrations."""
    apart_m = None
    if None not in (one.longitude_deg, one.latitude_deg, other.longitude_deg, other.latitude_deg):
        apart_m = distance_m(one.longitude_deg, one.latitude_deg, other.longitude_deg, other.latitude_deg)  # type: ignore[arg-type]
    registered = plain_number(one.asr_number), plain_number(other.asr_number)
    if None not in registered:
        if registered[0] != registered[1]:
            return None
        if apart_m is None or apart_m <= SAME_REGISTRATION_M:
            return PlacePair(1.0, apart_m, "registration")
    if apart_m is None:
        same_county = one.county_fips is not None and one.county_fips == other.county_fips
        return PlacePair(0.9 * likeness, None, "name and county") if same_county and likeness else None
    if apart_m > NEVER_M:
        return None
    if apart_m <= ONE_SPOT_M:
        return PlacePair(0.75 if contradicted else max(0.9, likeness), apart_m, "spot")
    return PlacePair(likeness * (1.0 - 0.5 * apart_m / NEVER_M), apart_m, "name and distance")


def plain_number(asr_number: str | None) -> str | None:
    """A registration's digits; None where it has none."""
    digits = "".join(one for one in asr_number or "" if one.isdigit()).lstrip("0")
    return digits or None


def _candidates(sites: Sequence[Placed]) -> list[tuple[int, int]]:
    """Pairs in one cell of a grid or in cells side by side, of one registration, or of like names without a place."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    registered: dict[str, list[int]] = defaultdict(list)
    unplaced = False
    for at, one in enumerate(sites):
        if (number := plain_number(one.asr_number)) is not None:
            registered[number].append(at)
        if one.longitude_deg is None or one.latitude_deg is None:
            unplaced = True
        else:
            row = math.floor(one.latitude_deg / CELL_DEG)
            cells[_column(one.longitude_deg, row), row].append(at)
    told = {(a, b) for many in registered.values() for n, a in enumerate(many) for b in many[n + 1 :]}
    for (_, row), members in cells.items():
        for at in members:
            near = _around(cells, sites[at].longitude_deg, row)
            told.update((at, other) for other in near if at < other and _close(sites[at], sites[other]))
    if unplaced:
        named = [NamedThing(at, one.name, one.county_fips, one.aliases) for at, one in enumerate(sites)]
        told.update(
            pair for pair in name_pairs(named, 0.5)
            if sites[pair[0]].longitude_deg is None or sites[pair[1]].longitude_deg is None
        )  # fmt: skip
    return sorted(told)


def _around(cells: Mapping[tuple[int, int], list[int]], longitude_deg: float | None, row: int) -> Iterator[int]:
    """Members of the nine cells around a longitude in a row of cells."""
    for near_row in (row - 1, row, row + 1):
        column = _column(longitude_deg or 0.0, near_row)
        for near_column in (column - 1, column, column + 1):
            yield from cells.get((near_column, near_row), ())


def _column(longitude_deg: float, row: int) -> int:
    """The cell of a longitude; each row's cells are about as wide as high."""
    return math.floor(longitude_deg / (CELL_DEG / max(0.01, math.cos(math.radians((row + 0.5) * CELL_DEG)))))


def _close(one: Placed, other: Placed) -> bool:
    """Whether two positions are within the greatest distance, roughly and cheaply."""
    dy_m = (one.latitude_deg - other.latitude_deg) * METRES_PER_DEGREE  # type: ignore[operator]
    dx_m = (one.longitude_deg - other.longitude_deg) * METRES_PER_DEGREE  # type: ignore[operator]
    dx_m *= math.cos(math.radians(one.latitude_deg))  # type: ignore[arg-type]
    return dx_m * dx_m + dy_m * dy_m <= (1.05 * NEVER_M) ** 2
