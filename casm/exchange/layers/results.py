"""Layers of what was computed: coverage and gaps."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.assessments.result import Result
from casm.exchange.feature import Feature, feature_of, json_value, shape_of, stream
from casm.exchange.marking import says_exercise
from casm.inventory.owner import Owner

COVERAGE_KINDS = ("station_coverage", "system_coverage")
# What lets a reader trace or repeat the figure.
TRACE_COLUMNS = ("kind", "result_key", "title", "method", "method_version", "inputs_sha256", "computed_at", "caveats")


def read_coverage(session: Session) -> Iterator[Feature]:
    """The served area of every station and system computed: where the probability is at least the target."""
    yield from read_results(session, COVERAGE_KINDS)


def read_gaps(session: Session) -> Iterator[Feature]:
    """Every gap: the place where a stated need is not met, with its reason; unknown ones say so."""
    yield from read_results(session, ("gap",))


def read_results(session: Session, kinds: Iterable[str]) -> Iterator[Feature]:
    """Results of some kinds, oldest key first, each with its summary as properties."""
    statement = (
        select(Result, Owner)
        .join(Owner, Owner.id == Result.owner_id)
        .where(Result.kind.in_(tuple(kinds)), Result.status != "retired")
        .order_by(Result.kind, Result.result_key)
    )
    owners = owners_by_id(session)
    for row, owner in stream(session, statement):
        audience = [owners[owner_id] for owner_id in row.audience if owner_id in owners]
        feature = feature_of(
            row,
            owner,
            TRACE_COLUMNS,
            geometry=shape_of(row.area),
            more={**json_value_of_summary(row), "audience": sorted(member.code for member in audience)},
        )
        names = [member.name for member in audience]
        yield replace(
            feature,
            exercise=feature.exercise or says_exercise(names, row.caveats),
            audience_codes=tuple(sorted(member.code for member in audience)),
        )


def json_value_of_summary(row: Result) -> dict[str, object]:
    """A result's summary, its own names kept clear of the columns every feature has."""
    taken = set(TRACE_COLUMNS)
    return {f"summary_{name}" if name in taken else name: json_value(value) for name, value in row.summary.items()}


def owners_by_id(session: Session) -> dict[UUID, Owner]:
    """Every owner the viewer may know of."""
    return {owner.id: owner for owner in session.scalars(select(Owner))}
