"""What the rules doubt in a jurisdiction, counted: each number leads to a list of just as many findings."""

from dataclasses import dataclass

from flask import url_for

from casm.quality.catalogue import RULES
from casm.quality.doubt import SEVERITIES
from casm.quality.open_findings import OpenFindings

# Of so many records the rules are asked while a dashboard is made; of more they are on a page of their own, which the
# dashboard's script fetches.
MOST_RECORDS = 1_500


@dataclass(frozen=True)
class DoubtFigure:
    """Open findings of a severity, of a rule or of all. href: their list, None for none."""

    severity: str
    count: int
    href: str | None


@dataclass(frozen=True)
class DoubtLine:
    """A rule with its findings. href: all of them."""

    title: str
    href: str
    figures: tuple[DoubtFigure, ...]


@dataclass(frozen=True)
class Doubtful:
    """What the rules doubt: over all rules by severity, and rule by rule those with any."""

    total: int
    severities: tuple[DoubtFigure, ...]
    rules: tuple[DoubtLine, ...]


def doubtful_of(code: str, found: OpenFindings) -> Doubtful:
    """The figures of the owner with this code."""
    lines = tuple(
        DoubtLine(rule.title, url_for("quality.findings", owner=code, rule=rule.name),
                  tuple(_figure(code, one, found.by_rule.get((rule.name, one), 0), rule.name) for one in SEVERITIES))
        for rule in RULES.values() if any(found.by_rule.get((rule.name, one)) for one in SEVERITIES)
    )  # fmt: skip
    return Doubtful(found.total, tuple(_figure(code, one, found.of(one)) for one in SEVERITIES), lines)


def _figure(code: str, severity: str, count: int, rule: str | None = None) -> DoubtFigure:
    href = url_for("quality.findings", owner=code, severity=severity, rule=rule) if count else None
    return DoubtFigure(severity, count, href)
