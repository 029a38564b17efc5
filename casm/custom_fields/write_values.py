"""Write what records have in the fields that owners added, with the records' own versions: one change, one version."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.custom_fields.definitions import Definition
from casm.inventory.custom_field import CustomValue


@dataclass(frozen=True)
class ToWrite:
    """Values of one record, None for not known any more; record_version: the version that they come with."""

    owner_id: uuid.UUID
    record_id: uuid.UUID
    record_version: int
    values: tuple[tuple[Definition, Any], ...]


def write_values(
    session: Session,
    owner_id: uuid.UUID,
    record_id: uuid.UUID,
    record_version: int,
    values: Iterable[tuple[Definition, Any]],
) -> None:
    """Set values of one record."""
    write_values_of_many(session, [ToWrite(owner_id, record_id, record_version, tuple(values))])


def write_values_of_many(session: Session, records: Iterable[ToWrite]) -> None:
    """Set values of several records of one class; what is stored of them is read in one query, held until the end."""
    wanted = {
        (one.record_id, definition.id): (one, definition, value) for one in records for definition, value in one.values
    }
    if not wanted:
        return
    stored = session.scalars(
        select(CustomValue)
        .where(
            CustomValue.owner_id.in_({one.owner_id for one, _, _ in wanted.values()}),
            CustomValue.record_id.in_({record_id for record_id, _ in wanted}),
            CustomValue.custom_field_id.in_({definition_id for _, definition_id in wanted}),
        )
        .order_by(CustomValue.id)
        .with_for_update()
    )
    for row in stored:
        found = wanted.pop((row.record_id, row.custom_field_id), None)
        if found is not None and getattr(row, found[1].column) != found[2]:
            one, definition, value = found
            setattr(row, definition.column, value)
            row.record_version = one.record_version
    for one, definition, value in wanted.values():
        if value is not None:
            session.add(
                CustomValue(
                    id=uuid.uuid4(), owner_id=one.owner_id, record_id=one.record_id,
                    record_version=one.record_version, **of_definition(definition), **{definition.column: value},
                )
            )  # fmt: skip
    session.flush()


def of_definition(one: Definition) -> Mapping[str, Any]:
    """What a value repeats of its definition."""
    return {
        "record_class": one.record_class, "custom_field_id": one.id, "kind": one.kind,
        "field_class": one.row.field_class,
    }  # fmt: skip
