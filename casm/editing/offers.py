"""Names that a form offers for its references, so that few have to be typed out; any other may be."""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.editing.form_fields import FormField
from casm.editing.record_class import record_class_of
from casm.intake.fields import OWNER_MARK
from casm.inventory.owner import Owner
from casm.sharing.viewer import PUBLIC_OWNER_ID

MOST_OFFERED = 200


def read_offers(session: Session, fields: Iterable[FormField], owner_id: uuid.UUID | None) -> dict[str, list[str]]:
    """Class → names as a form of this owner's record writes them: its own first, at most 200."""
    targets = {one.target for one in fields if one.target is not None}
    return {target: _names(session, target, owner_id) for target in sorted(targets)}


def _names(session: Session, target: str, owner_id: uuid.UUID | None) -> list[str]:
    record_class = record_class_of(target)
    mapped = record_class.mapped
    name = getattr(mapped, record_class.shape.names[0])
    found = (
        select(name.label("name"), mapped.owner_id, Owner.code)
        .join(Owner, Owner.id == mapped.owner_id).where(mapped.status != "retired")
    )  # fmt: skip
    rows: list[Any] = []
    if owner_id is not None:
        rows += session.execute(found.where(mapped.owner_id == owner_id).order_by(name).limit(MOST_OFFERED)).all()
    if len(rows) < MOST_OFFERED:
        # In no order: sorting everything that is seen would take longer than typing a name.
        others = found if owner_id is None else found.where(mapped.owner_id != owner_id)
        rows += session.execute(others.limit(MOST_OFFERED - len(rows))).all()
    offered = (
        str(row.name) if row.owner_id in (owner_id, PUBLIC_OWNER_ID) else f"{row.code}{OWNER_MARK}{row.name}"
        for row in rows
    )
    return list(dict.fromkeys(offered))
