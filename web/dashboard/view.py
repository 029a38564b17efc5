"""A dashboard as its template shows it: lines of its tables, each figure with where it leads."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from markupsafe import Markup

from casm.dashboard.conditions import CURRENT, EXPIRED, EXPIRES, HERE, MISSING, NEVER_DUE, OVERDUE, RECENT, UNVERIFIED
from casm.dashboard.dashboard import AgencyLine, Branch, Dashboard
from casm.dashboard.expiry import HORIZONS_DAYS, expiries
from casm.dashboard.figures import ClassFigures, Sums, percent
from casm.dashboard.needs import MET, NOT_MET, Needs
from casm.quality.open_findings import OpenFindings
from web.dashboard.map_data import fresh_percent
from web.dashboard.plots import Column, Part, bar, columns
from web.dashboard.words import WEIGHT_WORDS, field_label

MONTHS_SHOWN = 13


@dataclass(frozen=True)
class Figure:
    """A number and the list of exactly what it counts; no address for none."""

    count: int
    href: str | None


@dataclass(frozen=True)
class NextField:
    """What to enter next: a field, why it matters, and the records that lack it."""

    label: str
    reason: str
    weight: str
    missing: Figure


@dataclass(frozen=True)
class ClassLine:
    """A class in the tables of what is here, what is missing and what is stale."""

    plural: str
    here: Figure
    recent: Figure
    current: Figure
    overdue: Figure
    unverified: Figure
    never_due: Figure
    fresh_bar: Markup
    complete_percent: int | None
    complete_bar: Markup
    gaps: tuple[NextField, ...]


def class_lines(shown: Dashboard) -> list[ClassLine]:
    """Every class of which there is a record."""
    found = []
    for record_class in shown.record_classes:
        figures = shown.classes.get(record_class.name)
        if figures is not None and figures.here:
            found.append(_class_line(shown.scope.root.code, record_class.plural, figures))
    return found


def _class_line(code: str, plural: str, of: ClassFigures) -> ClassLine:
    def figure(name: str) -> Figure:
        return linked(code, of, name)

    parts = (
        Part("current", of.current, "current"), Part("never-due", of.never_due, "never due"),
        Part("overdue", of.overdue, "overdue"), Part("unverified", of.unverified, "never verified"),
    )  # fmt: skip
    complete = (Part("known", of.known, "fields known"), Part("unknown", of.wanted - of.known, "missing"))
    return ClassLine(
        plural[:1].upper() + plural[1:], *(figure(name) for name in
                                           (HERE, RECENT, CURRENT, OVERDUE, UNVERIFIED, NEVER_DUE)),
        bar(plural, parts), percent(of.known, of.wanted), bar(f"Important fields of {plural}", complete),
        next_fields(code, of),
    )  # fmt: skip


def next_fields(code: str, of: ClassFigures, agency: str | None = None) -> tuple[NextField, ...]:
    """Missing fields of a class, what to enter first at the head."""
    return tuple(
        NextField(field_label(gap.field), gap.field.reason, WEIGHT_WORDS[gap.field.weight],
                  linked(code, of, MISSING + gap.field.name, agency))
        for gap in of.gaps
    )  # fmt: skip


def linked(code: str, of: ClassFigures, name: str, agency: str | None = None) -> Figure:
    """A figure and its list."""
    count = of.counts[name]
    href = url_for("dashboard.counted", owner_code=code, name=of.record_class, figure=name, agency=agency)
    return Figure(count, href if count else None)


@dataclass(frozen=True)
class ExpiryLine:
    """What of one kind has ended, and ends within each horizon."""

    words: str
    expired: Figure
    within: tuple[Figure, ...]


def expiry_lines(shown: Dashboard) -> list[ExpiryLine]:
    """Licences, agreements, leases and the like, those of classes that the viewer may see."""
    seen = {one.name for one in shown.record_classes}
    found = []
    for one in expiries():
        if one.record_class in seen:
            of = shown.classes.get(one.record_class, ClassFigures(one.record_class, Counter()))
            within = tuple(linked(shown.scope.root.code, of, f"{EXPIRES}{days}") for days in HORIZONS_DAYS)
            words = one.words[:1].upper() + one.words[1:]
            found.append(ExpiryLine(words, linked(shown.scope.root.code, of, EXPIRED), within))
    return found


def ending_columns(shown: Dashboard) -> list[Column]:
    """A column for each month from now on, of what ends in it."""
    kinds = [one for one in expiries() if one.record_class in {of.name for of in shown.record_classes}]
    counts = {(one.record_class, one.month): one.count for one in shown.endings}
    ahead = (shown.as_of.year * 12 + shown.as_of.month - 1 + number for number in range(MONTHS_SHOWN))
    months = [date(number // 12, number % 12 + 1, 1) for number in ahead]
    return [
        Column(_tick(month), f"{month:%B %Y}",
               tuple(Part(f"kind-{number}", counts.get((one.record_class, month), 0), one.words)
                     for number, one in enumerate(kinds)))
        for month in months
    ]  # fmt: skip


def _tick(month: date) -> str:
    return f"{month:%b}" if month.month != 1 else f"{month:%b %y}"


def ending_plot(shown: Sequence[Column]) -> Markup:
    """What ends when."""
    return columns("What ends in each month", shown)


@dataclass(frozen=True)
class BranchLine:
    """A county (or agency) in the table that compares them."""

    name: str
    href: str
    here: int
    complete: int | None
    fresh: int | None
    overdue: int
    unverified: int
    expired: int
    within_90: int
    needs: str
    needs_met: int


# Column of the comparison → (what it is called, whether the largest comes first).
SORTS = {
    "name": ("Name", False), "here": ("Records", True), "complete": ("Complete", False), "fresh": ("Current", False),
    "overdue": ("Overdue", True), "unverified": ("Never verified", True), "expired": ("Expired", True),
    "within_90": ("Ends within 90 days", True), "needs_met": ("Needs met", False),
}  # fmt: skip


def branch_lines(shown: Dashboard, sort: str, *, turned: bool) -> list[BranchLine]:
    """Those straight below the jurisdiction, by one of the columns; turned: the other way round."""
    lines = [_branch_line(branch, shown.needs) for branch in shown.branches]
    largest_first = SORTS[sort][1] != turned

    def place(line: BranchLine) -> tuple[bool, object]:
        value = getattr(line, sort)
        # What is not known stands last, whichever way.
        return ((value is None) != largest_first, value if value is not None else 0)

    return sorted(sorted(lines, key=lambda line: line.name), key=place, reverse=largest_first)  # type: ignore[arg-type, return-value]


def _branch_line(branch: Branch, needs: Needs) -> BranchLine:
    of = branch.sums
    return BranchLine(
        branch.owner.name, url_for("dashboard.dashboard", owner_code=branch.owner.code), of.here,
        percent(of.known, of.wanted), fresh_percent(of), of.overdue, of.unverified, of.expired, of.expires[1],
        *needs_of(needs, branch),
    )  # fmt: skip


def needs_of(needs: Needs, branch: Branch) -> tuple[str, int]:
    """How many of a branch's needs are met, as an interval, and the number proven to be."""
    total = sum(one.owner_id in branch.owner_ids for one in needs.stated)
    met, not_met = (needs.count(state, branch.owner_ids) for state in (MET, NOT_MET))
    return interval(met, total - not_met, total), met


