"""What the viewer may do with a class of record, and which classes of field it is shown, asked of the database."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.editing.record_class import RecordClass
from casm.inventory.owner import Owner
from casm.sharing.application_wall import sight_of_wall
from casm.sharing.sight import Sight
from casm.sharing.viewer import FIELD_CLASSES


@dataclass(frozen=True)
class Rights:
    """What one viewer may at this moment, with records of any class."""

    sight: Sight

    def may_write(self, record_class: RecordClass, owner_id: uuid.UUID) -> bool:
        """Whether records of the class and the owner may be changed."""
        return owner_id in self.writable(record_class)

    def writable(self, record_class: RecordClass) -> frozenset[uuid.UUID]:
        """Owners for whom records of the class may be made and changed."""
        return self.sight.writable(record_class.asset_class, record_class.field_class)

    def may_propose(self, record_class: RecordClass, owner_id: uuid.UUID) -> bool:
        """Whether changes of such records may be proposed, and not be made."""
        return owner_id in self.proposable(record_class)

    def proposable(self, record_class: RecordClass) -> frozenset[uuid.UUID]:
        """Owners for whom records of the class may be proposed, and not be made."""
        return self.sight.proposable(record_class.asset_class, record_class.field_class)

    def may_see_class(self, record_class: RecordClass) -> bool:
        """Whether any owner's records of the class may be seen."""
        wanted = record_class.asset_class, record_class.field_class
        return bool(self.sight.everybody(*wanted) or self.sight.owners(*wanted) or self.sight.limited(*wanted))

    def added_classes(self, record_class: RecordClass) -> tuple[str, ...]:
        """Of fields that owners add to the class: which classes of field are shown of any owner's records."""
        wanted = record_class.asset_class, "sensitive"
        sees = self.sight.everybody(*wanted) or self.sight.owners(*wanted) or self.sight.limited(*wanted)
        return ("public", "sensitive") if sees else ("public",)

    def field_classes(self, record_class: RecordClass, owner_id: uuid.UUID | None) -> frozenset[str]:
        """Classes of field shown of this owner's records; without an owner, of any that may be written."""
        found = {"public"}
        for field_class in FIELD_CLASSES:
            if owner_id is None:
                wanted = record_class.asset_class, field_class
                seen = bool(self.sight.writable(*wanted) or self.sight.proposable(*wanted))
            else:
                seen = self.sight.shows(owner_id, record_class.asset_class, field_class) or any(
                    owner_id in scope.owner_ids for scope in self.sight.limited(record_class.asset_class, field_class)
                )
            if seen:
                found.add(field_class)
        return frozenset(found)


def read_rights(session: Session) -> Rights:
    """The viewer's rights, by which this transaction reads; the database has the last word on writing."""
    return Rights(sight_of_wall(session))


@dataclass(frozen=True)
class OwnerChoice:
    """An owner for whom a record may be made; proposes: only by a proposal."""

    id: uuid.UUID
    code: str
    name: str
    proposes: bool = False


def writable_owners(session: Session, rights: Rights, record_class: RecordClass) -> list[OwnerChoice]:
    """Owners for whom records of the class may be made, by their code."""
    return [one for one in owners_to_choose(session, rights, record_class) if not one.proposes]


def owners_to_choose(session: Session, rights: Rights, record_class: RecordClass) -> list[OwnerChoice]:
    """Owners for whom records of the class may be made, or only be proposed, by their code."""
    proposes = rights.proposable(record_class)
    wanted = rights.writable(record_class) | proposes
    rows = session.execute(select(Owner.id, Owner.code, Owner.name).where(Owner.id.in_(wanted)).order_by(Owner.code))
    return [OwnerChoice(row.id, row.code, row.name, row.id in proposes) for row in rows]
