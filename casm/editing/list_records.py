"""The records of a class that the viewer sees: counted, searched simply, in pages of 100."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import Session

from casm.editing.read_record import Line, lines_of
from casm.editing.record_class import RecordClass, record_class_of, record_classes
from casm.editing.rights import read_rights

PAGE_ROWS = 100
# A page further on is reached by searching, not by turning pages.
MOST_PAGES = 1000
MOST_WORDS = 8


@dataclass(frozen=True)
class ClassCount:
    """A class and how many of its records in use the viewer sees."""

    record_class: RecordClass
    count: int
    may_write: bool


@dataclass(frozen=True)
class Page:
    """One page of a list. number: from 1. total: records that match, over all pages."""

    record_class: RecordClass
    lines: tuple[Line, ...]
    number: int
    total: int
    search: str
    retired: bool

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, min(MOST_PAGES, -(-self.total // PAGE_ROWS)))


def count_records(session: Session) -> list[ClassCount]:
    """Every class of which the viewer may see records."""
    rights = read_rights(session)
    found = []
    for record_class in record_classes():
        if rights.may_see_class(record_class):
            mapped = record_class.mapped
            count = session.scalar(select(func.count()).select_from(mapped).where(mapped.status != "retired")) or 0
            found.append(ClassCount(record_class, count, bool(rights.writable(record_class))))
    return found


def list_records(session: Session, name: str, *, search: str = "", page: int = 1, retired: bool = False) -> Page:
    """Records of a class, in use or retired, whose name or a further name holds the search's words."""
    record_class = record_class_of(name)
    mapped = record_class.mapped
    conditions = [
        (mapped.status == "retired") if retired else (mapped.status != "retired"),
        *_holds(record_class, search),
    ]
    total = session.scalar(select(func.count()).select_from(mapped).where(*conditions)) or 0
    last = max(1, min(MOST_PAGES, -(-total // PAGE_ROWS)))
    number = min(max(page, 1), last)
    order = [getattr(mapped, column) for column in record_class.name_columns]
    rows = session.scalars(
        select(mapped).where(*conditions).order_by(*order, mapped.id).limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)
    )
    return Page(record_class, tuple(lines_of(session, record_class, rows)), number, total, search, retired)


def _holds(record_class: RecordClass, search: str) -> list[ColumnElement[bool]]:
    """A condition for each word of the search: one of the class' texts holds it, whatever its case."""
    mapped, table = record_class.mapped, record_class.shape.table
    wanted = [*record_class.name_columns, "call_sign", "label", "zone", "designation"]
    columns = [getattr(mapped, name) for name in dict.fromkeys(wanted) if name in table.c]
    if record_class.shape.aliases:
        columns.append(func.array_to_string(getattr(mapped, record_class.shape.aliases), " "))
    return [
        or_(*(cast(column, String).icontains(word, autoescape=True) for column in columns))
        for word in search.split()[:8]
    ]
