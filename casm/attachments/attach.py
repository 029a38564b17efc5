"""Attach a file to a record, put another content in its place, retire it: checked whole before anything is written."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casm.attachments.file_names import ending_of, safe_name
from casm.attachments.kinds import Kind, kind_of, refused
from casm.attachments.pictures import Picture, look_at
from casm.attachments.read_files import readable_file, tell
from casm.db.columns import SENSITIVITY
from casm.editing.faults import NotWritable
from casm.editing.read_record import Record, read_record
from casm.editing.rights import Rights, read_rights
from casm.errors import CasmError
from casm.intake.cell import tidy
from casm.intake.values import refuse_key_material
from casm.inventory.attachment import MOST_BYTES, Attachment, AttachmentContent
from casm.inventory.custom_field import ATTACHED_FIELD_CLASSES

MOST_FILES_OF_A_RECORD = 100
MOST_BYTES_OF_AN_OWNER = 2 * 1024**3
LONGEST_CAPTION = 200
MIB = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name it was given, and its content."""

    file_name: str
    content: bytes


@dataclass(frozen=True)
class Checked:
    """An upload that may be attached."""

    file_name: str
    kind: Kind
    content: bytes
    sha256: str
    picture: Picture | None

    def columns(self) -> dict[str, Any]:
        """What an attachment says of its content."""
        seen = self.picture
        return {
            "file_name": self.file_name, "media_type": self.kind.media_type, "size_bytes": len(self.content),
            "sha256": self.sha256, "width_px": seen and seen.width_px, "height_px": seen and seen.height_px,
            "has_position": seen and seen.has_position,
        }  # fmt: skip


def checked(upload: Upload) -> Checked:
    """An upload looked at whole; CasmError, with its mend, for one that may not be attached."""
    if len(upload.content) > MOST_BYTES:
        raise refused(
            f"it has {len(upload.content) / MIB:.1f} MiB, and may have {MOST_BYTES // MIB}", "save it smaller, in parts"
        )
    name = safe_name(upload.file_name)
    kind = kind_of(upload.content, ending_of(name))
    picture = look_at(upload.content, kind.picture) if kind.picture else None
    return Checked(name, kind, upload.content, hashlib.sha256(upload.content).hexdigest(), picture)


