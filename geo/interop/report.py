"""Methods measured over a place: state, share, joint probability, and the reasons in the order of their weight."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geo.interop.answer import Verdict
from geo.interop.cells import no_cells, unpack
from geo.interop.methods import Leg, Method
from geo.interop.place import PlaceCells
from geo.interop.reason import DEPTH, FAILURES, Code, Reason, Record
from geo.interop.side_coverage import ComputedCoverage, DirectReach, NoCoverage
from geo.interop.uses import Use, Uses
from geo.interop.world import Criterion

# Ways that are open or fail are shown up to this many each, best first; the number left out is told.
OPEN_SHOWN = 16
FAILING_SHOWN = 12


@dataclass(frozen=True)
class Joint:
    """Mean over the place of the product of all directions' probabilities, and what dependence could make of it.

    Bounds: Fréchet's, least max(0, sum − (n − 1)) and greatest the smallest (Fréchet, 1935).
    """

    product: float
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class LegReport:
    """One side of a method in a place: with which radios, on what, and over how much of the place.

    ``only_fleets``: the fleets for which it is sure, where that is not so for every fleet of the side.
    """

    agency_id: str
    agency_name: str
    fleet: str | None
    template: str | None
    lender: str | None
    resource: Record | None
    carrier: Record | None
    proven_share: float
    possible_share: float
    only_fleets: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MethodReport:
    """A method over a place: whether it holds over enough of it, on what it rests and what is against it."""

    level: int
    kind: str
    state: Verdict
    via: tuple[Record, ...]
    legs: tuple[LegReport, ...]
    reasons: tuple[Reason, ...]
    minutes: int | None
    proven_share: float
    possible_share: float
    joint: Joint | None
    evidence: frozenset[Record]
    without_place: Verdict

    @property
    def failures(self) -> tuple[Reason, ...]:
        """The reasons that say NO."""
        return tuple(reason for reason in self.reasons if reason.verdict is Verdict.NO)

    @property
    def principal(self) -> Reason | None:
        """The failure that lies deepest; without failures, the first thing not known; None where it holds."""
        if self.failures:
            return max(self.failures, key=lambda reason: DEPTH[reason.code])
        return self.reasons[0] if self.reasons else None

    @property
    def nearness(self) -> tuple[int, int, int, float]:
        """Sort key of failing methods: few kinds of failure, soon mended, better level, more of the place."""
        codes = {reason.code for reason in self.failures}
        deepest = max((DEPTH[code] for code in codes), default=len(FAILURES))
        return (len(codes), deepest, -self.level, -self.possible_share)


def report(uses: Uses, method: Method, place: PlaceCells, criterion: Criterion) -> MethodReport:
    """Measure a method over a place."""
    proven = place.proven_share(method.cells.proven)
    possible = 0.0 if method.finding.verdict is Verdict.NO else place.possible_share(method.cells.possible)
    if proven >= criterion.area_share:
        state = Verdict.YES
    else:
        state = Verdict.UNKNOWN if possible >= criterion.area_share else Verdict.NO
    legs = tuple(_leg_report(uses, leg, place, criterion) for leg in method.legs)
    chosen = [_best(leg, place) for leg in method.legs]
    reasons = list(method.finding.reasons)
    if method.finding.verdict is not Verdict.NO and state is Verdict.NO:
        reasons = [*_coverage_failures(uses, method, chosen, place, criterion), *reasons]
    if state is Verdict.UNKNOWN or (state is Verdict.NO and method.finding.verdict is not Verdict.NO):
        reasons += [*method.place_reasons, *_coverage_unknowns(uses, method, place)]
    evidence = method.finding.evidence.union(*(_coverage_evidence(use) for leg in method.legs for use in leg.uses))
    return MethodReport(
        method.level,
        method.kind,
        state,
        method.via,
        legs,
        merged(reasons) if state is not Verdict.YES else (),
        method.minutes,
        proven,
        possible,
        None if method.finding.verdict is Verdict.NO else _joint(chosen, place),
        evidence | frozenset(method.via),
        method.finding.verdict,
    )


def merged(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each text once, however many conditions it leaves open."""
    kept: dict[tuple[Code, str], Reason] = {}
    for reason in reasons:
        kept.setdefault((reason.code, reason.text), reason)
    return tuple(kept.values())


