"""Which evidence is still good: verified by somebody, and not longer ago than its class allows."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from geo.interop.answer import Verdict
from geo.interop.reason import Code, Finding, Reason, Record

DEFAULT_DUE_MONTHS = 12


def months_later(day: date, months: int) -> date:
    """The same day of the month some months on, or that month's last day where it has no such day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def months_between(earlier: date, later: date) -> int:
    """Whole months from one day to a later one."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months if months_later(earlier, months) <= later else months - 1


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
        months = self.due_months.get(record.record_class, self.default_due_months)
        if months is None:
            return None
        if record.verified_on is None:
            text = f"{record.label} was never marked as verified"
            return Reason(Code.MISSING, condition, text, (record.id,))
        if self.as_of > months_later(record.verified_on, months):
            age = months_between(record.verified_on, self.as_of)
            text = f"{record.label} was last verified {age} months ago, on {record.verified_on.isoformat()}"
            return Reason(Code.STALE, condition, text, (record.id,))
        return None

    def judge(self, finding: Finding, condition: Code) -> Finding:
        """The finding, or UNKNOWN where any row it rests on is not fresh.

        What the stale row says is kept in the text, since it is still the best guess of what to look for.
        """
        spoiled = tuple(
            reason for record in _sorted(finding.evidence) if (reason := self.reason(record, condition)) is not None
        )
        if not spoiled or finding.verdict is Verdict.UNKNOWN:
            return Finding(finding.verdict, finding.reasons + spoiled, finding.evidence) if spoiled else finding
        told = tuple(
            Reason(reason.code, condition, f"{failure.text} ({reason.text})", failure.record_ids + reason.record_ids)
            for failure in finding.failures
            for reason in spoiled
        )
        return Finding(Verdict.UNKNOWN, told or spoiled, finding.evidence)


def _sorted(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (record.record_class, record.name, record.id))
