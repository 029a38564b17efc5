"""Talkgroups of trunked systems."""

import uuid

from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, one_of, parent, unique_while_in_use, within
from casm.inventory.choices import TALKGROUP_ACCESS


class Talkgroup(OwnedRow, Base):
    """A talkgroup: its number in the system, its alias and how the air is shared."""

    __tablename__ = "talkgroup"

    radio_system_id: Mapped[uuid.UUID]
    talkgroup_number: Mapped[int] = mapped_column(comment="decimal; 16 bits in P25, 24 in DMR and TETRA")
    alias: Mapped[str]
    access: Mapped[str | None] = mapped_column(comment="fdma, tdma or dynamic; tdma needs Phase 2 radios")
    use: Mapped[str | None]
    eligible_users: Mapped[str | None]
    authority: Mapped[str | None] = mapped_column(comment="memorandum or rule by which others may use it")
    patchable: Mapped[bool | None]
    interoperability: Mapped[bool | None] = mapped_column(comment="set aside for other agencies too")

    own_constraints = (
        parent("radio_system", "radio_system_id"),
        one_of("access", TALKGROUP_ACCESS),
        within("talkgroup_number", 1, 0xFFFFFF),
        unique_while_in_use("talkgroup", "radio_system_id", "talkgroup_number"),
    )
