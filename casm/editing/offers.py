"""Names that a form offers for its references, so that few have to be typed out; any other may be."""

import uuid
from collections.abc import Iterable

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
    rows = session.execute(
        select(name.label("name"), mapped.owner_id, Owner.code)
        .join(Owner, Owner.id == mapped.owner_id).where(mapped.status != "retired")
        .order_by((mapped.owner_id == owner_id).desc(), name).limit(MOST_OFFERED)
    )  # fmt: skip
    offered = (
        str(row.name) if row.owner_id in (owner_id, PUBLIC_OWNER_ID) else f"{row.code}{OWNER_MARK}{row.name}"
        for row in rows
    )
    return list(dict.fromkeys(offered))
