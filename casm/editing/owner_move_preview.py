"""What would move if an owner were put below another or merged into it, and what stands in the way."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.audit.reading import count_unread
from casm.editing.record_class import RecordClass, is_record_class, record_class_of, record_classes
from casm.editing.rights import read_rights
from casm.errors import CasmError
from casm.exchange.marking import KindOfRows, kinds_of_rows, says_exercise
from casm.intake.words import class_words
from casm.inventory.owner import Owner
from casm.sharing.grant import SharingGrant
from casm.sharing.membership import Membership
from casm.sharing.moved_fields import MovedField, moved_fields
from casm.sharing.owner_moves import Conflict, check_fields, merge_conflicts, movable_owners, receiving_owners
from casm.sharing.rights import managed_owners
from casm.sharing.share_link import ShareLink


@dataclass(frozen=True)
class OwnerMoving:
    """An owner and the code it would have afterwards."""

    owner: Owner
    new_code: str


@dataclass(frozen=True)
class Clash:
    """Two records that one owner cannot have side by side; name: None where the asker may not see them.

    words: what people call one of them. table: of which both are.
    """

    words: str
    table: str
    name: str | None


@dataclass(frozen=True)
class MovePreview:
    """What a transfer or a merger would do at this moment.

    parent: above the owner now. records: how many of each class, retired ones and those of owners below included, as
    far as the asker sees them. roles, grants, links: in force. clashes, taken_codes, hindrance: what must be mended
    first. kinds: what mark() needs of the owners and of the records named. fields: added fields that go along.
    """

    owner: Owner
    other: Owner
    parent: Owner
    owners: tuple[OwnerMoving, ...]
    records: tuple[tuple[RecordClass, int], ...]
    roles: int
    grants: int
    links: int
    clashes: tuple[Clash, ...] = ()
    taken_codes: tuple[str, ...] = ()
    hindrance: CasmError | None = None
    kinds: tuple[KindOfRows, ...] = ()
    fields: tuple[MovedField, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether nothing stands in the way."""
        return not (self.clashes or self.taken_codes or self.hindrance)


def preview_transfer(session: Session, owner_id: uuid.UUID, new_parent_id: uuid.UUID) -> MovePreview:
    """What transfer_owner would move. CasmError where either is not the asker's to move, as where it is none."""
    owner, parent = _both(session, owner_id, new_parent_id)
    below = _subtree(managed_owners(session), owner)
    moving = [OwnerMoving(one, _code(parent, owner) + one.code[len(owner.code) :]) for one in below]
    hindrance = None
    if parent in below:
        hindrance = CasmError(f"{parent.name} lies below {owner.name} or is the same.", "choose another owner")
    elif owner.parent_id == parent.id:
        hindrance = CasmError(f"{owner.name} is below {parent.name} already.", "choose another owner")
    return _preview(session, owner, parent, moving, hindrance)


def preview_merge(session: Session, merged_id: uuid.UUID, into_id: uuid.UUID) -> MovePreview:
    """What merge_owners would move, with every clash. CasmError as preview_transfer."""
    merged, into = _both(session, merged_id, into_id)
    managed = managed_owners(session)
    below = _subtree(managed, merged)
    moving = [OwnerMoving(merged, _code(into, merged))]
    for child in (one for one in below if one.parent_id == merged.id):
        for one in _subtree(managed, child):
            moving.append(OwnerMoving(one, _code(into, child) + one.code[len(child.code) :]))
    if into in below:
        hindrance = CasmError(f"{into.name} lies below {merged.name} or is the same.", "choose another owner")
        return _preview(session, merged, into, moving, hindrance)
    return _preview(session, merged, into, moving, None, merge_conflicts(session, merged_id, into_id))


def _both(session: Session, owner_id: uuid.UUID, other_id: uuid.UUID) -> tuple[Owner, Owner]:
    owner = next((one for one in movable_owners(session) if one.id == owner_id), None)
    other = next((one for one in receiving_owners(session) if one.id == other_id), None)
    if owner is None or other is None:
        raise CasmError("There is no such owner, or it is not yours to move.", "choose one from the list")
    return owner, other


