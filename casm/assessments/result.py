"""Results: what was computed, by which method and version, from which inputs, for whom to see."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

from casm.db.columns import Base, OwnedRow, multipolygon, one_of, unique_while_in_use
from casm.inventory.choices import RESULT_KIND


class Result(OwnedRow, Base):
    """A stored answer of geo with everything needed to trace or repeat it.

    ``audience`` lists every owner whose rows went in. The database stamps each result with the sight it was computed
    with: ``sight_sha256``, and ``sight_root_id`` where that was one owner's subtree and nothing else. It is shown to
    who has that very sight, and to who was given this layer of that owner.
    """

    __tablename__ = "result"

    kind: Mapped[str]
    result_key: Mapped[str] = mapped_column(comment="what it is about, as a station id or a pair of agency ids")
    title: Mapped[str]
    method: Mapped[str]
    method_version: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    inputs_sha256: Mapped[str]
    input_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    audience: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    field_classes: Mapped[list[str]] = mapped_column(ARRAY(String))
    caveats: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default=text("'{}'"))
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    area = multipolygon()
    sight_sha256: Mapped[str | None] = mapped_column(server_default=FetchedValue())
    sight_root_id: Mapped[uuid.UUID | None] = mapped_column(server_default=FetchedValue())
    computed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    own_geometries = ("area",)
    own_constraints = (
        one_of("kind", RESULT_KIND),
        CheckConstraint("inputs_sha256 ~ '^[0-9a-f]{64}$'", name="sha256_well_formed"),
        CheckConstraint("cardinality(audience) >= 1", name="audience_stated"),
        unique_while_in_use("result", "kind", "result_key", "sight_sha256"),
    )


class ResultLayer(Base):
    """A raster or other file of a result, kept in the database so that a backup holds it."""

    __tablename__ = "result_layer"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    result_id: Mapped[uuid.UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    content_sha256: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "result_id"], ["result.owner_id", "result.id"], ondelete="CASCADE"),
        UniqueConstraint("result_id", "name"),
    )
