"""The jurisdiction that a dashboard is about: its owner, all below it, and the owners straight below it to compare."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.limit import among
from casm.sharing.sight import read_sight
from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID


class ScopeMissing(CasmError):
    """An owner that is not there, or of which the viewer knows nothing: the two are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such jurisdiction, or nothing of it is for you to see.", "choose one of yours")


@dataclass(frozen=True)
class ScopeOwner:
    """An owner of the subtree."""

    id: uuid.UUID
    code: str
    name: str
    kind: str
    fips: str | None


@dataclass(frozen=True)
class Scope:
    """root: whose dashboard it is. below: owners straight below it, by name. branch_of: owner → root or one of those.

    Of the subtree only the owners whose names the viewer may know; the rest has no row for it either.
    """

    root: ScopeOwner
    below: tuple[ScopeOwner, ...]
    branch_of: dict[uuid.UUID, uuid.UUID] = field(repr=False)
    names: dict[uuid.UUID, str] = field(repr=False)

    def holds(self, owner_id: Any) -> ColumnElement[bool]:
        """Whether a row is of the subtree; the nation's is everybody's but the public owner's."""
        if self.root.id == NATION_OWNER_ID:
            return owner_id != PUBLIC_OWNER_ID
        return among(owner_id, self.branch_of.keys())


def read_scope(session: Session, code: str) -> Scope:
    """The subtree of the owner with this code; ScopeMissing."""
    # Whoever knows an owner knows those above it, so that no branch of the tree is cut off.
    tree = select(Owner.id).where(Owner.code == code, Owner.merged_into_id.is_(None)).cte("tree", recursive=True)
    child = aliased(Owner)
    tree = tree.union_all(select(child.id).join(tree, child.parent_id == tree.c.id))
    rows = session.execute(
        select(Owner.id, Owner.parent_id, Owner.code, Owner.name, Owner.kind, Owner.fips)
        .join(tree, tree.c.id == Owner.id).where(Owner.merged_into_id.is_(None)).order_by(Owner.name, Owner.id)
    ).all()  # fmt: skip
    owners = {row.id: ScopeOwner(row.id, row.code, row.name, row.kind, row.fips) for row in rows}
    top = next((owner for owner in owners.values() if owner.code == code), None)
    if top is None:
        raise ScopeMissing
    parents = {row.id: row.parent_id for row in rows}
    below = tuple(owners[owner_id] for owner_id, parent in parents.items() if parent == top.id)
    branches = {owner_id: _branch(owner_id, parents, top.id) for owner_id in owners}
    return Scope(top, below, branches, {owner.id: owner.name for owner in owners.values()})


def _branch(owner_id: uuid.UUID, parents: dict[uuid.UUID, uuid.UUID | None], root_id: uuid.UUID) -> uuid.UUID:
    """The owner straight below the root that an owner belongs to; the root for itself."""
    while owner_id != root_id and parents.get(owner_id) not in (root_id, None):
        owner_id = parents[owner_id] or root_id
    return owner_id


def read_choices(session: Session) -> list[ScopeOwner]:
    """Owners whose dashboards are offered: where the viewer's own roles begin, then those that show it something."""
    own: dict[uuid.UUID, int] = {}
    for scope in read_sight(session).scopes:
        if scope.root_id != PUBLIC_OWNER_ID:
            rank = 0 if scope.via in ("membership", "program") else 1
            own[scope.root_id] = min(own.get(scope.root_id, rank), rank)
    rows = session.execute(select(Owner.id, Owner.code, Owner.name, Owner.kind, Owner.fips).where(Owner.id.in_(own)))
    return _ordered((ScopeOwner(*row) for row in rows), own)


def _ordered(owners: Iterable[ScopeOwner], rank: dict[uuid.UUID, int]) -> list[ScopeOwner]:
    return sorted(owners, key=lambda owner: (rank[owner.id], owner.name))
