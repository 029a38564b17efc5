"""Write what a record has in the fields that owners added, with the record's own version: one change, one version."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.custom_fields.definitions import Definition
from casm.inventory.custom_field import CustomValue


def write_values(
    session: Session,
    owner_id: uuid.UUID,
    record_id: uuid.UUID,
    record_version: int,
    values: Iterable[tuple[Definition, Any]],
) -> None:
    """Set values of one record, None for not known any more; record_version: the version that they came with."""
    wanted = {one.id: (one, value) for one, value in values}
    if not wanted:
        return
    stored = session.scalars(
        select(CustomValue)
        .where(
            CustomValue.owner_id == owner_id, CustomValue.record_id == record_id,
            CustomValue.custom_field_id.in_(wanted),
        )
        .with_for_update()
    )  # fmt: skip
    for row in stored:
        one, value = wanted.pop(row.custom_field_id)
        if getattr(row, one.column) != value:
            setattr(row, one.column, value)
            row.record_version = record_version
    for one, value in wanted.values():
        if value is not None:
            session.add(
                CustomValue(
                    id=uuid.uuid4(), owner_id=owner_id, record_id=record_id, record_version=record_version,
                    **of_definition(one), **{one.column: value},
                )
            )  # fmt: skip
    session.flush()


def of_definition(one: Definition) -> Mapping[str, Any]:
    """What a value repeats of its definition."""
    return {
        "record_class": one.record_class, "custom_field_id": one.id, "kind": one.kind,
        "field_class": one.row.field_class,
    }  # fmt: skip
