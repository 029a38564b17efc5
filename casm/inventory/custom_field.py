"""Fields that an owner adds to a class of record, and the values that records have in them."""

import uuid
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, one_of, text_list, unique_while_in_use

TEXT, WHOLE, DECIMAL, YES_NO, DATE, CHOICE = "text", "whole", "decimal", "yes_no", "date", "choice"
CUSTOM_FIELD_KINDS = (TEXT, WHOLE, DECIMAL, YES_NO, DATE, CHOICE)
# "public" is as open as the record itself.
ATTACHED_FIELD_CLASSES = ("public", "sensitive")
# What still fits into an index together with owner and field, whatever the letters.
LONGEST_TEXT = 500


class CustomField(OwnedRow, Base):
    """A field that an owner adds to a class of record, its own and those of all owners below it.

    name: what files and programs call it, with ``custom_`` before it. unit: of a whole number or a decimal, None for a
    bare figure. least, most: range of a figure, ends included. choices: what a choice list offers. field_class: who
    lacks it sees no value. ``sensitivity`` is the least handling of whatever shows a value.
    """

    __tablename__ = "custom_field"

    record_class: Mapped[str]
    name: Mapped[str]
    label: Mapped[str]
    help: Mapped[str | None]
    kind: Mapped[str]
    unit: Mapped[str | None]
    least: Mapped[float | None]
    most: Mapped[float | None]
    choices: Mapped[list[str] | None] = text_list()
    required: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    field_class: Mapped[str] = mapped_column(default="public", server_default="public")

    own_constraints = (
        one_of("kind", CUSTOM_FIELD_KINDS),
        one_of("field_class", ATTACHED_FIELD_CLASSES),
        CheckConstraint("name ~ '^[a-z][a-z0-9_]{0,39}$'", name="name_is_a_word"),
        CheckConstraint("length(btrim(label)) BETWEEN 1 AND 60", name="label_is_short"),
        CheckConstraint("least <= most", name="range_in_order"),
        CheckConstraint("(kind = 'choice') = (choices IS NOT NULL)", name="choices_of_a_list"),
        # What the values repeat of their definition, so that neither can drift from the other.
        UniqueConstraint("id", "record_class", "kind", "field_class"),
        unique_while_in_use("custom_field", "record_class", "name"),
    )


class CustomValue(Base):
    """What one record has in one of those fields; all value columns NULL: it was known once, and is not now.

    record_version: the version of the record with which the value came. Looked up by owner and record, or by owner and
    field; each kind has a column and an index of its own, of types whose comparison is leakproof.
    """

    __tablename__ = "custom_value"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"))
    record_class: Mapped[str]
    record_id: Mapped[uuid.UUID]
    custom_field_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    field_class: Mapped[str]
    value_text: Mapped[str | None]
    value_whole: Mapped[int | None] = mapped_column(BigInteger)
    value_decimal: Mapped[float | None]
    value_yes: Mapped[bool | None]
    value_on: Mapped[date | None]
    record_version: Mapped[int]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        UniqueConstraint("owner_id", "record_id", "custom_field_id"),
        ForeignKeyConstraint(
            ["custom_field_id", "record_class", "kind", "field_class"],
            ["custom_field.id", "custom_field.record_class", "custom_field.kind", "custom_field.field_class"],
            name="fk_custom_value_custom_field",
        ),
        CheckConstraint(
            "num_nonnulls(value_text, value_whole, value_decimal, value_yes, value_on) <= 1 "
            "AND (value_text IS NULL OR kind IN ('text', 'choice')) AND (value_whole IS NULL OR kind = 'whole') "
            "AND (value_decimal IS NULL OR kind = 'decimal') AND (value_yes IS NULL OR kind = 'yes_no') "
            "AND (value_on IS NULL OR kind = 'date')",
            name="of_its_kind",
        ),
        CheckConstraint(f"length(value_text) BETWEEN 1 AND {LONGEST_TEXT}", name="text_is_short"),
        CheckConstraint("value_decimal BETWEEN -1e300 AND 1e300", name="decimal_is_finite"),
        Index("ix_custom_value_record_id", "record_id"),
        *(
            Index(
                f"ix_custom_value_{column}", "owner_id", "custom_field_id", column, "record_id",
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in ("value_text", "value_whole", "value_decimal", "value_yes", "value_on")
        ),
    )  # fmt: skip
