"""Where readers put what they do not make rows of: counts, findings that many records share, refusals."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from casm.intake.fcc.records import Fragment, Record
from casm.intake.fcc.tally import KEPT, REFUSED, SET_ASIDE, Gathered, Tally
from casm.intake.problem import ERROR, Problem
from casm.intake.row import RejectedRow

RECORD_CLASS = {
    "HD": "licence", "EN": "licence", "MW": "licence", "SC": "licence", "SF": "licence", "CO": "licence",
    "CP": "licence", "LO": "site", "AN": "station", "FR": "station_frequency", "EM": "station_frequency",
    "PA": "microwave_path", "SG": "microwave_path",
}  # fmt: skip


@dataclass
class Outcome:
    """What became of records so far, refusals not yet handed on, and how many bytes were read."""

    tally: Tally = field(default_factory=Tally)
    gathered: Gathered = field(default_factory=Gathered)
    refusals: list[RejectedRow] = field(default_factory=list)
    bytes_read: int = 0

    def kept(self, record: Record) -> None:
        """The record is in a row."""
        self.tally.count(record.record_type, KEPT)

    def set_aside(self, record: Record, column: str | None, reason: str, mend: str) -> None:
        """The record was understood and has no place in the inventory."""
        self.tally.count(record.record_type, SET_ASIDE)
        self.gathered.add(record.file, record.row, column, reason, mend)

    def refused(self, record: Record | Fragment, *problems: Problem) -> None:
        """The record cannot be taken, for the reasons given."""
        self.tally.count(record.record_type, REFUSED)
        self.refusals.append(
            RejectedRow(record.file, record.row, problems, RECORD_CLASS.get(record.record_type))
        )

    def refuse(
        self, record: Record, column: str | None, reason: str, mend: str, *, because: Iterable[Problem] = ()
    ) -> None:
        """The record cannot be taken, for one reason; because: findings about its fields that led to it."""
        value = None if column is None else record.text(column)
        self.refused(record, *because, Problem(ERROR, record.file, record.row, column, value, reason, mend))

    def repeated(self, record: Record, first: Record, what: str) -> None:
        """A second record for the same thing: set aside when it says the same, refused when it does not."""
        if record.fields == first.fields:
            self.set_aside(record, None, "the same record a second time", "nothing to do")
        else:
            self.refuse(
                record, None, f"a second record for the same {what} that differs from line {first.row}",
                "keep the one that is right; the first was taken",
            )  # fmt: skip

    def take_refusals(self) -> list[RejectedRow]:
        """The refusals since the last call."""
        taken, self.refusals = self.refusals, []
        return taken
