"""Which added fields go along when an owner moves, as the database will do it: told by the definitions alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.inventory.custom_field import CustomField
from casm.inventory.owner import Owner
from casm.inventory.owner_code import above, is_within


@dataclass(frozen=True)
class MovedField:
    """A field that moves with records. joins: into a field of that name that is there; differs: it cannot.

    owner_code: whose it is now. Neither: it is added once more, to whom the records belong then.
    """

    record_class: str
    name: str
    label: str
    owner_code: str
    joins: bool = False
    differs: bool = False


def moved_fields(session: Session, owner: Owner, receiver: Owner) -> list[MovedField]:
    """Fields that the owner's records would have no longer below receiver, or as receiver's, or that meet one there.

    Fields that go with the owner itself and meet none of their name are not among them.
    """
    rows = session.execute(
        select(CustomField, Owner.code).join(Owner, Owner.id == CustomField.owner_id)
        .order_by(CustomField.record_class, CustomField.name, CustomField.id)
    ).all()  # fmt: skip
    lost, line = above(owner.code), {*above(receiver.code), receiver.code}
    there = {
        (row.record_class, row.name): row
        for row, code in rows
        if code in line and row.status != "retired" and not is_within(code, owner.code)
    }
    told = []
    for row, code in rows:
        same = None if row.status == "retired" else there.get((row.record_class, row.name))
        if code in lost - line or (is_within(code, owner.code) and same is not None):
            joins = same is not None and alike(row, same)
            told.append(
                MovedField(row.record_class, row.name, row.label, code, joins, same is not None and not joins)
            )
    return told


def alike(one: CustomField, other: CustomField) -> bool:
    """Whether values of one may stand in the other: the same kind, unit and field class, and every choice."""
    return (one.kind, one.unit, one.field_class) == (other.kind, other.unit, other.field_class) and set(
        one.choices or ()
    ) <= set(other.choices or ())


def in_words(fields: Iterable[MovedField]) -> str:
    """The fields by class and label."""
    return ", ".join(f"{one.record_class} “{one.label}” of {one.owner_code}" for one in fields)
