"""The files of a record for programs: listed, added as multipart/form-data, replaced and retired with If-Match."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from casm.attachments.attach import FileChanged, attach, replace_content, retire_file
from casm.attachments.read_files import read_files, readable_file
from casm.editing.faults import EditConflict
from casm.editing.read_record import read_record
from casm.exchange.marking import mark
from casm.inventory.attachment import Attachment
from web.files.pages import uploaded
from web.marking import bear
from web.records.answers import class_or_404
from web.records.api import answer, problem, problems_in_json, stated_version, with_version
from web.viewer import viewer_session

blueprint = Blueprint("files_api", __name__, url_prefix="/api/records/<name>/<uuid:record_id>/files")


@blueprint.get("")
@problems_in_json
def files(name: str, record_id: UUID) -> Response:
    """The files of a record that the asker sees; retired ones with ?retired=yes."""
    class_or_404(name)
    with viewer_session() as session:
        record = read_record(session, name, record_id)
        rows = read_files(session, record, retired=request.args.get("retired") == "yes")
        marking = mark(session, [*record.rows, *rows])
    return answer({"files": [file_json(row) for row in rows]}, bear(marking))


@blueprint.post("")
@problems_in_json
def add(name: str, record_id: UUID) -> Response:
    """Attach the part ``file``; further parts: caption, field_class, sensitivity."""
    class_or_404(name)
    with viewer_session() as session:
        row = attach(
            session, name, record_id, uploaded(), caption=request.form.get("caption", ""),
            field_class=request.form.get("field_class", "public"), sensitivity=request.form.get("sensitivity") or None,
        )  # fmt: skip
        told = file_answer(session, row, 201)
    told.headers["Location"] = url_for(".file", name=name, record_id=record_id, file_id=row.id)
    return told


@blueprint.get("/<uuid:file_id>")
@problems_in_json
def file(name: str, record_id: UUID, file_id: UUID) -> Response:
    """One file; its version is its ETag."""
    class_or_404(name)
    with viewer_session() as session:
        row, _record = readable_file(session, file_id, of=(name, record_id))
        return file_answer(session, row)


@blueprint.put("/<uuid:file_id>")
@problems_in_json
def replace(name: str, record_id: UUID, file_id: UUID) -> Response:
    """Put the part ``file`` in the place of its content."""
    sent = uploaded()
    return act(name, record_id, file_id, lambda session, version: replace_content(session, file_id, version, sent))


@blueprint.delete("/<uuid:file_id>")
@problems_in_json
def retire(name: str, record_id: UUID, file_id: UUID) -> Response:
    """Retire the file; nothing is deleted."""
    return act(name, record_id, file_id, lambda session, version: retire_file(session, file_id, version))


@blueprint.post("/<uuid:file_id>/bring-back")
@problems_in_json
def take_back(name: str, record_id: UUID, file_id: UUID) -> Response:
    """Take a retired file into use again."""
    return act(name, record_id, file_id, lambda session, version: retire_file(session, file_id, version, back=True))


def act(name: str, record_id: UUID, file_id: UUID, action: Any) -> Response:
    """Do something to a file from the version that If-Match states."""
    class_or_404(name)
    try:
        with viewer_session() as session:
            row, _record = readable_file(session, file_id, of=(name, record_id))
            try:
                version = stated_version(row.version)
            except EditConflict:
                raise FileChanged(0, row.version) from None
            row = action(session, version)
            return file_answer(session, row)
    except FileChanged as error:
        told = problem(412, "Changed meanwhile", error.message, current_version=error.current)
        return with_version(told, error.current)


def file_answer(session: Any, row: Attachment, status: int = 200) -> Response:
    """A file as JSON with its version and the marking of its record and itself."""
    record = read_record(session, row.record_class, row.record_id)
    marking = bear(mark(session, [*record.rows, row]))
    return with_version(answer(file_json(row), marking, status), row.version)


def file_json(row: Attachment) -> dict[str, Any]:
    """What programs are told of a file."""
    where = {"name": row.record_class, "record_id": row.record_id, "file_id": row.id}
    return {
        "id": str(row.id), "version": row.version, "status": row.status, "file_name": row.file_name,
        "caption": row.caption, "media_type": row.media_type, "size_bytes": row.size_bytes, "sha256": row.sha256,
        "field_class": row.field_class, "sensitivity": row.sensitivity, "width_px": row.width_px,
        "height_px": row.height_px, "has_position": row.has_position, "content_number": row.content_number,
        "added_by": row.added_by, "added_at": row.created_at.isoformat(),
        "href": url_for("files_api.file", **where), "download": url_for("files.get", **where),
    }  # fmt: skip
