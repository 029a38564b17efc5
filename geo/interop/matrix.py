"""The answer for a pair or group over a place, and for every pair of a region."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from geo.interop.answer import LEVELS, Interval, Verdict
from geo.interop.cells import Ternary, no_cells, unpack
from geo.interop.methods import Method, methods_between
from geo.interop.place import Place, PlaceCells, cells_of
from geo.interop.reason import Code, Reason, Record
from geo.interop.report import MethodReport, report, shown
from geo.interop.uses import Uses
from geo.interop.world import Criterion

OUTSIDE = 255


@dataclass(frozen=True, eq=False)
class Answer:
    """Who can talk in a place: the interval of levels, the share of the place at each, and every method.

    shares: level -> (proven, possible) share of the place with at least that level. proven_level and
    possible_level: uint8 (rows, cols), 255 outside the place. methods: what works or may, and the nearest of
    what fails; methods_left_out more fail. considered and reports: every one, in step.
    """

    member_ids: tuple[str, ...]
    interval: Interval
    shares: dict[int, tuple[float, float]]
    methods: tuple[MethodReport, ...]
    methods_left_out: int
    reasons: tuple[Reason, ...]
    proven_level: np.ndarray
    possible_level: np.ndarray
    evidence: frozenset[Record]
    considered: tuple[Method, ...]
    reports: tuple[MethodReport, ...]


def answer(uses: Uses, member_ids: Sequence[str], place: PlaceCells, criterion: Criterion) -> Answer:
    """The interval for a pair or group over a place, with its methods.

    A group's level is that of the best net that reaches all its members.
    """
    methods = list(methods_between(uses, member_ids, criterion.within_minutes))
    at_least = cells_at_least(uses, methods)
    shares = {
        level: (place.proven_share(cells.proven), _possible_share(place, cells, methods, level))
        for level, cells in at_least.items()
    }
    proven = max((level for level in LEVELS if shares[level][0] >= criterion.area_share), default=0)
    possible = max((level for level in LEVELS if shares[level][1] >= criterion.area_share), default=0)
    every = [report(uses, method, place, criterion) for method in methods]
    reports, left_out = shown(every)
    evidence = frozenset().union(_own_evidence(uses, member_ids), *(one.evidence for one in every))
    return Answer(
        tuple(member_ids),
        Interval(proven, max(proven, possible)),
        shares,
        reports,
        left_out,
        () if methods else (_no_method(uses, member_ids),),
        _levels(place, {level: cells.proven for level, cells in at_least.items()}),
        _levels(place, {level: cells.possible for level, cells in at_least.items()}),
        evidence,
        tuple(methods),
        tuple(every),
    )


def cells_at_least(uses: Uses, methods: Sequence[Method]) -> dict[int, Ternary]:
    """For each level the cells surely and possibly at that level or better."""
    grid = uses.world.coverage.grid
    reached = Ternary(no_cells(grid), no_cells(grid))
    found = {}
    for level in reversed(LEVELS):
        for method in methods:
            if method.level == level and method.finding.verdict is not Verdict.NO:
                reached = reached | method.cells
        found[level] = reached
    return dict(sorted(found.items()))


def matrix(
    uses: Uses,
    pairs: Sequence[tuple[str, str]],
    place_of: Callable[[str, str], Place],
    criterion: Criterion,
) -> Iterator[tuple[tuple[str, str], Place, Answer | None]]:
    """The answer of each pair in its place; None where the pair has no shared place or it is not known."""
    for one, other in pairs:
        place = place_of(one, other)
        if place.area is None:
            yield (one, other), place, None
            continue
        yield (one, other), place, answer(uses, (one, other), cells_of(place.area, uses.world.coverage.grid), criterion)


def all_pairs(agency_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair once, each sorted as text."""
    return list(combinations(sorted(agency_ids), 2))


def _possible_share(place: PlaceCells, cells: Ternary, methods: Sequence[Method], level: int) -> float:
    """Off the grid a level is possible only if some method of it is not ruled out by more than place."""
    open_there = any(method.level >= level and method.finding.verdict is not Verdict.NO for method in methods)
    return place.possible_share(cells.possible) if open_there else 0.0


def _levels(place: PlaceCells, at_least: dict[int, np.ndarray]) -> np.ndarray:
    cols = place.grid.cols
    levels = np.zeros(place.grid.shape, dtype=np.uint8)
    for level, bits in at_least.items():
        levels[unpack(bits, cols)] = level
    levels[~unpack(place.bits, cols)] = OUTSIDE
    return levels


def _own_evidence(uses: Uses, member_ids: Sequence[str]) -> frozenset[Record]:
    """The rows that say what the members have: an answer of nothing rests on these."""
    rows: list[Record] = []
    for member in member_ids:
        rows.append(uses.agencies[member].record)
        for fleet in uses.world.fleets.get(member, ()):
            rows += [fleet.record, *(template.record for template in fleet.templates)]
    return frozenset(rows)


def _no_method(uses: Uses, member_ids: Sequence[str]) -> Reason:
    names = " and ".join(uses.agencies[member].name for member in member_ids)
    text = f"{names} share no channel or talkgroup, and no gateway or cache on record joins them"
    return Reason(Code.NO_METHOD, Code.NO_METHOD, text, tuple(member_ids))
