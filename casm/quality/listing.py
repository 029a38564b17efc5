"""Findings as a page lists them: filtered, the gravest first, with their records and who called what no fault."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.db.tables import OwnedRow
from casm.editing.read_record import Line, lines_of
from casm.editing.record_class import record_class_of
from casm.editing.rights import Rights, read_rights
from casm.quality.catalogue import RULES, Rule
from casm.quality.dismissal import Dismissed, dismissals_of
from casm.quality.doubt import SEVERITIES
from casm.quality.finding import Finding
from casm.quality.open_findings import by_rule

PAGE_FINDINGS = 50
OPEN, NO_FAULT = "open", "no_fault"


@dataclass(frozen=True)
class Wanted:
    """Which findings: of a rule, a class, a severity; open ones, or those called no fault. "" for any."""

    rule: str = ""
    record_class: str = ""
    severity: str = ""
    state: str = OPEN

    def takes(self, finding: Finding, dismissed: Dismissed | None) -> bool:
        """Whether a finding is one of these."""
        return (
            (not self.rule or finding.rule == self.rule)
            and (not self.record_class or finding.record_class == self.record_class)
            and (not self.severity or finding.doubt.severity == self.severity)
            and (dismissed is None) == (self.state == OPEN)
        )


@dataclass(frozen=True)
class Shown:
    """A finding on a page. line: its record. other: the record it doubles. may_write: whether it can be mended here.

    rows: every record whose figures it tells, for the page's marking.
    """

    finding: Finding
    rule: Rule
    line: Line
    may_write: bool
    dismissed: Dismissed | None = None
    other: Line | None = None
    rows: tuple[OwnedRow, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Listing:
    """One page of findings. by_rule: how many open ones there are of each (rule, severity), whatever is wanted."""

    shown: tuple[Shown, ...]
    number: int
    total: int
    by_rule: Mapping[tuple[str, str], int]
    classes: tuple[str, ...]
    dismissed_count: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_FINDINGS))


def list_findings(session: Session, findings: Iterable[Finding], wanted: Wanted, page: int = 1) -> Listing:
    """One page of those findings that are wanted, the gravest first."""
    every = list(findings)
    dismissed = dismissals_of(session, every)
    chosen = [one for one in every if wanted.takes(one, dismissed.get(one.key))]
    chosen.sort(key=_order)
    last = max(1, -(-len(chosen) // PAGE_FINDINGS))
    number = min(max(page, 1), last)
    part = chosen[(number - 1) * PAGE_FINDINGS : number * PAGE_FINDINGS]
    return Listing(
        tuple(show(session, part, dismissed)),
        number,
        len(chosen),
        by_rule(every, dismissed),
        tuple(sorted({one.record_class for one in every})),
        len(dismissed),
    )


def show(
    session: Session,
    findings: Iterable[Finding],
    dismissed: Mapping[tuple[str, uuid.UUID, str], Dismissed],
    rights: Rights | None = None,
) -> list[Shown]:
    """Findings with their records, in the order given; those of which a record is not seen any more are left out."""
    kept = list(findings)
    rights = rights or read_rights(session)
    wanted: dict[str, set[uuid.UUID]] = {}
    for finding in kept:
        for name, record_id, _ in finding.looked_at:
            wanted.setdefault(name, set()).add(record_id)
    lines: dict[uuid.UUID, Line] = {}
    for name, ids in wanted.items():
        record_class = record_class_of(name)
        rows = session.scalars(select(record_class.mapped).where(record_class.mapped.id.in_(ids)))
        lines |= {line.id: line for line in lines_of(session, record_class, rows)}
    return [
        Shown(
            finding,
            RULES[finding.rule],
            lines[finding.record_id],
            rights.may_write(record_class_of(finding.record_class), finding.owner_id),
            dismissed.get(finding.key),
            lines[uuid.UUID(finding.doubt.about)] if finding.rule == "duplicate" else None,
            tuple(lines[record_id].row for _, record_id, _ in finding.looked_at),
        )
        for finding in kept
        if all(record_id in lines for _, record_id, _ in finding.looked_at)
    ]


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    grave = SEVERITIES.index(finding.doubt.severity)
    return grave, finding.rule, finding.record_class, finding.name.casefold(), str(finding.record_id)
