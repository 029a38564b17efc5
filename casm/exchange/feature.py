"""A feature on its way out: where, what, whose, and how it must be handled."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, and_, inspect
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.util import AliasedClass

from casm.db.columns import SENSITIVITY, OwnedRow
from casm.exchange.marking import says_exercise
from casm.inventory.owner import Owner

# Rows fetched at a time, so that a layer of a million rows needs no more memory than one of a thousand.
ROWS_AT_A_TIME = 500

# Carried by every row and useful to whoever reads the file; the rest of OwnedRow is bookkeeping.
COMMON_COLUMNS = ("status", "source", "source_key", "verified_on", "verified_by", "sensitivity", "remarks")


@dataclass(frozen=True)
class Feature:
    """One feature: its geometry (EPSG:4326, longitude first, or None), properties and handling."""

    id: UUID
    geometry: BaseGeometry | None
    properties: dict[str, Any]
    owner_code: str
    sensitivity: str
    exercise: bool
    edition: str | None = None
    audience_codes: tuple[str, ...] = ()

    @property
    def owner_codes(self) -> tuple[str, ...]:
        """Whose it is, and whose rows are behind it."""
        return (self.owner_code, *self.audience_codes)


@dataclass(frozen=True)
class Layer:
    """A layer that can be exported: its file's name, what it holds, and how to read it.

    about: further members that its file states of itself, JSON-ready. record_class: of its records, if it is of any.
    """

    name: str
    title: str
    read: Callable[[Session], Iterator[Feature]]
    licence: str = "Property of the owners listed; pass it on only as the marking allows."
    notes: tuple[str, ...] = field(default=())
    about: dict[str, Any] = field(default_factory=dict)
    record_class: str | None = None


def feature_of(
    row: OwnedRow,
    owner: Owner,
    columns: Iterable[str],
    *,
    geometry: BaseGeometry | None,
    more: dict[str, Any] | None = None,
    references: dict[str, tuple[UUID | None, str | None]] | None = None,
    edition: str | None = None,
    aside: OwnedRow | None = None,
) -> Feature:
    """A feature of a mapped row: the named columns, what every row carries, and its references by name.

    references: property name → (id referred to, name found). A reference whose record is hidden, retired or
    gone is null and listed under "unavailable"; one that was never made is just null. aside: the row of a side table
    that goes out with it, so that the feature is handled as the stricter of the two asks.
    """
    properties = {name: json_value(getattr(row, name)) for name in columns}
    unavailable = []
    for name, (referred_id, found) in (references or {}).items():
        properties[name] = found
        if referred_id is not None and found is None:
            unavailable.append(name)
    properties.update(more or {})
    properties["owner"] = owner.code
    properties["owner_name"] = owner.name
    properties.update({name: json_value(getattr(row, name)) for name in COMMON_COLUMNS})
    rows = (row,) if aside is None else (row, aside)
    properties["sensitivity"] = max((one.sensitivity for one in rows), key=SENSITIVITY.index)
    if unavailable:
        properties["unavailable"] = unavailable
    return Feature(
        id=row.id,
        geometry=geometry,
        properties=properties,
        owner_code=owner.code,
        sensitivity=properties["sensitivity"],
        exercise=says_exercise(owner.name, row.remarks, getattr(row, "name", None), getattr(row, "title", None)),
        edition=edition,
    )


def stream(session: Session, statement: Select) -> Iterator[Any]:
    """Rows of a select, fetched a few hundred at a time."""
    yield from session.execute(statement, execution_options={"yield_per": ROWS_AT_A_TIME})


def other_side(mapped: type[OwnedRow], owner_id: Any, row_id: Any) -> tuple[AliasedClass, Any]:
    """An alias of the class a reference across owners points at, and the condition of its outer join."""
    other = aliased(mapped)
    return other, and_(other.owner_id == owner_id, other.id == row_id, other.status != "retired")


def shape_of(column_value: Any) -> BaseGeometry | None:
    """The shapely geometry of a geometry column's value."""
    return None if column_value is None else to_shape(column_value)


def json_value(value: Any) -> Any:
    """A column's value as JSON can hold it: dates as ISO 8601, decimals as numbers, ids as text."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    return value


def column_names(mapped: type[OwnedRow]) -> set[str]:
    """Names of a mapped class's columns."""
    return {column.key for column in inspect(mapped).column_attrs}