def attach(
    session: Session,
    name: str,
    record_id: uuid.UUID,
    upload: Upload,
    *,
    caption: str = "",
    field_class: str = "public",
    sensitivity: str | None = None,
) -> Attachment:
    """Hang a file on a record. field_class "sensitive": for who sees the record's sensitive fields.

    sensitivity: its handling, None for the record's own; it is never milder than that. RecordMissing, NotWritable;
    CasmError when the file, or one more of it, is not taken.
    """
    rights = read_rights(session)
    record = read_record(session, name, record_id, rights=rights)
    require_writable(record, rights, field_class)
    file = checked(upload)
    require_room(session, record, len(file.content))
    wanted = sensitivity or record.row.sensitivity
    if wanted not in SENSITIVITY:
        raise CasmError("This is no handling.", f"choose from {', '.join(SENSITIVITY)}")
    row = Attachment(
        id=uuid.uuid4(), owner_id=record.owner.id, record_class=name, record_id=record_id, field_class=field_class,
        caption=caption_of(caption), source="typed", content_number=1, version=1, status="active",
        sensitivity=max((wanted, record.row.sensitivity), key=SENSITIVITY.index),
        added_by=session.scalar(text("SELECT casm_sec.actor()")), **file.columns(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _keep(session, row, file)
    tell(session, row, "added file")
    return row


def replace_content(session: Session, file_id: uuid.UUID, version: int, upload: Upload) -> Attachment:
    """Put another content in the place of the one in force, which is kept; its name and kind may be others."""
    row, record = _locked(session, file_id, version)
    if row.status == "retired":
        raise CasmError("This file is retired.", "take it back into use before replacing it")
    file = checked(upload)
    if file.sha256 == row.sha256:
        raise CasmError("This is the very content that the file has already.", "nothing needs to be done")
    require_room(session, record, len(file.content), more_files=0)
    for column, value in file.columns().items():
        setattr(row, column, value)
    row.content_number += 1
    _keep(session, row, file)
    session.refresh(row, ["version", "updated_at"])
    tell(session, row, "replaced file")
    return row


def retire_file(session: Session, file_id: uuid.UUID, version: int, *, back: bool = False) -> Attachment:
    """Take a file from its record's page, or put it there again; its contents stay."""
    row, record = _locked(session, file_id, version)
    if (row.status == "retired") != back:
        raise CasmError("This file is in that state already.", "look at the record anew")
    if back:
        require_room(session, record, 0)
    row.status, row.retired_at = ("active", None) if back else ("retired", datetime.now(UTC))
    session.flush()
    session.refresh(row, ["version", "updated_at"])
    tell(session, row, "took back file" if back else "retired file")
    return row


def require_writable(record: Record, rights: Rights, field_class: str) -> None:
    """NotWritable unless the viewer may hang a file of this field class on the record; CasmError on a retired one."""
    if field_class not in ATTACHED_FIELD_CLASSES:
        raise CasmError("This is no class of field.", f"choose from {', '.join(ATTACHED_FIELD_CLASSES)}")
    own = record.record_class
    if own.name != own.asset_class:
        raise CasmError("Files hang on the whole record.", "attach it to the record that this one is part of")
    may = record.may_write and (
        field_class == "public" or record.owner.id in rights.sight.writable(own.asset_class, field_class)
    )
    if not may:
        raise NotWritable
    if record.retired:
        raise CasmError("This record is retired.", "take it back into use before changing its files")


def require_room(session: Session, record: Record, size_bytes: int, *, more_files: int = 1) -> None:
    """CasmError when a record would have too many files, or an owner too much in them."""
    in_use = session.scalar(
        select(func.count()).select_from(Attachment).where(
            Attachment.owner_id == record.owner.id, Attachment.record_id == record.id, Attachment.status != "retired"
        )
    )  # fmt: skip
    if (in_use or 0) + more_files > MOST_FILES_OF_A_RECORD:
        raise refused(f"the record has {in_use} files, the most there may be", "retire some of them first")
    held = session.scalar(text("SELECT casm_sec.attached_bytes(:owner)"), {"owner": record.owner.id}) or 0
    if held + size_bytes > MOST_BYTES_OF_AN_OWNER:
        raise refused(
            f"the files of {record.owner.name} take up {held >> 20:,} MiB, and may {MOST_BYTES_OF_AN_OWNER >> 20:,}",
            "save it smaller, or keep it elsewhere and write where",
        )


def caption_of(written: str) -> str | None:
    """A caption as it is stored; CasmError when it is too long or looks like an encryption key."""
    caption = tidy(written)
    if len(caption) > LONGEST_CAPTION:
        raise CasmError(
            f"The caption has {len(caption)} characters.", f"say it in {LONGEST_CAPTION}"
        )  # fmt: skip
    refuse_key_material(caption)
    return caption or None


def _keep(session: Session, row: Attachment, file: Checked) -> None:
    session.add(
        AttachmentContent(
            id=uuid.uuid4(), owner_id=row.owner_id, attachment_id=row.id, number=row.content_number,
            media_type=row.media_type, size_bytes=row.size_bytes, sha256=row.sha256, content=file.content,
            thumbnail=file.picture and file.picture.thumbnail,
        )
    )  # fmt: skip
    session.flush()


def _locked(session: Session, file_id: uuid.UUID, version: int) -> tuple[Attachment, Record]:
    """The file held against others, and its record; CasmError when the version is not the one in force."""
    rights = read_rights(session)
    found, record = readable_file(session, file_id, rights=rights)
    require_writable(record, rights, found.field_class)
    row = session.scalar(
        select(Attachment).where(Attachment.id == file_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotWritable
    if row.version != version:
        raise FileChanged(version, row.version)
    return row, record


class FileChanged(CasmError):
    """Somebody else replaced or retired the file since the version that this act was made from."""

    def __init__(self, expected: int, current: int) -> None:
        super().__init__(
            f"Somebody changed this file meanwhile (yours was made from version {expected}, it is at {current}).",
            "look at the record anew, and do it again if that still holds",
        )
        self.current = current
