"""Where the scope's sites stand and how fresh they are, gathered into squares; and outlines of what is compared."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from casm.audit.reading import count_unread
from casm.dashboard.conditions import CURRENT, conditions_of
from casm.dashboard.scope import Scope, ScopeOwner
from casm.editing.record_class import record_class_of
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.site import Site
from casm.sharing.viewer import PUBLIC_OWNER_ID

# Sides of the squares that sites are gathered in, by kind of owner; an agency or a county is looked at closely.
SQUARE_DEG = {"nation": 2.0, "state": 0.2, "territory": 0.2, "region": 0.1, "tribe": 0.1}
CLOSE_SQUARE_DEG = 0.05
MOST_SQUARES = 1500
# Outlines are drawn a finger high: finer corners are not to be seen.
OUTLINE_TOLERANCE_DEG = {"nation": 0.05, "state": 0.01}
FINE_TOLERANCE_DEG = 0.002
OUTLINE_KINDS = ("state", "territory", "county")


@dataclass(frozen=True)
class Cluster:
    """Sites of one square. longitude, latitude: their mean, in degrees. current: how many are verified and not due."""

    longitude: float
    latitude: float
    count: int
    current: int


@dataclass(frozen=True)
class Outline:
    """The border of an owner's jurisdiction, EPSG:4326, simplified."""

    owner_id: uuid.UUID
    name: str
    geometry: shapely.Geometry


def read_clusters(session: Session, scope: Scope, as_of: date) -> list[Cluster]:
    """Sites in use that have a position, gathered by square; the fullest 1,500 squares."""
    side = SQUARE_DEG.get(scope.root.kind, CLOSE_SQUARE_DEG)
    current = conditions_of(record_class_of("site"), as_of)[CURRENT]
    x, y = func.ST_X(Site.position), func.ST_Y(Site.position)
    square = [cast(func.floor(of / side), BigInteger) for of in (x, y)]
    rows = session.execute(
        select(Site.owner_id, *square, func.sum(x).label("x"), func.sum(y).label("y"), func.count().label("count"),
               func.count().filter(current).label("current"))
        .where(Site.status != "retired", Site.position.is_not(None), scope.holds(Site.owner_id))
        .group_by(Site.owner_id, *square)
    )  # fmt: skip
    squares: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in rows:
        squares[row[1], row[2]].append(row)
        # A circle of one site is its very place, and told of like one.
        count_unread(row.owner_id, Site.__tablename__, row.count)
    found = [_cluster(members) for members in squares.values()]
    return sorted(found, key=lambda one: (-one.count, one.latitude, one.longitude))[:MOST_SQUARES]


def _cluster(members: list[Any]) -> Cluster:
    """The sites of one square, told owner by owner."""
    count = sum(one.count for one in members)
    x, y = sum(one.x for one in members) / count, sum(one.y for one in members) / count
    return Cluster(x, y, count, sum(one.current for one in members))


def read_outlines(session: Session, scope: Scope) -> list[Outline]:
    """Outlines of the scope's own jurisdiction and of those straight below it, from the public boundaries."""
    owners = {one.fips: one for one in _outlined(scope) if one.fips}
    tolerance = OUTLINE_TOLERANCE_DEG.get(scope.root.kind, FINE_TOLERANCE_DEG)
    if not owners:
        return []
    simplified = func.ST_SimplifyPreserveTopology(Jurisdiction.area, tolerance, type_=Jurisdiction.area.type)
    rows = session.execute(
        select(Jurisdiction.code, simplified)
        .where(Jurisdiction.owner_id == PUBLIC_OWNER_ID, Jurisdiction.status != "retired",
               Jurisdiction.kind.in_(OUTLINE_KINDS), Jurisdiction.code.in_(owners), Jurisdiction.area.is_not(None))
    )  # fmt: skip
    return [Outline(owners[code].id, owners[code].name, to_shape(area)) for code, area in rows]


def _outlined(scope: Scope) -> Iterator[ScopeOwner]:
    yield scope.root
    yield from scope.below