def shown(reports: Iterable[MethodReport]) -> tuple[tuple[MethodReport, ...], int]:
    """What works or may work, best first, then the nearest of what fails; and how many more fail."""
    unique: dict[object, MethodReport] = {}
    for one in reports:
        legs = tuple(_leg_key(leg) for leg in one.legs)
        key = (one.level, one.kind, one.state, one.via, legs, one.reasons)
        unique.setdefault(key, one)
    by_state = {state: [one for one in unique.values() if one.state is state] for state in Verdict}
    alive = [*sorted(by_state[Verdict.YES], key=_alive_order), *sorted(by_state[Verdict.UNKNOWN], key=_alive_order)]
    surest = len(by_state[Verdict.YES]) + OPEN_SHOWN
    failing = sorted(by_state[Verdict.NO], key=_failing_order)
    left_out = max(0, len(alive) - surest) + max(0, len(failing) - FAILING_SHOWN)
    ordered = sorted(alive[:surest], key=lambda one: (-one.level, -one.state))
    return (*ordered, *failing[:FAILING_SHOWN]), left_out


def _alive_order(one: MethodReport) -> tuple:
    """The better level, then the fewer open questions, then the more of the place."""
    return (-one.level, len(one.reasons), -one.proven_share, -one.possible_share, [record.name for record in one.via])


def _failing_order(one: MethodReport) -> tuple:
    """Few kinds of failure, then the better level, then what is soonest mended."""
    kinds, deepest, level, share = one.nearness
    return (kinds, level, deepest, share, [record.name for record in one.via], [reason.text for reason in one.reasons])


def _leg_key(leg: LegReport) -> tuple:
    return (leg.agency_id, leg.fleet, leg.template, leg.lender, leg.resource)


def _best(leg: Leg, place: PlaceCells) -> Use | None:
    """The use a leg would take: the surest, then the one that covers most of the place."""
    return max(
        leg.uses,
        key=lambda use: (
            use.finding.verdict,
            place.proven_share(use.cells.proven),
            place.possible_share(use.cells.possible),
        ),
        default=None,
    )


def _only_fleets(uses: Uses, leg: Leg, place: PlaceCells, criterion: Criterion) -> tuple[str, ...]:
    """The fleets that surely hold over enough of the place, or the few that do so together; none where all do."""
    if leg.uses and leg.uses[0].lender is not None:
        cache = uses.caches[leg.uses[0].lender.id]
        owned = cache.fleets
    else:
        owned = uses.world.fleets.get(leg.agency.id, ())
    bits: dict[str, np.ndarray] = {}
    for use in leg.uses:
        if use.fleet is not None and use.cells.proven.any():
            name = use.fleet.record.name
            bits[name] = bits[name] | use.cells.proven if name in bits else use.cells.proven
    shares = {name: place.proven_share(cells) for name, cells in bits.items()}
    enough = [name for name, share in shares.items() if share >= criterion.area_share]
    holding = sorted(enough or [name for name, share in shares.items() if share > 0.0])
    return tuple(holding) if len(holding) < len({fleet.record.name for fleet in owned}) else ()


def _leg_report(uses: Uses, leg: Leg, place: PlaceCells, criterion: Criterion) -> LegReport:
    use = _best(leg, place)
    fleet = use.fleet if use else None
    template = use.template if use else None
    lender = use.lender if use else None
    return LegReport(
        leg.agency.id,
        leg.agency.name,
        fleet.record.name if fleet else None,
        template.record.name if template else None,
        lender.name if lender else None,
        use.resource.record if use else None,
        use.carrier if use else None,
        place.proven_share(leg.cells.proven),
        place.possible_share(leg.cells.possible) if leg.finding.verdict is not Verdict.NO else 0.0,
        _only_fleets(uses, leg, place, criterion),
    )


def _coverage_failures(
    uses: Uses, method: Method, chosen: list[Use | None], place: PlaceCells, criterion: Criterion
) -> list[Reason]:
    """Which side's coverage, or area limit, keeps a method from enough of the place."""
    found = []
    for leg, use in zip(method.legs, chosen, strict=True):
        if use is None:
            continue
        area = uses.area_of(use.resource)
        ids = (use.resource.record.id, use.carrier.id)
        if area is not None and place.possible_share(area) < criterion.area_share:
            share = place.possible_share(area)
            text = f"{use.resource.record.label} may be used in only {share:.0%} of the place"
            found.append(Reason(Code.AUTHORITY, Code.AUTHORITY, text, ids))
        covered = place.possible_share(_covered(uses, leg))
        if covered < criterion.area_share:
            text = _coverage_text(leg, use, place, uses.target, covered)
            found.append(Reason(Code.COVERAGE, Code.COVERAGE, text, ids))
    if not found:
        share = place.possible_share(method.cells.possible)
        text = f"all sides are covered together in only {share:.0%} of the place"
        found.append(Reason(Code.COVERAGE, Code.COVERAGE, text, tuple(record.id for record in method.via)))
    return found


