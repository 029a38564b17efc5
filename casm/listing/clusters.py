"""A filtered table on a map: its records counted in cells by the database, so that the page never grows with them."""

import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, String, cast, func, select
from sqlalchemy.dialects.postgresql import array_agg
from sqlalchemy.orm import Session, aliased

from casm.audit.reading import count_unread
from casm.db.tables import Site
from casm.editing.read_record import lines_of
from casm.editing.record_class import RecordClass
from casm.exchange.marking import EXERCISE, KindOfRows
from casm.inventory.owner import Owner
from casm.listing.conditions import Conditions
from casm.listing.page import conditions_of
from casm.listing.query import ListQuery

Bounds = tuple[float, float, float, float]

# A cell is as wide on the screen as a finger, on Web Mercator's tiles of 256 pixels.
CELL_PIXELS = 64
TILE_PIXELS = 256
MOST_ZOOM = 17
# From here on a cell is some hundred metres wide: what stands in it is told by name, as it would never part.
NAMES_FROM_ZOOM = 13
MOST_NAMES = 8
# Marks that any screen has room for; a wider window gets wider cells.
MOST_CELLS_ACROSS = 48


@dataclass(frozen=True)
class Member:
    """A record told by name in its cell."""

    id: uuid.UUID
    title: str


@dataclass(frozen=True)
class Cluster:
    """The records of one cell: how many, the middle of them (degrees), and those that are told by name."""

    longitude_deg: float
    latitude_deg: float
    count: int
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Extent:
    """Everything that a filter finds and that lies somewhere: how many, its box, and what mark() needs of it."""

    placed: int
    bounds: Bounds | None
    kinds: tuple[KindOfRows, ...]


def has_places(record_class: RecordClass) -> bool:
    """Whether records of the class stand somewhere: at a position of their own, or at a site."""
    return _point_column(record_class) is not None or "site" in record_class.shape.references


def read_extent(session: Session, query: ListQuery) -> Extent:
    """What a map of the table has to show; FieldFaults as for the table."""
    found = _Placed(query.record_class, conditions_of(session, query))
    x, y = func.ST_X(found.position), func.ST_Y(found.position)
    rows = session.execute(
        found.select(func.min(x).label("west"), func.min(y).label("south"), func.max(x).label("east"),
                     func.max(y).label("north")).where(found.position.is_not(None))
    ).all()  # fmt: skip
    if not rows:
        return Extent(0, None, ())
    bounds = (
        min(row.west for row in rows), min(row.south for row in rows), max(row.east for row in rows),
        max(row.north for row in rows),
    )  # fmt: skip
    return Extent(sum(row.count for row in rows), bounds, (*_kinds(session, rows), *_asked(query)))


def read_clusters(
    session: Session, query: ListQuery, window: Bounds, zoom: int
) -> tuple[list[Cluster], tuple[KindOfRows, ...]]:
    """The records of a filtered table within a window, cell by cell, and what mark() needs of them.

    window: (west, south, east, north) in degrees, -180 to 180; zoom: of the map, 0 to 17. Cells are squares of degrees
    that never move, so that a mark stays where it is while the map is dragged. FieldFaults as for the table.
    """
    found = _Placed(query.record_class, conditions_of(session, query))
    cell_deg = cell_width_deg(zoom, window)
    x, y = func.ST_X(found.position), func.ST_Y(found.position)
    column, row = func.floor(x / cell_deg).label("column"), func.floor(y / cell_deg).label("row")
    most_names = MOST_NAMES if zoom >= NAMES_FROM_ZOOM else 1
    rows = session.execute(
        found.select(column, row, func.sum(x).label("x"), func.sum(y).label("y"),
                     first_of(found.one.id, most_names).label("ids"))
        .where(found.position.op("&&")(func.ST_MakeEnvelope(*map(float, window), 4326)))
        .group_by(column, row)
    ).all()  # fmt: skip
    cells: dict[tuple[float, float], list[Any]] = defaultdict(list)
    for one in rows:
        cells[one.column, one.row].append(one)
    told = {key: [record_id for part in parts for record_id in part.ids]
            for key, parts in cells.items() if sum(part.count for part in parts) <= most_names}  # fmt: skip
    titles = _titles(session, query.record_class, [one for ids in told.values() for one in ids])
    for one in rows:
        named = len(one.ids) if (one.column, one.row) in told else 0
        # Those told by name were counted as they were read.
        count_unread(one.owner_id, query.record_class.name, one.count - named)
        if getattr(one, "site_owner_id", None) is not None:
            count_unread(one.site_owner_id, "site", one.count)
    clusters = [_cluster(parts, [titles[one] for one in told.get(key, ()) if one in titles])
                for key, parts in cells.items()]  # fmt: skip
    kinds = (*_kinds(session, rows), *(_asked(query) if rows else ()))
    return sorted(clusters, key=lambda one: (one.latitude_deg, one.longitude_deg)), kinds


