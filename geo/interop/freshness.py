"""Which evidence is still good: verified by somebody, and not longer ago than its class allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from geo.calendar_months import months_between, months_later
from geo.interop.answer import Verdict
from geo.interop.reason import Code, Finding, Reason, Record

DEFAULT_DUE_MONTHS = 12


@dataclass(frozen=True)
class Freshness:
    """The day the question is asked for, and after how many months a class of record is due again.

    A class mapped to None never falls due: a library edition holds until a newer one is installed.
    """

    as_of: date
    due_months: Mapping[str, int | None] = field(default_factory=dict)
    default_due_months: int = DEFAULT_DUE_MONTHS

    def reason(self, record: Record, condition: Code) -> Reason | None:
        """Why this row cannot prove or disprove the condition; None if it can."""
        aside = self._aside(record)
        if aside is None:
            return None
        return Reason(self._code(record), condition, f"{record.label} was {aside}", (record.id,))

    def fresh(self, *records: Record | None) -> bool:
        """Whether every one of these rows can still prove or disprove something."""
        return all(record is None or self._aside(record) is None for record in records)

    def judge(self, finding: Finding, condition: Code) -> Finding:
        """The finding, or UNKNOWN where any row it rests on is not fresh.

        What the stale row says is kept in the text, since it is still the best guess of what to look for.
        """
        spoiled = [record for record in _sorted(finding.evidence) if not self.fresh(record)]
        if not spoiled:
            return finding
        plain = tuple(reason for record in spoiled if (reason := self.reason(record, condition)) is not None)
        if finding.verdict is not Verdict.NO:
            return Finding(Verdict.UNKNOWN, finding.reasons + plain, finding.evidence)
        told = tuple(
            Reason(
                self._code(record),
                condition,
                f"{failure.text} ({self._named_aside(record, failure.text)})",
                tuple(dict.fromkeys((*failure.record_ids, record.id))),
            )
            for failure in finding.failures
            for record in spoiled
        )
        return Finding(Verdict.UNKNOWN, told, finding.evidence)

    def _aside(self, record: Record) -> str | None:
        months = self.due_months.get(record.record_class, self.default_due_months)
        if months is None:
            return None
        if record.verified_on is None:
            return "never marked as verified"
        if record.verified_on > self.as_of:
            return f"verified only on {record.verified_on.isoformat()}, after the day asked for"
        if self.as_of <= months_later(record.verified_on, months):
            return None
        return f"last verified {months_between(record.verified_on, self.as_of)} months ago"

    def _code(self, record: Record) -> Code:
        """STALE for what was verified too long ago, MISSING for what was not verified by the day asked for."""
        verified = record.verified_on is not None and record.verified_on <= self.as_of
        return Code.STALE if verified else Code.MISSING

    def _named_aside(self, record: Record, text: str) -> str:
        return f"{self._aside(record)}" if record.name in text else f"{record.label} was {self._aside(record)}"


def _sorted(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (record.record_class, record.name, record.id))