def _code(parent: Owner, moved: Owner) -> str:
    return f"{parent.code}.{moved.code.rpartition('.')[2]}"


def _subtree(among: Iterable[Owner], root: Owner) -> list[Owner]:
    """The root and all below it; who manages the root manages them, so they are among its owners."""
    below: dict[uuid.UUID | None, list[Owner]] = {}
    for one in among:
        below.setdefault(one.parent_id, []).append(one)
    found = [root]
    for one in found:
        found += below.get(one.id, [])
    return sorted(found, key=lambda one: one.code)


def _preview(
    session: Session,
    owner: Owner,
    other: Owner,
    moving: list[OwnerMoving],
    hindrance: CasmError | None,
    conflicts: Iterable[Conflict] = (),
) -> MovePreview:
    ids = [one.owner.id for one in moving]
    fields: list[MovedField] = []
    if hindrance is None:
        fields = moved_fields(session, owner, other)
        try:
            check_fields(owner, other, fields)
        except CasmError as error:
            hindrance = error
    clashes = tuple(Clash(_words(one.record_class), one.record_class, one.key) for one in conflicts)
    return MovePreview(
        owner=owner,
        other=other,
        parent=session.get_one(Owner, owner.parent_id),
        owners=tuple(moving),
        records=tuple(_count(session, ids)),
        roles=_number(session, Membership, Membership.owner_id.in_(ids), Membership.ended_at.is_(None)),
        grants=_number(
            session, SharingGrant, SharingGrant.owner_id.in_(ids), SharingGrant.revoked_at.is_(None),
            SharingGrant.valid_until > func.now(),
        ),
        links=_number(
            session, ShareLink, ShareLink.owner_id.in_(ids), ShareLink.revoked_at.is_(None),
            ShareLink.expires_at > func.now(),
        ),
        clashes=clashes,
        taken_codes=() if hindrance else _taken(session, moving),
        hindrance=hindrance,
        fields=tuple(fields),
        kinds=(
            # Who has roles and shares there is internal, whatever records are named.
            KindOfRows("internal", says_exercise(owner.name, other.name), (owner.code, other.code)),
            *_kinds(session, clashes, (owner.id, other.id)),
        ),
    )  # fmt: skip


def _count(session: Session, owner_ids: list[uuid.UUID]) -> Iterable[tuple[RecordClass, int]]:
    """Classes of which the owners have records that the asker sees; parts go with what they are part of."""
    rights = read_rights(session)
    for record_class in record_classes():
        if not record_class.part_of and rights.may_see_class(record_class):
            count = _number(session, record_class.mapped, record_class.mapped.owner_id.in_(owner_ids))
            if count:
                yield record_class, count


def _number(session: Session, mapped, *conditions) -> int:
    return session.scalar(select(func.count()).select_from(mapped).where(*conditions)) or 0


def _taken(session: Session, moving: list[OwnerMoving]) -> tuple[str, ...]:
    """Codes that two owners would have. The first of a merger keeps its own until all below it have moved."""
    wanted = [one.new_code for one in moving]
    twice = {code for code in wanted if wanted.count(code) > 1}
    own = {one.new_code: one.owner.id for one in moving}
    held = session.execute(select(Owner.code, Owner.id).where(Owner.code.in_(wanted)))
    return tuple(sorted(twice | {code for code, owner_id in held if own[code] != owner_id}))


def _kinds(session: Session, clashes: Iterable[Clash], owner_ids: tuple[uuid.UUID, ...]) -> Iterable[KindOfRows]:
    """What the names of clashing records must be marked as; each is counted as seen of both owners."""
    for table in sorted({one.table for one in clashes if one.name and is_record_class(one.table)}):
        named = sum(1 for one in clashes if one.name and one.table == table)
        for owner_id in owner_ids:
            count_unread(owner_id, table, named)
        yield from kinds_of_rows(session, record_class_of(table).mapped, owner_ids)


def _words(table: str) -> str:
    return record_class_of(table).words if is_record_class(table) else class_words(table)
