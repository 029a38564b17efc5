"""Jurisdictions: the real polygons of states, counties, tribes, cities and districts."""

import uuid

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import (
    Base,
    OwnedRow,
    multipolygon,
    one_of,
    reference_id,
    reference_owner,
    unique_while_in_use,
    whole_reference,
)
from casm.inventory.choices import JURISDICTION_KIND


class Jurisdiction(OwnedRow, Base):
    """An area with a government: its polygon, its code and the edition it was taken from."""

    __tablename__ = "jurisdiction"

    kind: Mapped[str]
    name: Mapped[str]
    code: Mapped[str] = mapped_column(String, comment="FIPS or GNIS code, or the district's own")
    state_fips: Mapped[str | None]
    edition: Mapped[str | None] = mapped_column(String, comment="source and vintage of the polygon")
    parent_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    parent_id: Mapped[uuid.UUID | None] = reference_id()
    area = multipolygon()

    own_geometries = ("area",)
    own_constraints = (
        one_of("kind", JURISDICTION_KIND),
        whole_reference("parent"),
        unique_while_in_use("jurisdiction", "kind", "code"),
    )
