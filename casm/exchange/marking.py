"""The handling mark of an export, page or map: EXERCISE where rows are of an exercise, and the highest sensitivity."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from casm.db.columns import SENSITIVITY

EXERCISE = "EXERCISE"

# What each sensitivity asks of the reader, lowest first; the order of casm.db.columns.SENSITIVITY.
HANDLING = {
    "public": "PUBLIC",
    "partner": "PARTNER: share with partner agencies only",
    "internal": "INTERNAL: not for release",
    "restricted": "RESTRICTED: named readers only",
}


@dataclass
class Marking:
    """The marks gathered from rows: a document is as sensitive as the most sensitive row in it."""

    exercise: bool = False
    sensitivity: str = SENSITIVITY[0]
    owner_codes: set[str] = field(default_factory=set)

    def add(self, sensitivity: str, *, exercise: bool = False, owner_code: str | None = None) -> None:
        """Take one row into account; ValueError on a sensitivity that is not in the list."""
        self.sensitivity = highest((self.sensitivity, sensitivity))
        self.exercise = self.exercise or exercise
        if owner_code:
            self.owner_codes.add(owner_code)

    def merge(self, other: "Marking") -> None:
        """Take another document's marks into account."""
        self.add(other.sensitivity, exercise=other.exercise)
        self.owner_codes |= other.owner_codes

    @property
    def text(self) -> str:
        """The mark as printed at head and foot."""
        handling = HANDLING[self.sensitivity]
        return f"{EXERCISE} // {handling}" if self.exercise else handling

    def as_members(self) -> dict[str, object]:
        """The mark as machine-readable members."""
        return {
            "marking": self.text,
            "exercise": self.exercise,
            "sensitivity": self.sensitivity,
            "owners": sorted(self.owner_codes),
        }


def highest(sensitivities: Iterable[str]) -> str:
    """The most sensitive of several."""
    return max(sensitivities, key=SENSITIVITY.index)


def says_exercise(*texts: object) -> bool:
    """Whether any text (owner name, remarks, title, caveats) carries the word EXERCISE in capitals."""
    for text in texts:
        if isinstance(text, str):
            if EXERCISE in text:
                return True
        elif isinstance(text, (list, tuple, set, frozenset)) and says_exercise(*text):
            return True
    return False
