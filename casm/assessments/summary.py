"""What was computed, in lines of plain text: coverage figures, intervals, needs and gaps."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.assessments.coverage_rows import SYSTEM
from casm.assessments.interop_rows import GAP, GROUP, PAIR
from casm.assessments.result import Result

NO_FIGURES = "unknown"


def summary_lines(session: Session) -> list[str]:
    """Everything the session's viewer may see of what was computed, one thing a line."""
    return [
        "Coverage",
        *_or_none(_coverage(session)),
        "",
        "Who can talk to whom (proven level, and perhaps more)",
        *_or_none(_pairs(session)),
        "",
        "Stated needs",
        *_or_none(_needs(session)),
        "",
        "Gaps, and needs that are not proven",
        *_or_none(_gaps(session)),
    ]


def _or_none(lines: Iterator[str]) -> list[str]:
    return list(lines) or ["  nothing computed"]


def _rows(session: Session, kind: str) -> Iterator[Result]:
    yield from session.scalars(
        select(Result).where(Result.kind == kind, Result.status != "retired").order_by(Result.title, Result.result_key)
    )


def _coverage(session: Session) -> Iterator[str]:
    for row in _rows(session, SYSTEM):
        figures: dict[str, Any] = row.summary.get("figures") or {}
        known = _percent(figures.get("known_share"))
        mean = _percent(figures.get("service_area_reliability"))
        above = _percent(figures.get("bounded_area_share"))
        yield (
            f"  {row.title} ({row.summary.get('profile', NO_FIGURES)}): mean of cell probabilities {mean}, "
            f"share of cells at target {above}, over the {known} of the grid that is known"
        )


def _pairs(session: Session) -> Iterator[str]:
    for row in _rows(session, PAIR):
        yield f"  {' – '.join(row.summary['members'])}: {row.summary['answer']} ({row.summary['place']['text']})"


def _needs(session: Session) -> Iterator[str]:
    for row in _rows(session, GROUP):
        summary = row.summary
        yield (
            f"  {summary['need']}: {summary['state']} (level {summary['required_level']} asked, "
            f"{summary['answer'] if summary.get('answer') else NO_FIGURES} found)"
        )


def _gaps(session: Session) -> Iterator[str]:
    for row in _rows(session, GAP):
        summary = row.summary
        mark = "GAP" if summary["known"] else "NOT PROVEN"
        yield f"  {mark} {summary['reason']}, {summary.get('area_km2', 0):g} km²: {summary['sentence']}"


def _percent(share: float | None) -> str:
    return NO_FIGURES if share is None else f"{share:.1%}"
