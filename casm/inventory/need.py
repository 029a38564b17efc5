"""Needs: who must be able to talk to whom, where, how well, within how many minutes."""

import uuid

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    multipolygon,
    one_of,
    parent,
    reference_id,
    reference_owner,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip
from casm.inventory.choices import NEED_ORIGIN


class Need(OwnedRow, Base):
    """A stated or proposed need of a pair or group of agencies."""

    __tablename__ = "need"

    name: Mapped[str]
    origin: Mapped[str] = mapped_column(String, default="stated", server_default="stated")
    required_level: Mapped[int] = mapped_column(comment="SAFECOM-style level 1 to 5, design.md's table")
    within_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    coverage_probability: Mapped[float] = mapped_column(default=0.95, server_default="0.95")
    area_share: Mapped[float] = mapped_column(default=0.95, server_default="0.95")
    place = multipolygon()
    jurisdiction_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    jurisdiction_id: Mapped[uuid.UUID | None] = reference_id()
    justification: Mapped[str | None]

    own_geometries = ("place",)
    own_constraints = (
        one_of("origin", NEED_ORIGIN),
        whole_reference("jurisdiction"),
        within("required_level", 1, 5),
        within("within_minutes", 0, 100000),
        within("coverage_probability", 0.5, 0.999),
        within("area_share", 0.01, 1),
        unique_while_in_use("need", "name"),
    )


class NeedParty(OwnedRow, Base):
    """An agency that a need names."""

    __tablename__ = "need_party"

    need_id: Mapped[uuid.UUID]
    agency_owner_id: Mapped[uuid.UUID]
    agency_id: Mapped[uuid.UUID] = mapped_column(index=True)

    own_constraints = (
        parent("need", "need_id"),
        unique_while_in_use("need_party", "need_id", "agency_id"),
    )
