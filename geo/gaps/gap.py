"""Stated needs that are not met, as places with the class of reason; what is not known is a class of its own.

Its code is that of the first thing not known, MISSING or STALE, and it is never counted as a gap or as a pass.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import box

from geo import projection
from geo.gaps.need import Need
from geo.gaps.outline import as_multipolygon, outline
from geo.interop.answer import Interval, Verdict
from geo.interop.cells import Ternary, all_cells, no_cells, unpack
from geo.interop.matrix import Answer, answer, cells_at_least
from geo.interop.methods import Method
from geo.interop.place import PlaceCells, cells_of
from geo.interop.reason import Code, Reason
from geo.interop.report import MethodReport
from geo.interop.uses import Uses


@dataclass(frozen=True, eq=False)
class Gap:
    """A part of a need's place where it is not met (code of a failure) or not proven (MISSING, STALE), and why.

    area: valid MultiPolygon, EPSG:4326. nearest: the method that comes closest to meeting the need.
    """

    need: Need
    code: Code
    area: shapely.MultiPolygon
    area_km2: float
    reasons: tuple[Reason, ...]
    nearest: MethodReport | None
    interval: Interval

    @property
    def proven(self) -> bool:
        """Whether the need surely fails here, rather than perhaps."""
        return self.code not in (Code.MISSING, Code.STALE)


@dataclass(frozen=True, eq=False)
class NeedOutcome:
    """A need with its answer: met (YES), not proven (UNKNOWN) or not met (NO); and its gaps."""

    need: Need
    state: Verdict
    answer: Answer | None
    gaps: tuple[Gap, ...]
    proven_share: float
    possible_share: float


def assess(uses: Uses, need: Need) -> NeedOutcome:
    """Answer a need. `uses` must be at the need's own target probability.

    A need without a place it could be judged in is not proven, and has no polygon.
    """
    if need.place.area is None:
        return NeedOutcome(need, Verdict.UNKNOWN, None, (), 0.0, 1.0)
    place = cells_of(need.place.area, uses.world.coverage.grid)
    found = answer(uses, need.member_ids, place, need.criterion)
    proven, possible = found.shares[need.required_level]
    if proven >= need.criterion.area_share:
        return NeedOutcome(need, Verdict.YES, found, (), proven, possible)
    state = Verdict.UNKNOWN if possible >= need.criterion.area_share else Verdict.NO
    cells = cells_at_least(uses, found.considered)[need.required_level]
    gaps = (*(_failing(uses, need, place, found, cells) if state is Verdict.NO else ()),
            *_not_proven(need, place, found, cells))  # fmt: skip
    return NeedOutcome(need, state, found, gaps, proven, possible)


def _good_enough(need: Need, found: Answer) -> list[tuple[Method, MethodReport]]:
    pairs = zip(found.considered, found.reports, strict=True)
    return [(method, one) for method, one in pairs if method.level >= need.required_level]


def _failing(uses: Uses, need: Need, place: PlaceCells, found: Answer, cells: Ternary) -> list[Gap]:
    """Failing cells by reason; the whole place where the reason has nothing to do with place."""
    candidates = _good_enough(need, found)
    placed = [(method, one) for method, one in candidates if method.finding.verdict is not Verdict.NO]
    if not placed:
        nearest = min((one for _method, one in candidates), key=lambda one: one.nearness, default=None)
        reason = nearest.principal if nearest is not None else None
        code = reason.code if reason is not None else Code.NO_METHOD
        reasons = nearest.reasons if nearest is not None else found.reasons
        return [_gap(need, code, as_multipolygon(need.place.area), reasons, nearest, found)]
    failing = place.bits & ~cells.possible
    covered = no_cells(place.grid)
    for method, _one in placed:
        covered = covered | _covered_without_limits(uses, method)
    gaps = []
    for code, bits in ((Code.COVERAGE, failing & ~covered), (Code.AUTHORITY, failing & covered)):
        gaps += _of_cells(need, place, found, code, bits, placed)
    return gaps


def _covered_without_limits(uses: Uses, method: Method) -> np.ndarray:
    """Where a method would work if its channels could be used everywhere."""
    bits = all_cells(uses.world.coverage.grid)
    for leg in method.legs:
        side = no_cells(uses.world.coverage.grid)
        for use in leg.uses:
            side = side | uses.covered(use).possible
        bits = bits & side
    return bits


def _of_cells(
    need: Need,
    place: PlaceCells,
    found: Answer,
    code: Code,
    bits: np.ndarray,
    placed: list[tuple[Method, MethodReport]],
) -> list[Gap]:
    if not bits.any():
        return []
    area = outline(unpack(bits, place.grid.cols), place.grid, need.place.area)
    if area.is_empty:
        return []
    with_code = [one for _method, one in placed if any(reason.code == code for reason in one.reasons)]
    nearest = max(with_code or [one for _method, one in placed], key=lambda one: (one.possible_share, one.level))
    return [_gap(need, code, area, nearest.reasons, nearest, found)]


def _not_proven(need: Need, place: PlaceCells, found: Answer, cells: Ternary) -> list[Gap]:
    """Where the need may be met: neither a gap nor a pass."""
    candidates = [one for _method, one in _good_enough(need, found) if one.without_place is not Verdict.NO]
    if not candidates or need.place.area is None:
        return []
    bits = place.bits & cells.possible & ~cells.proven
    area = outline(unpack(bits, place.grid.cols), place.grid, need.place.area)
    if place.outside_km2 > 0.0:
        beyond = need.place.area.difference(box(*place.grid.bounds))
        area = as_multipolygon(shapely.union(area, beyond))
    if area.is_empty:
        return []
    nearest = min(candidates, key=lambda one: (-one.proven_share, len(one.reasons), -one.possible_share, -one.level))
    reasons = tuple(reason for reason in nearest.reasons if reason.verdict is Verdict.UNKNOWN)
    elsewhere = [reason for reason in reasons if reason.condition is not Code.COVERAGE]
    code = next((reason.code for reason in (*elsewhere, *reasons)), Code.MISSING)
    return [_gap(need, code, area, reasons, nearest, found)]


def _gap(
    need: Need,
    code: Code,
    area: shapely.MultiPolygon,
    reasons: tuple[Reason, ...],
    nearest: MethodReport | None,
    found: Answer,
) -> Gap:
    return Gap(need, code, area, projection.area_km2(area), reasons, nearest, found.interval)
