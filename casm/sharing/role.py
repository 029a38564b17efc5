"""The roles of CASM: what each may do within the owner's subtree, and the field classes it may be given."""

from dataclasses import dataclass

from casm.sharing.viewer import FIELD_CLASSES


@dataclass(frozen=True)
class Role:
    """A role as people know it.

    field_classes: the most it may be given. reads, writes: the inventory of its owner's subtree. manages: accounts,
    memberships, grants, links and handling texts there. audits: reads the audit there. receives: what was granted to
    its owner reaches it.
    """

    name: str
    label: str
    field_classes: tuple[str, ...]
    reads: bool = False
    writes: bool = False
    manages: bool = False
    audits: bool = False
    receives: bool = False

    @property
    def short_label(self) -> str:
        """The label without what explains it."""
        return self.label.partition(" (")[0]


ROLES = {
    role.name: role
    for role in (
        Role(
            "administrative_manager", "Administrative manager (SWIC or delegate)", FIELD_CLASSES,
            reads=True, writes=True, manages=True, audits=True, receives=True,
        ),
        Role("agency_editor", "Agency editor", FIELD_CLASSES, reads=True, writes=True, receives=True),
        Role("agency_reader", "Agency reader", FIELD_CLASSES, reads=True, receives=True),
        Role("partner", "Partner (sees what is shared, and nothing else)", ("public",), receives=True),
        Role("auditor", "Auditor (reads the audit, not the inventory)", ("public",), audits=True),
        Role("national_viewer", "National viewer (public fields of the whole country)", ("public",), reads=True),
    )
}  # fmt: skip
