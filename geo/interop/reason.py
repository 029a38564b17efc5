"""Why a condition fails or is not known, and how findings compose."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from geo.interop.answer import Verdict, conjunction, disjunction


class Code(StrEnum):
    """Reasons a method fails, then (MISSING, STALE) reasons it is not known.

    Listed from what lies deepest (no radio could do it) to what is mended soonest.
    """

    NO_METHOD = "NO_METHOD"
    BAND = "BAND"
    MODE = "MODE"
    PROGRAMMING = "PROGRAMMING"
    ENCRYPTION = "ENCRYPTION"
    AUTHORITY = "AUTHORITY"
    CAPACITY = "CAPACITY"
    TIME = "TIME"
    COVERAGE = "COVERAGE"
    MISSING = "MISSING"
    STALE = "STALE"


FAILURES = tuple(code for code in Code if code not in (Code.MISSING, Code.STALE))
DEPTH: dict[Code, int] = {code: depth for depth, code in enumerate(reversed(FAILURES))}


@dataclass(frozen=True)
class Record:
    """The inventory row a fact came from, and when somebody last verified it."""

    record_class: str
    id: str
    name: str
    owner_id: str = ""
    verified_on: date | None = None
    encryption: bool = False

    @property
    def label(self) -> str:
        """The record as a sentence names it."""
        return f"{_WORDS.get(self.record_class, self.record_class.replace('_', ' '))} {self.name}".strip()


_WORDS = {
    "agency": "",
    "unavailable": "",
    "radio_system": "system",
    "radio_cache": "cache",
    "gateway_port": "port",
    "resource_encryption": "encryption of",
    "fleet_encryption": "encryption of fleet",
    "system_peer": "join",
}


@dataclass(frozen=True)
class Reason:
    """One reason: its code, the condition it concerns, what to say, and the rows to look at.

    For a failure code and condition agree; for MISSING and STALE the condition is the one left open.
    """

    code: Code
    condition: Code
    text: str
    record_ids: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What the reason makes of its condition: NO, or UNKNOWN for MISSING and STALE."""
        return Verdict.UNKNOWN if self.code in (Code.MISSING, Code.STALE) else Verdict.NO


@dataclass(frozen=True)
class Finding:
    """A verdict, the reasons it is not YES, and every row that was looked at to reach it."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    evidence: frozenset[Record] = frozenset()

    @property
    def failures(self) -> tuple[Reason, ...]:
        """The reasons that say NO."""
        return tuple(reason for reason in self.reasons if reason.verdict is Verdict.NO)

    def looking_at(self, *records: Record | None) -> "Finding":
        """The same finding with more rows among its evidence."""
        return replace(self, evidence=self.evidence | {record for record in records if record is not None})


YES = Finding(Verdict.YES)


def yes(*records: Record | None) -> Finding:
    """A condition that holds on these rows."""
    return YES.looking_at(*records)


def no(code: Code, text: str, *records: Record | None) -> Finding:
    """A condition that fails on these rows."""
    rows = tuple(record for record in records if record is not None)
    return Finding(Verdict.NO, (Reason(code, code, text, tuple(row.id for row in rows)),), frozenset(rows))


def missing(condition: Code, text: str, *records: Record | None) -> Finding:
    """A condition left open because these rows, or the lack of a row, do not say."""
    rows = tuple(record for record in records if record is not None)
    ids = tuple(row.id for row in rows)
    return Finding(Verdict.UNKNOWN, (Reason(Code.MISSING, condition, text, ids),), frozenset(rows))


def all_of(findings: Iterable[Finding]) -> Finding:
    """Kleene's and of findings: every reason kept, failures first."""
    findings = tuple(findings)
    return Finding(
        conjunction(finding.verdict for finding in findings),
        _ordered(reason for finding in findings for reason in finding.reasons),
        frozenset().union(*(finding.evidence for finding in findings)),
    )


def any_of(findings: Iterable[Finding], otherwise: Finding) -> Finding:
    """Kleene's or of findings: the reasons of the best ones; `otherwise` where there is none to choose from.

    Every row looked at stays evidence, since a rejected choice was an input too.
    """
    findings = tuple(findings)
    if not findings:
        return otherwise
    verdict = disjunction(finding.verdict for finding in findings)
    evidence = frozenset().union(*(finding.evidence for finding in findings))
    if verdict is Verdict.YES:
        return Finding(verdict, (), evidence)
    best = [finding for finding in findings if finding.verdict is verdict]
    fewest = min((len(finding.failures), len(finding.reasons)) for finding in best)
    kept = [finding for finding in best if (len(finding.failures), len(finding.reasons)) == fewest]
    return Finding(verdict, _ordered(reason for finding in kept for reason in finding.reasons), evidence)


def _ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    unique = dict.fromkeys(reasons)
    return tuple(sorted(unique, key=lambda reason: (reason.verdict, tuple(Code).index(reason.code), reason.text)))
