"""Who is asking: the owners whose rows a viewer may read and write, and which classes of field."""

from dataclasses import dataclass, field
from uuid import UUID

FIELD_CLASSES = ("public", "sensitive", "encryption", "contact")
NATION_OWNER_ID = UUID("00000000-0000-4000-8000-000000000001")
PUBLIC_OWNER_ID = UUID("00000000-0000-4000-8000-000000000002")


@dataclass(frozen=True)
class Viewer:
    """A person or program that reads and writes on somebody's behalf.

    ``read_roots`` and ``write_roots`` are owner ids; each stands for its whole subtree.
    The public owner is always readable. ``home_owner_id`` owns what the viewer makes.
    """

    actor: str
    home_owner_id: UUID
    read_roots: frozenset[UUID]
    write_roots: frozenset[UUID] = frozenset()
    field_classes: frozenset[str] = field(default_factory=lambda: frozenset({"public"}))

    def __post_init__(self) -> None:
        if not self.actor or "|" in self.actor:
            raise ValueError("a viewer's actor is a non-empty name without '|'")
        unknown = self.field_classes - set(FIELD_CLASSES)
        if unknown:
            raise ValueError(f"unknown field classes: {sorted(unknown)}")

    @staticmethod
    def local_administrator(actor: str = "local administrator") -> "Viewer":
        """The person at this machine's own keyboard: reads and writes the whole tree."""
        everything = frozenset({NATION_OWNER_ID, PUBLIC_OWNER_ID})
        return Viewer(actor, NATION_OWNER_ID, everything, everything, frozenset(FIELD_CLASSES))

    @staticmethod
    def of_owner(actor: str, owner_id: UUID, *, may_write: bool = False, all_fields: bool = False) -> "Viewer":
        """A viewer of one owner's subtree and the public rows, and of nothing else."""
        return Viewer(
            actor,
            owner_id,
            frozenset({owner_id, PUBLIC_OWNER_ID}),
            frozenset({owner_id}) if may_write else frozenset(),
            frozenset(FIELD_CLASSES) if all_fields else frozenset({"public"}),
        )
