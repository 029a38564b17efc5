"""The files of a record as its page lists them, their past, and the content of one for download."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from casm.attachments.kinds import OF_MEDIA_TYPE
from casm.audit.changes import NAMELESS_TABLES
from casm.audit.record import record_event
from casm.editing.faults import RecordMissing
from casm.editing.read_record import Record, read_record
from casm.editing.rights import Rights
from casm.errors import CasmError
from casm.inventory.attachment import Attachment, AttachmentContent
from casm.inventory.history import History

MOST_FILES_SHOWN = 500


@dataclass(frozen=True)
class FileChange:
    """One thing done to a file of a record."""

    at: datetime
    actor: str
    action: str
    file_name: str


def read_files(session: Session, record: Record, *, retired: bool = True) -> list[Attachment]:
    """The files of a record that the viewer sees, those in use first, the newest first; no content is read."""
    conditions = [Attachment.owner_id == record.owner.id, Attachment.record_id == record.id]
    if not retired:
        conditions.append(Attachment.status != "retired")
    rows = session.scalars(
        select(Attachment).where(*conditions)
        .order_by(Attachment.status == "retired", Attachment.created_at.desc(), Attachment.id).limit(MOST_FILES_SHOWN)
    )  # fmt: skip
    return list(rows)


def readable_file(
    session: Session,
    file_id: uuid.UUID,
    *,
    of: tuple[str, uuid.UUID] | None = None,
    rights: Rights | None = None,
) -> tuple[Attachment, Record]:
    """A file and its record; RecordMissing where there is none that the viewer sees. of: the record it must hang on."""
    row = session.scalar(select(Attachment).where(Attachment.id == file_id))
    if row is None or (of is not None and (row.record_class, row.record_id) != of):
        raise RecordMissing
    return row, read_record(session, row.record_class, row.record_id, rights=rights)


def download(session: Session, row: Attachment, number: int | None = None) -> AttachmentContent:
    """A content of a file, the one in force where no number is given, and the audit's event of it.

    CasmError when there is no such content, or it is not any more what was once stored.
    """
    content = _content(session, row, number or row.content_number)
    if hashlib.sha256(content.content).hexdigest() != content.sha256:
        raise CasmError("The content of this file is damaged.", "have a backup restored; the audit knows its hash")
    tell(session, row, "downloaded file", **({"content": content.number} if number else {}))
    return content


def thumbnail(session: Session, row: Attachment) -> bytes | None:
    """The small picture of the content in force; None where it is no picture."""
    return session.scalar(
        select(AttachmentContent.thumbnail).where(
            AttachmentContent.owner_id == row.owner_id, AttachmentContent.attachment_id == row.id,
            AttachmentContent.number == row.content_number,
        )
    )  # fmt: skip


def contents_of(session: Session, row: Attachment) -> list[AttachmentContent]:
    """Every content that a file has had, the newest first, without the bytes."""
    rows = session.scalars(
        select(AttachmentContent)
        .options(defer(AttachmentContent.content), defer(AttachmentContent.thumbnail))
        .where(AttachmentContent.owner_id == row.owner_id, AttachmentContent.attachment_id == row.id)
        .order_by(AttachmentContent.number.desc())
    )
    return list(rows)


def changes_of_files(session: Session, files: Iterable[Attachment]) -> list[FileChange]:
    """What was done to these files, the newest first; of files seen by a grant alone only that they were added."""
    by_id = {row.id: row for row in files}
    if not by_id:
        return []
    images = session.scalars(
        select(History)
        .where(History.table_name == "attachment", History.row_id.in_(by_id))
        .order_by(History.row_id, History.row_version)
    ).all()
    found = [FileChange(row.created_at, row.added_by, "added", _first_name(row, images)) for row in by_id.values()]
    for place, image in enumerate(images):
        following = next(
            (later.before for later in images[place + 1 : place + 2] if later.row_id == image.row_id), None
        )
        row = by_id[image.row_id]
        after = following or {
            "status": row.status, "content_number": row.content_number, "file_name": row.file_name,
        }  # fmt: skip
        found.append(FileChange(image.changed_at, image.actor, _action(image.before, after), after["file_name"]))
    return sorted(found, key=lambda one: one.at, reverse=True)


def kind_words(row: Attachment) -> str:
    """What kind of file it is."""
    kind = OF_MEDIA_TYPE.get(row.media_type)
    return kind.words if kind else row.media_type


def tell(session: Session, row: Attachment, action: str, **details: object) -> None:
    """The audit's event about a file; a name that is behind a wall of its own is left out."""
    closed = row.field_class != "public" or row.record_class in NAMELESS_TABLES
    told = {"name": None if closed else row.file_name, "of": row.record_class, "record_id": row.record_id}
    record_event(
        session, action=action, owner_id=row.owner_id, subject_table="attachment", subject_id=row.id,
        details={name: value for name, value in (told | details | {"sha256": row.sha256}).items() if value is not None},
    )  # fmt: skip


def _content(session: Session, row: Attachment, number: int) -> AttachmentContent:
    found = session.scalar(
        select(AttachmentContent).options(defer(AttachmentContent.thumbnail)).where(
            AttachmentContent.owner_id == row.owner_id, AttachmentContent.attachment_id == row.id,
            AttachmentContent.number == number,
        )
    )  # fmt: skip
    if found is None:
        raise RecordMissing
    return found


def _first_name(row: Attachment, images: Iterable[History]) -> str:
    first = next((image for image in images if image.row_id == row.id), None)
    return row.file_name if first is None else str(first.before["file_name"])


def _action(before: dict, after: dict) -> str:
    if before["status"] != after["status"]:
        return "retired" if after["status"] == "retired" else "took back"
    return "replaced" if before["content_number"] != after["content_number"] else "changed"
