"""What refers to a record: shown on its page, and before it is retired."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from casm.db.tables import OwnedRow
from casm.editing.form_fields import all_fields
from casm.editing.read_record import Line, lines_of
from casm.editing.record_class import RecordClass, record_class_of, record_classes

MOST_SHOWN = 50


@dataclass(frozen=True)
class Users:
    """Records of one class that refer to a record by one field, of this label: how many are seen, and the first."""

    record_class: RecordClass
    label: str
    count: int
    lines: tuple[Line, ...]


@cache
def references_to(name: str) -> tuple[tuple[str, str], ...]:
    """(class, reference) of everything that may refer to a record of a class."""
    return tuple(
        (user.name, reference)
        for user in record_classes()
        for reference, where in user.shape.references.items()
        if where.target == name or where.target is None
    )


def read_users(session: Session, name: str, record_id: uuid.UUID, *, parts: bool = True) -> list[Users]:
    """Records in use that refer to this one; parts: its own parts too."""
    own_parts = {part.name for part in record_class_of(name).parts}
    found = []
    for user, reference in references_to(name):
        if not parts and user in own_parts and reference in record_class_of(user).part_of:
            continue
        record_class = record_class_of(user)
        matching = tuple(_matching(record_class, reference, name, record_id))
        count = session.scalar(select(func.count()).select_from(record_class.mapped).where(*matching)) or 0
        if count:
            rows = session.scalars(
                select(record_class.mapped).where(*matching).order_by(record_class.mapped.id).limit(MOST_SHOWN)
            )
            found.append(
                Users(
                    record_class, _label(record_class, reference), count, tuple(lines_of(session, record_class, rows))
                )
            )
    return found


def _label(record_class: RecordClass, reference: str) -> str:
    return next((one.label for one in all_fields(record_class.name) if one.name == reference), reference)


def _matching(
    record_class: RecordClass, reference: str, name: str, record_id: uuid.UUID
) -> Iterator[ColumnElement[bool]]:
    mapped: type[OwnedRow] = record_class.mapped
    where = record_class.shape.references[reference]
    yield getattr(mapped, where.id_column) == record_id
    yield mapped.status != "retired"
    if where.target is None:
        yield mapped.asset_class == name  # type: ignore[attr-defined]
