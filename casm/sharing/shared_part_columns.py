"""The columns that say which part of an owner's inventory is shown: classes, fields, area, precision."""

from typing import Any

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import multipolygon
from casm.sharing.asset_class import APPROXIMATE_CLASSES, ASSET_CLASSES, PLACED_CLASSES
from casm.sharing.viewer import FIELD_CLASSES

# 0: as it is; else the side of the grid cells that stand for positions.
PRECISIONS_M = (0, 1000, 10000)


class SharedPartColumns:
    """What a grant or a link shows."""

    asset_classes: Mapped[list[str]] = mapped_column(ARRAY(String))
    field_classes: Mapped[list[str]] = mapped_column(ARRAY(String))
    area: Mapped[Any] = multipolygon()
    precision_m: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


def shared_part_checks() -> tuple[CheckConstraint, ...]:
    """What the database holds of every shared part."""
    return (
        CheckConstraint(f"cardinality(asset_classes) > 0 AND {_within('asset_classes', ASSET_CLASSES)}",
                        name="asset_classes_known"),
        CheckConstraint(f"cardinality(field_classes) > 0 AND {_within('field_classes', FIELD_CLASSES)}",
                        name="field_classes_known"),
        CheckConstraint(f"precision_m IN ({', '.join(map(str, PRECISIONS_M))})", name="precision_m_known"),
        CheckConstraint(f"area IS NULL OR {_within('asset_classes', PLACED_CLASSES)}", name="area_of_placed_classes"),
        CheckConstraint(f"precision_m = 0 OR {_within('asset_classes', APPROXIMATE_CLASSES)}",
                        name="precision_of_placed_classes"),
        CheckConstraint("area IS NULL OR NOT ST_IsEmpty(area)", name="area_not_empty"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_whole"),
    )  # fmt: skip


def _within(column: str, allowed: tuple[str, ...]) -> str:
    return f"{column} <@ ARRAY[{', '.join(repr(name) for name in allowed)}]::varchar[]"
