"""Who is asking: a program with roots of its own, or a person, token or link of which the database tells."""

from dataclasses import dataclass, field
from uuid import UUID

FIELD_CLASSES = ("public", "sensitive", "encryption", "contact")
NATION_OWNER_ID = UUID("00000000-0000-4000-8000-000000000001")
PUBLIC_OWNER_ID = UUID("00000000-0000-4000-8000-000000000002")

PROGRAM, ACCOUNT, TOKEN, LINK = "program", "account", "token", "link"
PRINCIPALS = (PROGRAM, ACCOUNT, TOKEN, LINK)


@dataclass(frozen=True)
class Viewer:
    """A person or program that reads and writes on somebody's behalf.

    ``home_owner_id`` owns what the viewer makes. A program has ``read_roots`` and ``write_roots``, owner ids each of
    which stands for its whole subtree, and ``field_classes``. For an account, a token or a link (``principal_kind``,
    ``principal_id``) these stay empty: the database works its rights out at every statement. ``origin`` says where a
    request comes from, for the audit.
    """

    actor: str
    home_owner_id: UUID
    read_roots: frozenset[UUID] = frozenset()
    write_roots: frozenset[UUID] = frozenset()
    field_classes: frozenset[str] = field(default_factory=lambda: frozenset({"public"}))
    principal_kind: str = PROGRAM
    principal_id: UUID | None = None
    origin: str = ""

    def __post_init__(self) -> None:
        if not self.actor or "|" in self.actor:
            raise ValueError("a viewer's actor is a non-empty name without '|'")
        if "|" in self.origin:
            raise ValueError("a viewer's origin is without '|'")
        unknown = self.field_classes - set(FIELD_CLASSES)
        if unknown:
            raise ValueError(f"unknown field classes: {sorted(unknown)}")
        if self.principal_kind not in PRINCIPALS:
            raise ValueError(f"a viewer is one of {', '.join(PRINCIPALS)}")
        if (self.principal_kind == PROGRAM) != (self.principal_id is None):
            raise ValueError("an account, a token or a link has an id, a program has none")
        if self.principal_kind != PROGRAM and (self.read_roots or self.write_roots):
            raise ValueError("only a program has roots of its own")

    @property
    def is_person(self) -> bool:
        """Whether the database tells what it may see."""
        return self.principal_kind != PROGRAM

    @staticmethod
    def local_administrator(actor: str = "local administrator") -> "Viewer":
        """The person at this machine's own keyboard: reads and writes the whole tree."""
        everything = frozenset({NATION_OWNER_ID, PUBLIC_OWNER_ID})
        return Viewer(actor, NATION_OWNER_ID, everything, everything, frozenset(FIELD_CLASSES))

    @staticmethod
    def of_owner(actor: str, owner_id: UUID, *, may_write: bool = False, all_fields: bool = False) -> "Viewer":
        """A program's viewer of one owner's subtree and the public rows, and of nothing else."""
        return Viewer(
            actor,
            owner_id,
            frozenset({owner_id, PUBLIC_OWNER_ID}),
            frozenset({owner_id}) if may_write else frozenset(),
            frozenset(FIELD_CLASSES) if all_fields else frozenset({"public"}),
        )

    @staticmethod
    def of_account(actor: str, account_id: UUID, home_owner_id: UUID, origin: str = "") -> "Viewer":
        """A person who is signed in."""
        return Viewer(actor, home_owner_id, principal_kind=ACCOUNT, principal_id=account_id, origin=origin)

    @staticmethod
    def of_token(actor: str, token_id: UUID, home_owner_id: UUID, origin: str = "") -> "Viewer":
        """A program that carries a person's API token, and has at most that person's rights."""
        return Viewer(actor, home_owner_id, principal_kind=TOKEN, principal_id=token_id, origin=origin)

    @staticmethod
    def of_link(link_id: UUID, home_owner_id: UUID, origin: str = "") -> "Viewer":
        """Whoever holds a share link; ``home_owner_id``: the owner that shares."""
        return Viewer(f"link {link_id}", home_owner_id, principal_kind=LINK, principal_id=link_id, origin=origin)
