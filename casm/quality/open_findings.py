"""How many findings are open, by rule and severity, as their list and a dashboard count them alike."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.editing.record_class import record_class_of
from casm.exchange.marking import EXERCISE, KindOfRows
from casm.inventory.owner import Owner
from casm.quality.dismissal import dismissals_of
from casm.quality.finding import Finding

BATCH = 4000


@dataclass(frozen=True)
class OpenFindings:
    """by_rule: open findings of each (rule, severity). kinds: what mark() needs of the records behind them."""

    by_rule: Mapping[tuple[str, str], int]
    kinds: tuple[KindOfRows, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_rule.values())

    def of(self, severity: str) -> int:
        """Those of one severity."""
        return sum(count for (_, one), count in self.by_rule.items() if one == severity)


def by_rule(findings: Iterable[Finding], dismissed: Mapping[Any, object]) -> Counter[tuple[str, str]]:
    """(rule, severity) → how many of the findings nobody calls no fault. dismissed: by a finding's key."""
    return Counter((one.rule, one.doubt.severity) for one in findings if one.key not in dismissed)


def count_open(session: Session, findings: Iterable[Finding]) -> OpenFindings:
    """Count those of the viewer's findings that are open."""
    every = list(findings)
    dismissed = dismissals_of(session, every)
    left = [one for one in every if one.key not in dismissed]
    return OpenFindings(by_rule(left, {}), tuple(_kinds(session, left)))


def _kinds(session: Session, findings: Iterable[Finding]) -> Iterable[KindOfRows]:
    """Owner and sensitivity of every record that a finding rests on."""
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for finding in findings:
        for name, record_id, _ in finding.looked_at:
            wanted[name].add(record_id)
    told: set[tuple[uuid.UUID, str]] = set()
    for name, ids in wanted.items():
        mapped, listed = record_class_of(name).mapped, sorted(ids)
        for start in range(0, len(listed), BATCH):
            rows = session.execute(
                select(mapped.owner_id, mapped.sensitivity).distinct()
                .where(mapped.id.in_(listed[start : start + BATCH]))
            )  # fmt: skip
            told |= {(row.owner_id, row.sensitivity) for row in rows}
    owners = session.execute(
        select(Owner.id, Owner.code, Owner.name).where(Owner.id.in_({owner_id for owner_id, _ in told}))
    )
    called = {row.id: row for row in owners}
    for owner_id, sensitivity in sorted(told, key=str):
        owner = called.get(owner_id)
        yield KindOfRows(sensitivity, bool(owner and EXERCISE in owner.name), (owner.code,) if owner else ())