def _covered(uses: Uses, leg: Leg) -> np.ndarray:
    """Where any of a leg's uses may have coverage, whatever the area its channel is limited to."""
    bits = no_cells(uses.world.coverage.grid)
    for use in leg.uses:
        bits = bits | uses.covered(use).possible
    return bits


def _coverage_text(leg: Leg, use: Use, place: PlaceCells, target: float, share: float) -> str:
    """How much of the place one side has, and which direction is the weaker."""
    radios = use.fleet.record.name if use.fleet else leg.agency.name
    text = f"{use.carrier.name} serves {radios} in only {share:.0%} of the place"
    if not isinstance(use.coverage, ComputedCoverage):
        return text
    inside = unpack(place.bits, place.grid.cols)
    directions = use.coverage.proven
    out, back = (float(np.mean(array[inside] >= target)) for array in (directions.talk_out, directions.talk_in))
    return f"{text}, {'talk-in' if back < out else 'talk-out'} being the weaker direction"


def _coverage_unknowns(uses: Uses, method: Method, place: PlaceCells) -> list[Reason]:
    """Why place leaves open whether a method works: of each side the use that might do more than is proven."""
    found: list[Reason] = []
    for leg in method.legs:
        proven = place.proven_share(leg.cells.proven)
        hopeful = [use for use in leg.uses if place.possible_share(use.cells.possible) > proven]
        if not hopeful:
            continue
        use = max(hopeful, key=lambda use: (use.finding.verdict, place.possible_share(use.cells.possible)))
        found += use.finding.reasons
        if isinstance(use.coverage, NoCoverage):
            found += use.coverage.reasons
        elif isinstance(use.coverage, DirectReach):
            found.append(_distance(use))
        else:
            found += (*use.coverage.open_reasons, *_not_known(uses, use, place))
    return found


def _distance(use: Use) -> Reason:
    coverage = use.coverage
    assert isinstance(coverage, DirectReach)
    if coverage.reach_km is None:
        reach = "reach is not computed"
    elif coverage.reach_km < 0.1:
        reach = "direct reach is under 0.1 km"
    else:
        reach = f"direct reach is {coverage.reach_km:.1f} km"
    text = f"the distance between the parties on {use.resource.record.name} is not known; {reach}"
    return Reason(Code.MISSING, Code.COVERAGE, text, (use.resource.record.id,))


def _not_known(uses: Uses, use: Use, place: PlaceCells) -> list[Reason]:
    """In how much of the place coverage itself is neither sure nor ruled out."""
    cells = uses.covered(use)
    share = place.possible_share(cells.possible) - place.proven_share(cells.proven)
    if share <= 0.0:
        return []
    words = "a small part" if share < 0.005 else f"{share:.0%}"
    text = f"coverage of {use.carrier.name} is not known in {words} of the place"
    return [Reason(Code.MISSING, Code.COVERAGE, text, (use.carrier.id,))]


def _coverage_evidence(use: Use) -> frozenset[Record]:
    rows = frozenset((use.resource.record, use.carrier))
    return rows | use.coverage.evidence if isinstance(use.coverage, ComputedCoverage | DirectReach) else rows


def _joint(chosen: list[Use | None], place: PlaceCells) -> Joint | None:
    """Joint probability of every direction of every side over the cells where all are known; None where none is."""
    sides = [use.coverage for use in chosen if use is not None and isinstance(use.coverage, ComputedCoverage)]
    if len(sides) < len(chosen):
        return None
    inside = unpack(place.bits, place.grid.cols)
    arrays = [array[inside] for side in sides for array in (side.proven.talk_out, side.proven.talk_in)]
    stacked = np.stack(arrays).astype(np.float64)
    known = ~np.isnan(stacked).any(axis=0)
    if not known.any():
        return None
    stacked = stacked[:, known]
    weights = np.broadcast_to(place.row_area_km2[:, None], place.grid.shape)[inside][known]
    lower = np.maximum(0.0, stacked.sum(axis=0) - (len(stacked) - 1))
    return Joint(
        *(float(np.average(values, weights=weights)) for values in (stacked.prod(axis=0), lower, stacked.min(axis=0)))
    )
