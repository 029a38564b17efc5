"""The columns every row has, and the column kinds used throughout the inventory."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

RECORD_STATUS = ("planned", "active", "standby", "retired")
RECORD_SOURCE = ("typed", "csv", "uls", "asr", "partner", "seed", "computed")
SENSITIVITY = ("public", "partner", "internal", "restricted")


class Base(DeclarativeBase):
    """Every mapped class of CASM."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: String,
        uuid.UUID: Uuid,
        datetime: DateTime(timezone=True),
        date: Date,
    }


def one_of(column: str, choices: tuple[str, ...]) -> CheckConstraint:
    """A check that a text column, when known, holds one of the field's own terms."""
    allowed = ", ".join(f"'{choice}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def all_of(column: str, choices: tuple[str, ...]) -> CheckConstraint:
    """A check that every element of a text array is one of the field's own terms."""
    allowed = ", ".join(f"'{choice}'" for choice in choices)
    return CheckConstraint(f"{column} <@ ARRAY[{allowed}]::varchar[]", name=f"{column}_known")


def within(column: str, low: float, high: float) -> CheckConstraint:
    """A check that a number, when known, lies in its possible range (ends included)."""
    return CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_in_range")


def frequency_check(column: str) -> CheckConstraint:
    """A check that a frequency in hertz lies between 25 MHz and 100 GHz."""
    return CheckConstraint(f"{column} BETWEEN 25000000 AND 100000000000", name=f"{column}_in_range")


def azimuth_check(column: str) -> CheckConstraint:
    """A check that an azimuth in degrees is at least 0 and under 360."""
    return CheckConstraint(f"{column} >= 0 AND {column} < 360", name=f"{column}_in_range")


def on_earth(column: str) -> CheckConstraint:
    """A check that a position, when known, is a point with a longitude and a latitude."""
    return CheckConstraint(
        f"NOT ST_IsEmpty({column}) AND ST_X({column}) BETWEEN -180 AND 180 AND ST_Y({column}) BETWEEN -90 AND 90",
        name=f"{column}_on_earth",
    )


def whole_reference(name: str) -> CheckConstraint:
    """A check that a reference across owners names both the owner and the row, or neither."""
    return CheckConstraint(f"num_nonnulls({name}_owner_id, {name}_id) IN (0, 2)", name=f"{name}_whole")


def parent(table: str, column: str) -> ForeignKeyConstraint:
    """A foreign key to a row of the same owner: composite, so that it can never cross owners."""
    return ForeignKeyConstraint(["owner_id", column], [f"{table}.owner_id", f"{table}.id"])


def unique_while_in_use(table: str, *columns: str) -> Index:
    """A natural key: unique per owner among rows that are not retired."""
    named = "_".join(column if column.isidentifier() else "pair" for column in columns)
    return Index(
        f"uq_{table}_{named}"[:63],
        "owner_id",
        *[text(column) if not column.isidentifier() else column for column in columns],
        unique=True,
        postgresql_where=text("status <> 'retired'"),
    )


def reference_owner() -> Mapped[uuid.UUID | None]:
    """The owner half of a reference across owners; no foreign key, so nothing leaks and nothing breaks."""
    return mapped_column(Uuid, nullable=True)


def reference_id() -> Mapped[uuid.UUID | None]:
    """The row half of a reference across owners."""
    return mapped_column(Uuid, nullable=True, index=True)


def text_list() -> Mapped[list[str] | None]:
    """A list of the field's terms; NULL means unknown, an empty list means none."""
    return mapped_column(ARRAY(String), nullable=True)


def frequency_hz() -> Mapped[int | None]:
    """A frequency in integer hertz."""
    return mapped_column(BigInteger, nullable=True)


def point() -> Mapped[Any]:
    """A position, EPSG:4326, longitude first."""
    return mapped_column(Geometry("POINT", srid=4326, spatial_index=False), nullable=True)


def multipolygon() -> Mapped[Any]:
    """An area, EPSG:4326."""
    return mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True)


class OwnedRow:
    """What every row carries: identity, owner, version, status, provenance, freshness, sensitivity."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    status: Mapped[str] = mapped_column(String, default="active", server_default="active")
    retired_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String, default="typed", server_default="typed")
    source_key: Mapped[str | None]
    import_batch_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)
    verified_on: Mapped[date | None]
    verified_by: Mapped[str | None]
    sensitivity: Mapped[str] = mapped_column(String, default="internal", server_default="internal")
    remarks: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    # Subclasses list their own constraints and indexes here; the shared ones are added to them.
    own_constraints: tuple[Any, ...] = ()
    # Geometry columns that get an index together with the owner.
    own_geometries: tuple[str, ...] = ()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            one_of("status", RECORD_STATUS),
            one_of("source", RECORD_SOURCE),
            one_of("sensitivity", SENSITIVITY),
            CheckConstraint("version >= 1", name="version_positive"),
            CheckConstraint("(status = 'retired') = (retired_at IS NOT NULL)", name="retired_dated"),
            *cls.own_constraints,
        )
