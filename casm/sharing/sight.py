"""What a viewer may see, as the database tells it: whose rows, of which classes and fields, where, how precisely."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from casm.sharing.viewer import NATION_OWNER_ID, PUBLIC_OWNER_ID

_SCOPES = text(
    "SELECT s.root_id, s.asset_classes, s.field_classes, s.may_write, s.precision_m, s.via, s.via_id, "
    "casm_sec.subtree(s.root_id, s.may_write) AS owner_ids, ST_AsEWKB(a.area) AS area, "
    "casm_sec.only_proposes(s.root_id, s.via, s.via_id) AS only_proposes, "
    "casm_sec.lets_propose(s.via, s.via_id, s.precision_m) AS may_propose "
    "FROM casm_sec.scopes() s LEFT JOIN casm_sec.scope_areas() a ON a.via_id = s.via_id"
)


@dataclass(frozen=True)
class Scope:
    """One reason to see something.

    asset_classes: None for all. via: ``membership``, ``grant``, ``link``, ``public`` or ``program``; via_id: which.
    owner_ids: the subtree of root_id; empty for a nation that is only read, which is everybody but the public owner.
    area: EWKB of polygons, EPSG:4326, or None for everywhere. precision_m: 0 for rows as they are. only_proposes:
    "class|owner" of what its holder may not write but only propose, class * being every one. may_propose: an editor's,
    or of a grant that lets its recipient propose.
    """

    root_id: UUID
    asset_classes: frozenset[str] | None
    field_classes: frozenset[str]
    may_write: bool
    precision_m: int
    via: str
    via_id: UUID | None
    owner_ids: frozenset[UUID] = field(repr=False)
    area: bytes | None = field(default=None, repr=False)
    only_proposes: frozenset[str] = field(default=frozenset(), repr=False)
    may_propose: bool = False

    def has(self, asset_class: str, field_class: str) -> bool:
        """Whether it is about a class and a field class at all."""
        return field_class in self.field_classes and (self.asset_classes is None or asset_class in self.asset_classes)

    def written(self, asset_class: str) -> frozenset[UUID]:
        """Of its owners those whose rows of a class are written without being proposed first."""
        if not self.only_proposes:
            return self.owner_ids
        wanted = ("*", asset_class)
        return frozenset(one for one in self.owner_ids
                         if not any(f"{of}|{one}" in self.only_proposes for of in wanted))  # fmt: skip

    def covers(self, asset_class: str, field_class: str = "public") -> bool:
        """Whether it shows rows of a class, in a field class, as they are."""
        return (
            self.precision_m == 0
            and self.via != "program writes"
            and field_class in self.field_classes
            and (self.asset_classes is None or asset_class in self.asset_classes)
        )


@dataclass(frozen=True)
class Sight:
    """Everything a viewer may see at this moment."""

    scopes: tuple[Scope, ...]

    def everybody(self, asset_class: str, field_class: str = "public") -> bool:
        """Whether rows of a class are seen of every owner in the nation, wherever they lie."""
        return any(
            s.root_id == NATION_OWNER_ID and s.area is None and s.covers(asset_class, field_class) for s in self.scopes
        )

    def owners(self, asset_class: str, field_class: str = "public") -> frozenset[UUID]:
        """Owners whose rows of a class are seen wherever they lie, without those that ``everybody`` stands for."""
        return _union(s.owner_ids for s in self.scopes if s.area is None and s.covers(asset_class, field_class))

    def shows(self, owner_id: UUID, asset_class: str, field_class: str = "public") -> bool:
        """Whether this owner's rows of a class are seen wherever they lie."""
        everybody = owner_id != PUBLIC_OWNER_ID and self.everybody(asset_class, field_class)
        return everybody or owner_id in self.owners(asset_class, field_class)

    def limited(self, asset_class: str, field_class: str = "public") -> list[Scope]:
        """Scopes that show rows of a class only within an area."""
        return [s for s in self.scopes if s.area is not None and s.covers(asset_class, field_class)]

    def writable(self, asset_class: str, field_class: str = "public") -> frozenset[UUID]:
        """Owners whose rows of a class may be written."""
        return _union(s.written(asset_class) for s in self.scopes if s.may_write and s.has(asset_class, field_class))

    def proposable(self, asset_class: str, field_class: str = "public") -> frozenset[UUID]:
        """Owners whose rows of a class may not be written but changes of them proposed."""
        found = _union(s.owner_ids for s in self.scopes if s.may_propose and s.has(asset_class, field_class))
        return found - self.writable(asset_class, field_class)

    def field_classes(self) -> frozenset[str]:
        """Field classes seen of anybody."""
        return frozenset(name for scope in self.scopes for name in scope.field_classes)


def read_sight(session: Session) -> Sight:
    """What this session's viewer may see at this moment."""
    return Sight(
        tuple(
            Scope(
                row.root_id,
                None if row.asset_classes is None else frozenset(row.asset_classes),
                frozenset(row.field_classes),
                row.may_write,
                row.precision_m,
                row.via,
                row.via_id,
                frozenset(row.owner_ids),
                None if row.area is None else bytes(row.area),
                frozenset(row.only_proposes),
                row.may_propose,
            )
            for row in session.execute(_SCOPES)
        )
    )


def _union(parts: Iterable[frozenset[UUID]]) -> frozenset[UUID]:
    return frozenset().union(*parts)