def cell_width_deg(zoom: int, window: Bounds) -> float:
    """How wide a cell is at a zoom, in degrees; doubled until no more than MOST_CELLS_ACROSS span the window."""
    west, south, east, north = window
    wide_deg = 360.0 / 2 ** min(max(zoom, 0), MOST_ZOOM) * CELL_PIXELS / TILE_PIXELS
    most_deg = max(east - west, north - south) / MOST_CELLS_ACROSS
    return wide_deg * 2 ** max(0, math.ceil(math.log2(most_deg / wide_deg))) if most_deg > wide_deg else wide_deg


def first_of(column: Any, most: int) -> Any:
    """The column's first values in a group, in no order."""
    return func.trim_array(array_agg(column), cast(func.greatest(func.count() - most, 0), Integer))


class _Placed:
    """Rows that meet a filter, each with where it stands; read in groups of one owner and sensitivity."""

    def __init__(self, record_class: RecordClass, conditions: Conditions) -> None:
        self.one, self.conditions = aliased(record_class.mapped), conditions
        self.site = aliased(Site) if "site" in record_class.shape.references else None
        own = _point_column(record_class)
        if self.site is None:
            self.position = getattr(self.one, str(own))
        elif own is None:
            self.position = self.site.position
        else:
            self.position = func.coalesce(getattr(self.one, own), self.site.position)
        self.texts = [
            getattr(self.one, name) for name in ("name", "title", "remarks") if name in record_class.shape.table.c
        ]

    def select(self, *columns: Any) -> Select[Any]:
        """A statement that counts the rows of each owner and sensitivity, and of whatever else it is grouped by."""
        exercise = func.bool_or(
            func.concat_ws(" ", *(cast(one, String) for one in self.texts)).contains(EXERCISE)
        ).label("exercise")
        whose = [self.one.owner_id, self.one.sensitivity]
        if self.site is not None:
            # What tells a site's place is as sensitive as the site.
            whose += [self.site.owner_id.label("site_owner_id"), self.site.sensitivity.label("site_sensitivity")]
        statement = (
            select(*whose, exercise, func.count().label("count"), *columns)
            .select_from(self.one).where(*self.conditions.of(self.one)).group_by(*whose)
        )  # fmt: skip
        return statement if self.site is None else statement.outerjoin(self.site, self.site.id == self.one.site_id)


def _point_column(record_class: RecordClass) -> str | None:
    """The column of the class that holds a point, None where it has none."""
    return next(
        (column.name for column in record_class.shape.table.c
         if getattr(column.type, "geometry_type", None) == "POINT"), None
    )  # fmt: skip


def _cluster(parts: Sequence[Any], members: Iterable[Member]) -> Cluster:
    count = sum(part.count for part in parts)
    return Cluster(
        sum(part.x for part in parts) / count, sum(part.y for part in parts) / count, count,
        tuple(sorted(members, key=lambda one: (one.title, str(one.id)))),
    )  # fmt: skip


def _titles(session: Session, record_class: RecordClass, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Member]:
    if not ids:
        return {}
    rows = session.scalars(select(record_class.mapped).where(record_class.mapped.id.in_(ids))).all()
    return {line.id: Member(line.id, line.title) for line in lines_of(session, record_class, rows)}


def _asked(query: ListQuery) -> tuple[KindOfRows, ...]:
    """What a filter by fields that owners added tells of the records it finds, as mark() takes it."""
    told = [one.field.added for one in query.criteria if one.field.added is not None]
    return tuple(
        KindOfRows(one.row.sensitivity, EXERCISE in one.owner_name, (one.owner_code,)) for one in told
    )


def _kinds(session: Session, rows: Iterable[Any]) -> tuple[KindOfRows, ...]:
    """Owner and sensitivity of counted rows, as mark() takes them."""
    told = [
        (owner_id, sensitivity, bool(row.exercise))
        for row in rows
        for owner_id, sensitivity in (
            (row.owner_id, row.sensitivity),
            (getattr(row, "site_owner_id", None), getattr(row, "site_sensitivity", None)),
        )
        if owner_id is not None
    ]
    owners = select(Owner.id, Owner.code, Owner.name).where(Owner.id.in_({one[0] for one in told}))
    called = {owner.id: owner for owner in session.execute(owners)}
    kinds: dict[tuple[str, str], bool] = {}
    for owner_id, sensitivity, exercise in told:
        owner = called.get(owner_id)
        key = (sensitivity, owner.code if owner else "")
        kinds[key] = kinds.get(key, False) or exercise or bool(owner and EXERCISE in owner.name)
    return tuple(
        KindOfRows(sensitivity, exercise, (code,) if code else ()) for (sensitivity, code), exercise in kinds.items()
    )
