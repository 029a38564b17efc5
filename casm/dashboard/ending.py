"""How many licences, agreements and leases end in each of the next twelve months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from casm.dashboard.expiry import HORIZONS_DAYS, Expiry, expiry_of
from casm.dashboard.scope import Scope
from casm.editing.record_class import RecordClass, record_class_of


@dataclass(frozen=True)
class Ending:
    """What of a class ends in a month from the day asked for on. month: its first day."""

    record_class: str
    month: date
    count: int


def read_endings(session: Session, scope: Scope, classes: Iterable[RecordClass], as_of: date) -> list[Ending]:
    """By month, within the farthest horizon; months in which nothing ends are left out."""
    wanted = [one for of in classes if (one := expiry_of(of.name)) is not None]
    if not wanted:
        return []
    parts = union_all(*(_by_month(one, scope, as_of) for one in wanted)).subquery()
    rows = session.execute(select(parts).order_by(parts.c.month, parts.c.record_class))
    return [Ending(row.record_class, row.month, row.count) for row in rows]


def _by_month(one: Expiry, scope: Scope, as_of: date) -> Select[Any]:
    mapped = record_class_of(one.record_class).mapped
    day = getattr(mapped, one.column)
    month = cast(func.date_trunc("month", day), Date)
    return (
        select(literal(one.record_class, String).label("record_class"), month.label("month"),
               func.count().label("count"))
        .where(mapped.status != "retired", scope.holds(mapped.owner_id), one.counts(mapped), day >= as_of,
               day <= as_of + timedelta(days=HORIZONS_DAYS[-1]))
        .group_by(month)
    )  # fmt: skip
