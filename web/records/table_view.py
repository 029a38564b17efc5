"""A table as its template shows it: headings that sort, cells in words and in the reader's units."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from geoalchemy2.elements import WKBElement
from geoalchemy2.shape import to_shape

from casm.editing.own_units import GRID_LABEL, USNG, OwnUnits, grid_reference
from casm.listing.list_field import CHOICE, CHOICES, COORDINATE, KNOWN, NUMBER, ListField
from casm.listing.page import ListLine, ListPage
from casm.listing.query import SORT, ListQuery
from geo.units import m_to_ft
from web.own_units import own_units


@dataclass(frozen=True)
class Heading:
    """A column's heading. label: with the reader's unit. href: what sorts by it; sorted: "ascending", "descending" or
    None.
    """

    field: ListField
    label: str
    href: str | None
    sorted: str | None


@dataclass(frozen=True)
class Row:
    """A row. href, edit: its page and its form; cells: (column, its heading's label, text)."""

    id: str
    version: int
    title: str
    href: str
    edit: str | None
    cells: tuple[tuple[ListField, str, str], ...]


def address_of(name: str, pairs: list[tuple[str, str]], endpoint: str = "records.records") -> str:
    """A table's address with these parts of its query, repeated ones kept."""
    query = urlencode(pairs)
    return url_for(endpoint, name=name) + (f"?{query}" if query else "")


def headings(query: ListQuery) -> list[Heading]:
    """The heading of each column; by another click it sorts the other way."""
    found = []
    own = own_units()
    for one in shown_columns(query, own):
        now = one.name == query.sort.name
        pairs = [pair for pair in query.pairs() if pair[0] != SORT]
        wanted = f"-{one.name}" if now and not query.down else one.name
        href = address_of(query.record_class.name, [*pairs, (SORT, wanted)]) if one.sortable else None
        way = "descending" if query.down else "ascending"
        found.append(Heading(one, label_of(one, own), href, way if now else None))
    return found


def rows_of(page: ListPage, writable: frozenset[object]) -> list[Row]:
    """The rows of a page; writable: owners whose records the asker may change, or propose to change."""
    own = own_units()
    columns = shown_columns(page.query, own)
    return [_row(page, one, columns, own, may_write=one.line.row.owner_id in writable) for one in page.lines]


def shown_columns(query: ListQuery, own: OwnUnits) -> tuple[ListField, ...]:
    """The columns of a table as a reader has them: a grid reference tells latitude and longitude in one."""
    names = {one.name for one in query.columns}
    if own.position_notation == USNG and "latitude" in names:
        return tuple(one for one in query.columns if one.name != "longitude")
    return query.columns


def label_of(one: ListField, own: OwnUnits) -> str:
    """A column's heading, with the unit of its figures where the reader chose one."""
    if one.name == "latitude" and own.position_notation == USNG:
        return GRID_LABEL
    unit = own.unit_of(one.name)
    return f"{one.label} ({unit})" if unit else one.label


def _row(page: ListPage, one: ListLine, columns: tuple[ListField, ...], own: OwnUnits, *, may_write: bool) -> Row:
    name, line = page.query.record_class.name, one.line
    edit = url_for("record_forms.edit", name=name, record_id=line.id) if may_write and not line.retired else None
    return Row(
        id=str(line.id), version=line.version, title=line.title or "without a name",
        href=url_for("records.record", name=name, record_id=line.id), edit=edit,
        cells=tuple(
            (field, label_of(field, own), cell_words(field, one.cells[field.name], line.row, own)) for field in columns
        ),
    )  # fmt: skip


def cell_words(field: ListField, text: str, row: object, own: OwnUnits) -> str:
    """A cell as a person reads it."""
    if not text:
        return ""
    if field.kind in (CHOICE, CHOICES):
        return "; ".join(field.words_of(term) for term in text.split("; "))
    if field.kind == KNOWN:
        return "drawn" if field.target is None and field.form is not None and field.form.kind == "area" else text
    if field.kind == COORDINATE:
        return _coordinate(field, text, row, own)
    if unit := own.unit_of(field.name):
        return own.shown(field.name, text).replace(f" {unit}", "")
    of_row = field.part_key is None and field.added is None
    value = getattr(row, field.column, None) if of_row else None
    if field.kind == NUMBER and field.name.endswith("_m") and "ft" in field.units and isinstance(value, int | float):
        return f"{text} ({m_to_ft(value):,.0f} ft)"
    return text


def _coordinate(field: ListField, text: str, row: object, own: OwnUnits) -> str:
    point = getattr(row, field.column, None) if field.part_key is None else None
    if own.position_notation == USNG and field.name == "latitude" and isinstance(point, WKBElement):
        place = to_shape(point)
        return grid_reference(str(place.y), str(place.x)) or text
    return own.shown(field.name, text)