def interval(least: int, most: int, total: int) -> str:
    """How many of a number, where some are not known: "2 of 5", "2 to 4 of 5"."""
    if total == 0:
        return "none stated"
    return f"{least} of {total}" if least == most else f"{least} to {most} of {total}"


@dataclass(frozen=True)
class AgencyRow:
    """What one agency has of a class, how complete it is, and what to enter next."""

    agency: str
    plural: str
    here: Figure
    complete_percent: int | None
    next: NextField | None


def agency_rows(shown: Dashboard) -> list[AgencyRow]:
    """By agency and class."""
    words = {one.name: one.plural for one in shown.record_classes}
    return [_agency_row(shown.scope.root.code, one, words[one.figures.record_class]) for one in shown.agencies]


def _agency_row(code: str, one: AgencyLine, plural: str) -> AgencyRow:
    fields = next_fields(code, one.figures, str(one.agency_id))
    return AgencyRow(
        one.name or "an agency that you may not see", plural, linked(code, one.figures, HERE, str(one.agency_id)),
        percent(one.figures.known, one.figures.wanted), fields[0] if fields else None,
    )  # fmt: skip


def heads(of: Sums, needs: Needs, found: OpenFindings | None = None) -> list[tuple[str, str, str]]:
    """(figure, what it is, where on the page it is explained) of the line at the head. found: None, not counted yet."""
    complete, fresh = percent(of.known, of.wanted), fresh_percent(of)
    return [
        (f"{of.here:,}", "records in use", "here"),
        ("–" if complete is None else f"{complete} %", "of important fields known", "missing"),
        ("–" if fresh is None else f"{fresh} %", "verified and not due", "stale"),
        ("…" if found is None else f"{found.total:,}", "findings of the rules", "doubtful"),
        (f"{of.expires[1]:,}", "end within 90 days", "expires"),
        (interval(needs.least_met, needs.most_met, len(needs.stated)), "stated needs met", "needs"),
    ]
