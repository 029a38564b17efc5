"""What became of every record: kept, set aside with a note, or refused with a reason; and the counts add up."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from casm.intake.problem import LONGEST_VALUE, NOTE, Problem

READ, KEPT, SET_ASIDE, REFUSED = "read", "kept", "set aside", "refused"


@dataclass
class Tally:
    """Records by type and by what became of them: read = kept + set aside + refused, for every type.

    kept: it is in the inventory rows that were handed on. set aside: understood, but the inventory has no place
    for it; said once for each file and reason. refused: it could not be taken; said for each record.
    """

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def count(self, record_type: str, outcome: str, number: int = 1) -> None:
        """Count records of one type."""
        self.counts[record_type][outcome] += number

    def total(self, outcome: str) -> int:
        """Records of all types with one outcome."""
        return sum(counter[outcome] for counter in self.counts.values())

    def adds_up(self) -> bool:
        """Whether every record read was accounted for."""
        return all(
            counter[READ] == counter[KEPT] + counter[SET_ASIDE] + counter[REFUSED] for counter in self.counts.values()
        )

    def lines(self) -> list[str]:
        """One line for each record type, for a person to read."""
        return [
            f"{record_type}: {counter[READ]:,} read = {counter[KEPT]:,} kept + {counter[SET_ASIDE]:,} set aside "
            f"+ {counter[REFUSED]:,} refused"
            for record_type, counter in sorted(self.counts.items())
        ]


@dataclass
class Gathered:
    """Findings that many records share, said once for each file with their number and the first lines."""

    rows: dict[tuple[str, str | None, str, str], list[int]] = field(default_factory=dict)
    numbers: Counter[tuple[str, str | None, str, str]] = field(default_factory=Counter)

    def add(self, file: str, row: int, column: str | None, reason: str, mend: str) -> None:
        """One record with the finding."""
        key = (file, column, reason, mend)
        self.numbers[key] += 1
        listed = self.rows.setdefault(key, [])
        if len(listed) < LONGEST_VALUE // 4:
            listed.append(row)

    def problems(self) -> list[Problem]:
        """One note for each file and finding."""
        return [
            Problem(NOTE, file, None, column, _lines(self.rows[key], number), f"{number:,} × {reason}", mend)
            for key, number in self.numbers.items()
            for file, column, reason, mend in (key,)
        ]


def _lines(rows: list[int], number: int) -> str:
    text = "lines "
    for position, row in enumerate(sorted(rows)):
        piece = f"{row}, "
        if len(text) + len(piece) > LONGEST_VALUE - 30:
            return f"{text.rstrip(', ')} and {number - position:,} more"
        text += piece
    rest = number - len(rows)
    return text.rstrip(", ") + (f" and {rest:,} more" if rest else "")
