"""Files and photos that hang on a record: what each is, and its content, of which every former one is kept."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from casm.db.columns import Base, OwnedRow, one_of, parent
from casm.inventory.custom_field import ATTACHED_FIELD_CLASSES

MOST_BYTES = 20 * 1024 * 1024


class Attachment(OwnedRow, Base):
    """A file on a record. It is as open as the record, or with field_class "sensitive" as its sensitive fields.

    caption: what it shows, in a few words. file_name: as offered for download. media_type: told from the content.
    content_number: which content is in force, from 1. has_position: whether a photo says where it was taken; None where
    nothing of the kind can be in the file, or could be looked for.
    """

    __tablename__ = "attachment"

    record_class: Mapped[str]
    record_id: Mapped[uuid.UUID]
    field_class: Mapped[str] = mapped_column(default="public", server_default="public")
    caption: Mapped[str | None]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    content_number: Mapped[int] = mapped_column(default=1, server_default="1")
    width_px: Mapped[int | None]
    height_px: Mapped[int | None]
    has_position: Mapped[bool | None]
    added_by: Mapped[str]

    own_constraints = (
        one_of("field_class", ATTACHED_FIELD_CLASSES),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_well_formed"),
        CheckConstraint(f"size_bytes BETWEEN 1 AND {MOST_BYTES}", name="size_in_range"),
        CheckConstraint("length(file_name) BETWEEN 1 AND 120", name="file_name_is_short"),
        CheckConstraint("length(caption) BETWEEN 1 AND 200", name="caption_is_short"),
        Index("ix_attachment_record", "owner_id", "record_id"),
    )


class AttachmentContent(Base):
    """One content of an attachment, never changed. thumbnail: a small picture made anew, without what a camera adds."""

    __tablename__ = "attachment_content"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"))
    attachment_id: Mapped[uuid.UUID]
    number: Mapped[int]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    thumbnail: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        parent("attachment", "attachment_id"),
        UniqueConstraint("owner_id", "attachment_id", "number"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_well_formed"),
        CheckConstraint("size_bytes = length(content)", name="size_is_true"),
    )
