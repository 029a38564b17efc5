"""A doubt about one record of the inventory, by which rule, and which versions of which records it rests on."""

import hashlib
import uuid
from dataclasses import dataclass

from casm.quality.doubt import Doubt

# (class, id, version) of a record that was looked at.
Looked = tuple[str, uuid.UUID, int]


@dataclass(frozen=True)
class Finding:
    """A rule's doubt about a record.

    name: what the record is called, as far as its own row tells. looked_at: the record first, then others that the
    doubt rests on. field_class: whoever lacks it of this owner sees neither the record nor this.
    """

    rule: str
    record_class: str
    record_id: uuid.UUID
    owner_id: uuid.UUID
    version: int
    name: str
    doubt: Doubt
    looked_at: tuple[Looked, ...]
    field_class: str = "public"

    @property
    def rests_on_sha256(self) -> str:
        """Changes as soon as any of the records does."""
        told = "\n".join(sorted(f"{name}/{record_id}/{version}" for name, record_id, version in self.looked_at))
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def key(self) -> tuple[str, uuid.UUID, str]:
        """What tells it from every other finding."""
        return self.rule, self.record_id, self.doubt.about
