"""Stored values as the texts a person would type: what a form is filled with, and what pages and histories show."""

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import shapely
from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from geoalchemy2.shape import to_shape
from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, Table, Uuid

from casm.db.tables import OwnedRow
from casm.editing.form_fields import AREA, CHOICES, FormField, position_column
from casm.editing.labels import stored_unit
from casm.editing.record_class import RecordClass
from casm.intake.fields import REFERENCE
from casm.intake.fips import counties
from geo.units import HZ_PER_KHZ, HZ_PER_MHZ, dbi_to_dbd

# An area with more corners is not put into a form as text; it stays as it is unless another is written.
MOST_CORNERS = 400
# What stands for a record that the viewer may not see, or that is gone.
UNAVAILABLE = "unavailable"
HEXADECIMAL_FIELDS = frozenset({"wacn", "system_id", "nac"})

Names = Mapping[tuple[str, uuid.UUID], str]


def columns_of_row(row: OwnedRow) -> dict[str, Any]:
    """Every column of a mapped row, geometries as shapely."""
    return {
        column.name: to_shape(value) if isinstance(value := getattr(row, column.name), WKBElement) else value
        for column in row.__table__.c
    }


def columns_of_image(table: Table, image: Mapping[str, Any]) -> dict[str, Any]:
    """Every column of a row's image in the history (JSON), in the types of the table."""
    return {column.name: _typed(column.type, image.get(column.name)) for column in table.c}


def _typed(kind: Any, value: Any) -> Any:
    if value is None or isinstance(kind, Boolean):
        return value
    if isinstance(kind, Geometry):
        return shapely.from_geojson(json.dumps(value))
    if isinstance(kind, Uuid):
        return uuid.UUID(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Numeric) and kind.asdecimal:
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-(kind.scale or 0)))
    if isinstance(kind, Integer):
        return int(value)
    return value


def texts_of(
    record_class: RecordClass, fields: tuple[FormField, ...], columns: Mapping[str, Any], names: Names
) -> dict[str, str]:
    """The text of every field of a form, "" where nothing is known; names: what the references are called."""
    return {one.name: _text(record_class, one, columns, names) for one in fields if one.columns or not one.only_new}


def _text(record_class: RecordClass, one: FormField, columns: Mapping[str, Any], names: Names) -> str:
    if special := SPECIAL.get(one.name):
        found = special(record_class, one.name, columns)
        if found is not None:
            return found
    if one.source.role == REFERENCE or one.name in record_class.shape.references:
        return reference_text(record_class, one.name, columns, names)
    if one.kind == AREA:
        return area_text(columns[one.name])
    if one.name not in columns:
        return ""
    if one.kind == CHOICES and columns[one.name]:
        # In the order of the terms, as a form's boxes stand and come back.
        return "; ".join(sorted(columns[one.name], key=one.terms.index))
    return value_text(one.name, columns[one.name])


def value_text(name: str, value: Any) -> str:
    """A value of a column as a person would type it, with its unit where the name carries one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if isinstance(value, shapely.Geometry):
        return area_text(value)
    if isinstance(value, int | float | Decimal):
        return _number_text(name, value)
    return str(value)


def _number_text(name: str, value: float | Decimal) -> str:
    if name in HEXADECIMAL_FIELDS or name.endswith("_nac"):
        return f"${int(value):X}"
    unit = stored_unit(name)
    if unit == "Hz" and name.endswith("_freq_hz"):
        return f"{_plain(Decimal(int(value)) / HZ_PER_MHZ)} MHz"
    if unit == "Hz" and name.startswith("bandwidth"):
        return f"{_plain(Decimal(int(value)) / HZ_PER_KHZ)} kHz"
    if name.endswith(("_probability", "_share")):
        return f"{_plain(Decimal(repr(value)) * 100)} %"
    return f"{_plain(value)} {unit}".strip() if unit else _plain(value)


def _plain(number: float | Decimal) -> str:
    """The number without needless zeros, and never rounded."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    written = f"{exact:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def area_text(area: shapely.Geometry | None) -> str:
    """An area as WKT, or said by its size where its outline is long."""
    if area is None:
        return ""
    corners = int(shapely.get_num_coordinates(area))
    if corners > MOST_CORNERS:
        return f"an area of {corners:,} corners, as drawn"
    if area.geom_type == "MultiPolygon" and len(area.geoms) == 1:
        area = area.geoms[0]
    return str(shapely.to_wkt(area, rounding_precision=-1))


def reference_text(record_class: RecordClass, name: str, columns: Mapping[str, Any], names: Names) -> str:
    """The record that a reference names, "unavailable" where the viewer sees none."""
    where = record_class.shape.references[name]
    record_id = columns.get(where.id_column)
    if record_id is None:
        return ""
    target = where.target or columns.get("asset_class") or ""
    return names.get((target, record_id), UNAVAILABLE)


def _coordinate(record_class: RecordClass, name: str, columns: Mapping[str, Any]) -> str | None:
    point = columns.get(position_column(record_class))
    if name not in ("latitude", "longitude", "datum"):
        return None
    if point is None:
        return ""
    # Adding zero takes the sign from a minus zero, which nobody types.
    return "WGS84" if name == "datum" else _plain(float(point.y if name == "latitude" else point.x) + 0.0)


def _squelch(_record_class: RecordClass, name: str, columns: Mapping[str, Any]) -> str | None:
    side = name.partition("_")[0]
    kind = columns.get(f"{side}_squelch_kind")
    if kind == "ctcss":
        return str(columns[f"{side}_ctcss_hz"])
    if kind == "dcs":
        return f"D{columns[f'{side}_dcs_code']}"
    if kind == "nac":
        return f"${columns[f'{side}_nac']:X}"
    return "CSQ" if kind else ""


def _county(_record_class: RecordClass, _name: str, columns: Mapping[str, Any]) -> str | None:
    fips = columns.get("county_fips")
    return counties().get(fips, fips) if fips else ""


def _state(record_class: RecordClass, _name: str, columns: Mapping[str, Any]) -> str | None:
    return (columns.get("state_code") or "") if "state_code" in record_class.shape.table.c else None


def _gain(_record_class: RecordClass, _name: str, columns: Mapping[str, Any]) -> str | None:
    gain_dbi = columns.get("antenna_gain_dbi")
    if gain_dbi is None:
        return ""
    if columns.get("antenna_gain_entered_unit") == "dBd":
        return f"{_plain(round(dbi_to_dbd(gain_dbi), 9))} dBd"
    return f"{_plain(gain_dbi)} dBi"


SPECIAL = {
    "latitude": _coordinate, "longitude": _coordinate, "datum": _coordinate, "rx_squelch": _squelch,
    "tx_squelch": _squelch, "county": _county, "state": _state, "antenna_gain_dbi": _gain,
}  # fmt: skip
