"""What a record had in the fields that owners added, at each of its versions."""

import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.custom_fields.definitions import Definition
from casm.inventory.custom_field import DATE, CustomValue
from casm.inventory.history import History


@dataclass
class Past:
    """Per definition its values by the record's version from which each held, in order."""

    told: dict[uuid.UUID, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))

    def at(self, definition_id: uuid.UUID, record_version: int) -> Any:
        """The value at a version of the record; None where nothing was known."""
        told = self.told.get(definition_id, [])
        place = bisect_right(told, record_version, key=lambda one: one[0])
        return told[place - 1][1] if place else None


def read_past(
    session: Session, owner_id: uuid.UUID, record_id: uuid.UUID, definitions: Iterable[Definition]
) -> Past:
    """Every value of a record that the viewer may see, with those of before. Two queries; none without definitions."""
    return read_pasts(session, [(owner_id, record_id)], definitions)[record_id]


def read_pasts(
    session: Session, records: Iterable[tuple[uuid.UUID, uuid.UUID]], definitions: Iterable[Definition]
) -> dict[uuid.UUID, Past]:
    """The same of many records (owner id, record id), in as many queries."""
    known = {one.id: one for one in definitions}
    pasts: dict[uuid.UUID, Past] = defaultdict(Past)
    wanted = set(records)
    if not known or not wanted:
        return pasts
    rows = session.scalars(
        select(CustomValue).where(
            CustomValue.owner_id.in_({owner_id for owner_id, _ in wanted}),
            CustomValue.record_id.in_({record_id for _, record_id in wanted}), CustomValue.custom_field_id.in_(known),
        )
    ).all()  # fmt: skip
    if not rows:
        return pasts
    of_record = {row.id: row.record_id for row in rows}
    of_row = {row.id: known[row.custom_field_id] for row in rows}
    images = session.execute(
        select(History.row_id, History.before)
        .where(History.table_name == "custom_value", History.row_id.in_(of_row))
        .order_by(History.row_version)
    )
    for row_id, image in images:
        one = of_row[row_id]
        value = image.get(one.column)
        if one.kind == DATE and value is not None:
            value = date.fromisoformat(value)
        pasts[of_record[row_id]].told[one.id].append((image["record_version"], value))
    for row in rows:
        one = of_row[row.id]
        pasts[row.record_id].told[one.id].append((row.record_version, getattr(row, one.column)))
    return pasts
