"""The owner tree as an import sees it: codes, ids and where to look for a name, nearest owner first."""

import uuid
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casm.inventory.owner import Owner
from casm.sharing.viewer import PUBLIC_OWNER_ID


@dataclass
class OwnerTree:
    """Every owner the viewer may know of, and those whose rows it may write."""

    ids: dict[str, uuid.UUID] = field(default_factory=dict)
    codes: dict[uuid.UUID, str] = field(default_factory=dict)
    parents: dict[uuid.UUID, uuid.UUID | None] = field(default_factory=dict)
    writable: frozenset[uuid.UUID] = frozenset()

    def load(self, session: Session) -> None:
        """Read the tree again, as after new owners were made."""
        rows = session.execute(select(Owner.id, Owner.code, Owner.parent_id)).all()
        self.ids = {row.code: row.id for row in rows}
        self.codes = {row.id: row.code for row in rows}
        self.parents = {row.id: row.parent_id for row in rows}
        # Row security lets an update of foreign rows touch nothing in silence, so it has to be asked beforehand.
        self.writable = frozenset(session.scalar(text("SELECT casm_sec.writable_owners()")) or ())

    def chain(self, owner_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
        """The owner, its ancestors from near to far, then the public owner."""
        found: list[uuid.UUID] = []
        step: uuid.UUID | None = owner_id
        while step is not None and step not in found:
            found.append(step)
            step = self.parents.get(step)
        if PUBLIC_OWNER_ID not in found:
            found.append(PUBLIC_OWNER_ID)
        return tuple(found)
