"""Three-valued answers and the interval of levels they lead to; unknown is never folded into yes or no."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from geo.errors import GeoError

HIGHEST_LEVEL = 5
LEVELS = range(1, HIGHEST_LEVEL + 1)


class Verdict(IntEnum):
    """An answer of Kleene's strong three-valued logic (Kleene, Introduction to Metamathematics, 1952, § 64)."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    @property
    def word(self) -> str:
        """The verdict as results write it: no, unknown or yes."""
        return self.name.lower()


def conjunction(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene's and: the least of the verdicts; of none, YES."""
    return min(verdicts, default=Verdict.YES)


def disjunction(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene's or: the greatest of the verdicts; of none, NO."""
    return max(verdicts, default=Verdict.NO)


@dataclass(frozen=True, order=True)
class Interval:
    """The proven and the possible level, 0 to 5: what is sure, and what it may be once the unknown is known.

    GeoError unless 0 <= proven <= possible <= 5.
    """

    proven: int
    possible: int

    def __post_init__(self) -> None:
        if not 0 <= self.proven <= self.possible <= HIGHEST_LEVEL:
            raise GeoError(f"proven level {self.proven} and possible level {self.possible} are no interval")

    @property
    def exact(self) -> bool:
        """Whether nothing unknown is left that could change the level."""
        return self.proven == self.possible

    def holds(self, level: int) -> Verdict:
        """Whether a required level is met."""
        if self.proven >= level:
            return Verdict.YES
        return Verdict.UNKNOWN if self.possible >= level else Verdict.NO

    def within(self, other: "Interval") -> bool:
        """Whether this interval only narrows the other."""
        return other.proven <= self.proven and self.possible <= other.possible

    def __str__(self) -> str:
        if self.exact:
            return str(self.proven)
        if self.proven == 0:
            return f"0, perhaps {self.possible}"
        return f"at least {self.proven}, perhaps {self.possible}"
