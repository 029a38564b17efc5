"""One page of a table: its rows with the cells of the columns asked for, and how many records there are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.db.tables import OwnedRow
from casm.editing.faults import FieldFault, FieldFaults
from casm.editing.field_texts import value_text
from casm.editing.read_record import Line, lines_of
from casm.editing.record_class import RecordClass, record_class_of
from casm.listing.added_fields import read_cells
from casm.listing.conditions import Conditions, find_names
from casm.listing.criterion import CriterionFault
from casm.listing.list_field import OWNER, PART_MARK, ListField
from casm.listing.query import BY_NAME, SORT, ListQuery, Place
from casm.listing.statements import MOST_COUNTED, PAGE_ROWS, Keyed, few_or_many, walk

MOST_PARTS_SHOWN = 20
MOST_PARTS_READ = 5000


@dataclass(frozen=True)
class ListLine:
    """A row of a table. cells: by the field's name, the text a form would hold; of several parts, ; between them.

    rows: what its marking is made of: its own row, and the definitions of fields that owners added and it shows.
    """

    line: Line
    cells: dict[str, str]
    rows: tuple[OwnedRow, ...]


@dataclass(frozen=True)
class ListPage:
    """A page of a table. total: records that meet the filter, None for more than MOST_COUNTED. next: where it ends."""

    query: ListQuery
    lines: tuple[ListLine, ...]
    total: int | None
    next: Place | None

    @property
    def total_words(self) -> str:
        """How many records there are, as far as was counted."""
        return f"more than {MOST_COUNTED:,}" if self.total is None else f"{self.total:,}"

    @property
    def rows(self) -> tuple[OwnedRow, ...]:
        """What the marking of the page is made of: its lines, and what tells of them by the filter or the order."""
        asked = (*(one.field for one in self.query.criteria), self.query.sort)
        told = [one.added.row for one in asked if one.added is not None] if self.lines else []
        return (*(row for one in self.lines for row in one.rows), *told)


def read_page(session: Session, query: ListQuery, rows: int = PAGE_ROWS) -> ListPage:
    """The page of a query; FieldFaults where a name in its filter fits nothing, or too much to be sorted."""
    conditions = conditions_of(session, query)
    total, found = few_or_many(session, query, conditions, rows + 1)
    if total > MOST_COUNTED:
        if query.sort.kind in BY_NAME:
            raise FieldFaults((too_many_to_sort(query.sort),), dict(query.pairs()))
        found = walk(session, query, conditions, rows + 1)
    shown = found[:rows]
    after = Place(_placed(shown[-1]), shown[-1][0].id) if len(found) > rows else None
    lines = list_lines(session, query.record_class, query.columns, [row for row, _ in shown])
    return ListPage(query, tuple(lines), None if total > MOST_COUNTED else total, after)


def _placed(keyed: Keyed) -> object:
    value = keyed[1]
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def conditions_of(session: Session, query: ListQuery) -> Conditions:
    """The filter of a query with its names looked up; FieldFaults where one fits no owner or too much."""
    try:
        ids = find_names(session, query.criteria)
    except CriterionFault as error:
        raise FieldFaults((error.fault,), dict(query.pairs())) from None
    return Conditions(query.record_class, query.criteria, query.search, ids)


def too_many_to_sort(sort: ListField) -> FieldFault:
    """Said of a table too long to be sorted by names of other records."""
    return FieldFault(
        SORT, f"more than {MOST_COUNTED:,} records cannot be sorted by {sort.label}",
        "narrow the filter first, or sort by another column",
    )  # fmt: skip


def list_lines(
    session: Session, record_class: RecordClass, columns: Sequence[ListField], rows: Sequence[OwnedRow]
) -> list[ListLine]:
    """Rows with the cells of these columns, in the order of the rows."""
    lines = lines_of(session, record_class, rows, {one.name for one in columns if one.part_key is None})
    added, shown = read_cells(session, columns, rows)
    parts = _part_texts(session, [one for one in columns if one.part_key is not None], rows)
    found = []
    for line in lines:
        cells = {}
        for one in columns:
            if one.added is not None:
                cells[one.name] = added.get(line.id, {}).get(one.name, "")
            elif one.part_key is not None:
                cells[one.name] = "; ".join(parts[one.name].get(line.id, ()))
            elif one.form is not None:
                cells[one.name] = line.texts.get(one.name, "")
            else:
                cells[one.name] = line.owner if one.kind == OWNER else value_text(
                    one.name, getattr(line.row, one.column)
                )  # fmt: skip
        found.append(ListLine(line, cells, (line.row, *shown.get(line.id, ()))))
    return found


def _part_texts(
    session: Session, columns: Iterable[ListField], rows: Sequence[OwnedRow]
) -> dict[str, dict[object, list[str]]]:
    """Column → record → the texts of its parts, class of part by class, the first of each record."""
    by_part: dict[str, list[ListField]] = defaultdict(list)
    for one in columns:
        by_part[one.record_class.name].append(one)
    found: dict[str, dict[object, list[str]]] = defaultdict(dict)
    for name, wanted in by_part.items():
        part = record_class_of(name)
        key = str(wanted[0].part_key)
        whole = getattr(part.mapped, key)
        read = session.scalars(
            select(part.mapped).where(whole.in_([row.id for row in rows]), part.mapped.status != "retired")
            .order_by(*(getattr(part.mapped, column) for column in part.shape.key)).limit(MOST_PARTS_READ)
        )  # fmt: skip
        for line in lines_of(session, part, read, {one.name.partition(PART_MARK)[2] for one in wanted}):
            for one in wanted:
                text = line.texts.get(one.name.partition(PART_MARK)[2], "")
                told = found[one.name].setdefault(getattr(line.row, key), [])
                if text and text not in told and len(told) < MOST_PARTS_SHOWN:
                    told.append(text)
    return found
