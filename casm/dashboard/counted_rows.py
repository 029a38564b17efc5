"""The records that a figure counts: by the very condition it was counted by."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.dashboard.conditions import conditions_of
from casm.dashboard.scope import Scope, ScopeMissing, read_scope
from casm.editing.read_record import Line, lines_of
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import read_rights
from casm.listing.statements import PAGE_ROWS

# A page further on is reached by narrowing what is counted.
MOST_PAGES = 1000


@dataclass(frozen=True)
class CountedPage:
    """One page of the records behind a figure. number: from 1. total: over all pages."""

    scope: Scope
    record_class: RecordClass
    figure: str
    lines: tuple[Line, ...]
    number: int
    total: int
    may_write: bool

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, min(MOST_PAGES, -(-self.total // PAGE_ROWS)))


def read_counted(
    session: Session,
    code: str,
    name: str,
    figure: str,
    *,
    agency_id: uuid.UUID | None = None,
    page: int = 1,
    as_of: date | None = None,
) -> CountedPage:
    """100 of the records that a figure of a class counts, of one agency alone if one is given; ScopeMissing."""
    scope = read_scope(session, code)
    record_class, rights = record_class_of(name), read_rights(session)
    mapped = record_class.mapped
    conditions = conditions_of(record_class, as_of or datetime.now(UTC).date())
    if figure not in conditions or (agency_id is not None and not hasattr(mapped, "agency_id")):
        raise ScopeMissing
    wanted = [mapped.status != "retired", scope.holds(mapped.owner_id), conditions[figure]]
    if agency_id is not None:
        wanted.append(mapped.agency_id == agency_id)
    total = session.scalar(select(func.count()).select_from(mapped).where(*wanted)) or 0
    number = min(max(page, 1), max(1, min(MOST_PAGES, -(-total // PAGE_ROWS))))
    order = [getattr(mapped, column) for column in record_class.name_columns]
    rows = session.scalars(
        select(mapped).where(*wanted).order_by(*order, mapped.id).limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)
    )
    lines = tuple(lines_of(session, record_class, rows))
    return CountedPage(scope, record_class, figure, lines, number, total, bool(rights.writable(record_class)))
