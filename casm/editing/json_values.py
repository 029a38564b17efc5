"""Records as JSON: what programs read, and figures, lists and shapes that programs write instead of a person's text."""

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import shapely

from casm.editing.faults import FieldFault, FieldFaults
from casm.editing.field_texts import value_text
from casm.editing.form_fields import FormField
from casm.editing.read_record import Record


def as_json(value: Any) -> Any:
    """A column's value as JSON: dates as ISO 8601, shapes as GeoJSON, exact decimals as numbers."""
    if isinstance(value, shapely.Geometry):
        return json.loads(shapely.to_geojson(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value


def record_json(record: Record) -> dict[str, Any]:
    """A record as programs read it. fields: as texts, as they may be written back. values: by column, in its unit."""
    references = {
        one.name: None if named is None else {"class": named.record_class, "id": str(named.id), "name": named.shown}
        for one in record.fields
        if one.name in record.record_class.shape.references
        for named in (record.named(one),)
    }
    return {
        "class": record.record_class.name,
        "id": str(record.id),
        "title": record.title,
        "owner": record.owner.code,
        "version": record.version,
        "fields": dict(record.texts),
        "values": {
            name: as_json(value)
            for name, value in {**record.columns, **record.added.values}.items()
            if not name.endswith("owner_id")
        },
        "references": references,
        "may_write": record.may_write,
    }


def texts_of_json(fields: tuple[FormField, ...], given: Mapping[str, Any]) -> dict[str, str]:
    """A form's texts from JSON members: texts as a person writes them, bare figures in the stored unit, null for open.

    FieldFaults for a member that is no field, or a value of a wrong kind.
    """
    known = {one.name: one for one in fields}
    texts: dict[str, str] = {}
    faults = []
    for name, value in given.items():
        if name not in known:
            faults.append(FieldFault(name, "this is no field of the form", f"use one of: {', '.join(known)}"))
            continue
        text = _text(name, value, added=known[name].added)
        if text is None:
            faults.append(FieldFault(name, "this kind of value cannot be taken", "write a text, a figure or null"))
        else:
            texts[name] = text
    if faults:
        raise FieldFaults(tuple(faults), texts)
    return texts


def _text(name: str, value: Any, *, added: bool) -> str | None:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int | float) and not isinstance(value, bool) and added:
        # Its unit is its definition's, and none that its name ends with.
        return repr(value)
    if isinstance(value, bool | int | float):
        return value_text(name, value)
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return "; ".join(map(str, value))
    return None
