"""What coverage a side has on a resource: computed probabilities, direct reach, or nothing on record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from geo.coverage.grid import Grid
from geo.errors import GeoError
from geo.interop.answer import Verdict
from geo.interop.cells import Ternary, all_cells, no_cells, pack
from geo.interop.reason import Code, Finding, Reason, Record, missing


@dataclass(frozen=True, eq=False)
class Directions:
    """Probability of a good link in each direction of a subscriber's own path, float (rows, cols), NaN unknown."""

    talk_out: np.ndarray
    talk_in: np.ndarray

    def __post_init__(self) -> None:
        if self.talk_out.shape != self.talk_in.shape:
            raise GeoError(f"talk-out is {self.talk_out.shape} cells and talk-in {self.talk_in.shape}")

    def holds(self, target: float) -> np.ndarray:
        """Cells where both directions reach the target."""
        return (self.talk_out >= target) & (self.talk_in >= target)

    def fails(self, target: float) -> np.ndarray:
        """Cells where a direction surely misses the target."""
        return (self.talk_out < target) | (self.talk_in < target)


@dataclass(frozen=True, eq=False)
class ComputedCoverage:
    """Computed coverage of a system or repeater for one subscriber profile.

    ``proven`` counts only stations whose rows are fresh and licensed; ``possible`` also those of which that
    is not known (None: there are none). ``open_reasons`` says which those are.
    """

    proven: Directions
    possible: Directions | None = None
    open_reasons: tuple[Reason, ...] = ()
    evidence: frozenset[Record] = frozenset()
    content_id: str = ""

    def at_target(self, target: float) -> Ternary:
        """The cells surely and possibly at target in both directions."""
        surely = self.proven.holds(target)
        loosest = self.possible or self.proven
        return Ternary(pack(surely), pack(surely | ~loosest.fails(target)))

    def at_cell(self, cell: tuple[int, int], target: float) -> Verdict:
        """Whether both directions reach the target in one cell (row, column)."""
        # Not min(): of a number and NaN it gives whichever comes first.
        if self.proven.talk_out[cell] >= target and self.proven.talk_in[cell] >= target:
            return Verdict.YES
        loosest = self.possible or self.proven
        failing = loosest.talk_out[cell] < target or loosest.talk_in[cell] < target
        return Verdict.NO if failing else Verdict.UNKNOWN


@dataclass(frozen=True)
class DirectReach:
    """Radio to radio on one frequency. ``reach_km`` None: not computed, for lack of the radios' figures.

    How far apart the parties are is never on record, so this never proves and never disproves anything.
    """

    reach_km: float | None
    evidence: frozenset[Record] = frozenset()


@dataclass(frozen=True)
class NoCoverage:
    """No coverage could be computed, and why: what is missing in which row."""

    reasons: tuple[Reason, ...]


Coverage = ComputedCoverage | DirectReach | NoCoverage


@dataclass(frozen=True, eq=False)
class CoverageBook:
    """Coverage by carrier (a system's or a channel's id) and subscriber profile, all on one grid.

    ``carriers`` names those that any station serves; of the others no station is on record. ``port_profiles``:
    weak radios by which a gateway's own is judged, since no record holds its figures.
    """

    grid: Grid
    entries: Mapping[tuple[str, str], Coverage] = field(default_factory=dict)
    carriers: frozenset[str] = frozenset()
    port_profiles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for (carrier_id, profile), entry in self.entries.items():
            if isinstance(entry, ComputedCoverage) and entry.proven.talk_out.shape != self.grid.shape:
                raise GeoError(f"coverage of {carrier_id} for {profile} does not lie on the grid {self.grid.shape}")

    def of(self, carrier: Record, profile: str | None, profile_gap: Finding) -> Coverage:
        """The coverage of a carrier for a fleet's profile; `profile_gap` tells what a profile of None lacks."""
        if carrier.id not in self.carriers:
            text = f"no station of {carrier.label} with computed coverage is on record"
            return NoCoverage(missing(Code.COVERAGE, text, carrier).reasons)
        if profile is None:
            return NoCoverage(profile_gap.reasons)
        entry = self.entries.get((carrier.id, profile))
        if entry is None:
            text = f"coverage of {carrier.label} is not computed for {profile}"
            return NoCoverage(missing(Code.COVERAGE, text, carrier).reasons)
        return entry

    def for_ports(self, carrier_id: str) -> Iterator[ComputedCoverage]:
        """The computed coverage of a carrier for the profiles that gateway radios are judged by."""
        for profile in self.port_profiles:
            entry = self.entries.get((carrier_id, profile))
            if isinstance(entry, ComputedCoverage):
                yield entry

    def cells(self, coverage: Coverage, target: float) -> Ternary:
        """The cells surely and possibly at target; what is not computed is unknown everywhere."""
        if isinstance(coverage, ComputedCoverage):
            return coverage.at_target(target)
        return Ternary(no_cells(self.grid), all_cells(self.grid))
