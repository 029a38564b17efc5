"""What an import did: counts that add up, and everything it found wrong."""

import uuid
from collections import Counter
from dataclasses import dataclass, field

from casm.intake.problem import ERROR, Problem

CREATED, CHANGED, UNCHANGED, REPORTED = "created", "changed", "unchanged", "reported"
OUTCOMES = (CREATED, CHANGED, UNCHANGED, REPORTED)

# More problems than anybody reads; they are all counted, and all stored with the batch.
PROBLEMS_KEPT = 100_000


@dataclass
class ImportReport:
    """The outcome of one file: rows read = created + changed + unchanged + reported, always.

    reported rows are those that became no record of their own; a row that was taken may still have notes.
    """

    file_name: str
    batch_id: uuid.UUID | None = None
    resumed: bool = False
    by_class: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    error_count: int = 0

    def count(self, record_class: str | None, outcome: str) -> None:
        """Count one row's outcome."""
        self.by_class.setdefault(record_class or "unknown", Counter())[outcome] += 1

    def add(self, problem: Problem) -> None:
        """Keep one problem."""
        self.problem_count += 1
        self.error_count += problem.severity == ERROR
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(problem)

    def total(self, outcome: str) -> int:
        """Rows of one outcome over all classes."""
        return sum(counter[outcome] for counter in self.by_class.values())

    @property
    def rows_read(self) -> int:
        """Rows the file was found to hold."""
        return sum(self.total(outcome) for outcome in OUTCOMES)
