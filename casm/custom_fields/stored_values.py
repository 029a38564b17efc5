"""What records have in the fields that owners added: read for many records at once, by owner and record."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.custom_fields.definitions import Definition
from casm.inventory.custom_field import CustomField, CustomValue

Values = dict[uuid.UUID, dict[uuid.UUID, Any]]


def read_values(
    session: Session, records: Iterable[tuple[uuid.UUID, uuid.UUID]], definitions: Iterable[Definition]
) -> Values:
    """Record → definition → value (text, int, float, bool or date) of what is known; one query, or none.

    records: (owner id, record id) of records of one class. What the viewer may not see is not there.
    """
    columns = {one.id: one.column for one in definitions}
    wanted = set(records)
    if not columns or not wanted:
        return {}
    rows = session.scalars(
        select(CustomValue).where(
            CustomValue.owner_id.in_({owner_id for owner_id, _ in wanted}),
            CustomValue.record_id.in_({record_id for _, record_id in wanted}),
            CustomValue.custom_field_id.in_(columns),
        )
    )
    found: Values = defaultdict(dict)
    for row in rows:
        value = getattr(row, columns[row.custom_field_id])
        if value is not None:
            found[row.record_id][row.custom_field_id] = value
    return dict(found)


def value_text(row: CustomField, value: Any) -> str:
    """A value as a person types it, with the field's unit; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        written = f"{Decimal(repr(value)):f}"
        plain = written.rstrip("0").rstrip(".") if "." in written else written
        return f"{plain} {row.unit}" if row.unit else plain
    return str(value)


def texts_of_values(definitions: Iterable[Definition], values: Mapping[uuid.UUID, Any]) -> dict[str, str]:
    """Key → text of one record's fields, "" where nothing is known."""
    return {one.key: value_text(one.row, values.get(one.id)) for one in definitions}


def json_of_values(definitions: Iterable[Definition], values: Mapping[uuid.UUID, Any]) -> dict[str, Any]:
    """Key → value as JSON holds it, None where nothing is known; dates as ISO 8601."""
    found = {one.key: values.get(one.id) for one in definitions}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in found.items()}
