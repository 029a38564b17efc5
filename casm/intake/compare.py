"""Settle values into what the column stores, and tell whether a stored value differs from them."""

from decimal import Decimal
from typing import Any

import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Column, Float, Integer, Numeric, String


def settle(column: Column[Any], value: Any) -> Any:
    """The value as the column will give it back, so that storing it twice is seen as no change."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, Geometry):
        wants_multi = kind.geometry_type == "MULTIPOLYGON" and value.geom_type == "Polygon"
        return shapely.MultiPolygon([value]) if wants_multi else value
    if isinstance(kind, Float):
        return float(value)
    if isinstance(kind, Numeric):
        exact = Decimal(str(value))
        return exact if kind.scale is None else exact.quantize(Decimal(1).scaleb(-kind.scale))
    if isinstance(kind, Integer):
        return int(value)
    if isinstance(kind, String):
        return str(value)
    return value


def same(stored: Any, new: Any) -> bool:
    """Whether two settled values are one. Areas may differ in where a ring begins, not in any vertex."""
    if stored is None or new is None:
        return stored is new
    if isinstance(new, shapely.Geometry):
        if shapely.equals_exact(stored, new, 0.0):
            return True
        return shapely.equals_exact(shapely.normalize(stored), shapely.normalize(new), 0.0)
    if isinstance(new, list | tuple):
        return list(stored) == list(new)
    return bool(stored == new)
