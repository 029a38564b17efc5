"""Records by what they have in a field that an owner added: conditions and sort keys for a SELECT of the class.

Each finds values by owner and field, so that the wall's comparison and the field's come from one index. Only texts are
searched within, among the values of that field that the viewer sees.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, cast, func, literal, select
from sqlalchemy.orm import aliased

from casm.custom_fields.definitions import Definition
from casm.inventory.custom_field import CustomValue
from casm.inventory.owner import Owner
from casm.inventory.owner_code import within


def having(mapped: Any, one: Definition, told: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """The condition that a record of ``mapped`` (class or alias) has a value of which ``told`` holds.

    told: of the value's column, the condition.
    """
    value = aliased(CustomValue)
    return (
        select(literal(1))
        .where(
            value.owner_id == mapped.owner_id, value.record_id == mapped.id, value.custom_field_id == one.id,
            told(getattr(value, one.column)),
        )
        .correlate(mapped).exists()
    )  # fmt: skip


def lacking(mapped: Any, one: Definition) -> ColumnElement[bool]:
    """The condition that nothing is known: of records that have the field, and whose value would be shown.

    What is hidden is so never told from what is not there.
    """
    below = select(Owner.id).where(within(one.owner_code))
    told = [~having(mapped, one, lambda column: column.is_not(None)), mapped.owner_id.in_(below)]
    if one.row.field_class != "public":
        seen = func.casm_sec.visible_owners(one.record_class, one.row.field_class)
        told.append(mapped.owner_id == func.any(cast(select(seen).scalar_subquery(), ARRAY(Uuid))))
    return and_(*told)


def sort_key(mapped: Any, one: Definition) -> Any:
    """What records of ``mapped`` are ordered by; NULL where nothing is known."""
    value = aliased(CustomValue)
    return (
        select(getattr(value, one.column))
        .where(value.owner_id == mapped.owner_id, value.record_id == mapped.id, value.custom_field_id == one.id)
        .correlate(mapped).scalar_subquery()
    )  # fmt: skip
