"""A table as its template shows it: headings that sort, cells in words, heights in feet too."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for

from casm.listing.list_field import CHOICE, CHOICES, KNOWN, NUMBER, ListField
from casm.listing.page import ListLine, ListPage
from casm.listing.query import SORT, ListQuery
from geo.units import m_to_ft


@dataclass(frozen=True)
class Heading:
    """A column's heading. href: what sorts by it; sorted: "ascending", "descending" or None."""

    field: ListField
    href: str | None
    sorted: str | None


@dataclass(frozen=True)
class Row:
    """A row. href, edit: its page and its form; cells: (heading's label, text, whether it is a figure)."""

    id: str
    version: int
    title: str
    href: str
    edit: str | None
    cells: tuple[tuple[ListField, str], ...]


def address_of(name: str, pairs: list[tuple[str, str]], endpoint: str = "records.records") -> str:
    """A table's address with these parts of its query, repeated ones kept."""
    query = urlencode(pairs)
    return url_for(endpoint, name=name) + (f"?{query}" if query else "")


def headings(query: ListQuery) -> list[Heading]:
    """The heading of each column; by another click it sorts the other way."""
    found = []
    for one in query.columns:
        now = one.name == query.sort.name
        pairs = [pair for pair in query.pairs() if pair[0] != SORT]
        wanted = f"-{one.name}" if now and not query.down else one.name
        href = address_of(query.record_class.name, [*pairs, (SORT, wanted)]) if one.sortable else None
        found.append(Heading(one, href, ("descending" if query.down else "ascending") if now else None))
    return found


def rows_of(page: ListPage, writable: frozenset[object]) -> list[Row]:
    """The rows of a page; writable: owners whose records the asker may change, or propose to change."""
    return [_row(page, one, may_write=one.line.row.owner_id in writable) for one in page.lines]


def _row(page: ListPage, one: ListLine, *, may_write: bool) -> Row:
    name, line = page.query.record_class.name, one.line
    edit = url_for("record_forms.edit", name=name, record_id=line.id) if may_write and not line.retired else None
    return Row(
        id=str(line.id), version=line.version, title=line.title or "without a name",
        href=url_for("records.record", name=name, record_id=line.id), edit=edit,
        cells=tuple((field, cell_words(field, one.cells[field.name], line.row)) for field in page.query.columns),
    )  # fmt: skip


def cell_words(field: ListField, text: str, row: object) -> str:
    """A cell as a person reads it."""
    if not text:
        return ""
    if field.kind in (CHOICE, CHOICES):
        return "; ".join(field.words_of(term) for term in text.split("; "))
    if field.kind == KNOWN:
        return "drawn" if field.target is None and field.form is not None and field.form.kind == "area" else text
    own = field.part_key is None and field.added is None
    value = getattr(row, field.column, None) if own else None
    if field.kind == NUMBER and field.name.endswith("_m") and "ft" in field.units and isinstance(value, int | float):
        return f"{text} ({m_to_ft(value):,.0f} ft)"
    return text
