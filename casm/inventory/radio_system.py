"""Radio systems, and the systems they are joined to by ISSI or CSSI."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    all_of,
    one_of,
    parent,
    text_list,
    unique_while_in_use,
    within,
)  # fmt: skip
from casm.inventory.choices import BAND, PEER_KIND, SYSTEM_KIND, SYSTEM_TECHNOLOGY


class RadioSystem(OwnedRow, Base):
    """A conventional, trunked or simulcast system and its network identity."""

    __tablename__ = "radio_system"

    name: Mapped[str]
    kind: Mapped[str | None]
    technology: Mapped[str | None]
    bands: Mapped[list[str] | None] = text_list()
    vendor: Mapped[str | None]
    wacn: Mapped[int | None] = mapped_column(comment="P25 wide area communications network, 20 bits")
    system_id: Mapped[int | None] = mapped_column(comment="P25 SysID, 12 bits")
    subscriber_count: Mapped[int | None]
    in_service_on: Mapped[date | None]
    end_of_life_on: Mapped[date | None]

    own_constraints = (
        one_of("kind", SYSTEM_KIND),
        one_of("technology", SYSTEM_TECHNOLOGY),
        all_of("bands", BAND),
        within("wacn", 0, 0xFFFFF),
        within("system_id", 0, 0xFFF),
        within("subscriber_count", 0, 10_000_000),
        unique_while_in_use("radio_system", "name"),
    )


class SystemPeer(OwnedRow, Base):
    """A join of two systems by ISSI or CSSI, as one side states it."""

    __tablename__ = "system_peer"

    radio_system_id: Mapped[uuid.UUID]
    peer_system_owner_id: Mapped[uuid.UUID] = mapped_column()
    peer_system_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[str]
    in_force: Mapped[bool | None] = mapped_column(comment="NULL: not known whether the join is up")

    own_constraints = (
        parent("radio_system", "radio_system_id"),
        one_of("kind", PEER_KIND),
        CheckConstraint("radio_system_id <> peer_system_id", name="joins_two"),
        unique_while_in_use("system_peer", "radio_system_id", "peer_system_id", "kind"),
    )
