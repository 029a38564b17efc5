"""Pages of the files on a record: attach one, look at one, download, replace and retire it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from casm.attachments.attach import MOST_BYTES_OF_AN_OWNER, Upload, attach, replace_content, retire_file
from casm.attachments.kinds import LISTED
from casm.attachments.read_files import contents_of, download, kind_words, readable_file, thumbnail
from casm.editing.faults import NotWritable
from casm.editing.read_record import Record, read_record
from casm.editing.rights import read_rights
from casm.errors import CasmError
from casm.exchange.marking import mark
from casm.inventory.attachment import MOST_BYTES, Attachment
from casm.inventory.custom_field import ATTACHED_FIELD_CLASSES
from web.files.sent import SHUT, saved_as
from web.marking import bear
from web.page_frame import render_page, say_done, words_of
from web.records.answers import class_or_404, missing_as_404
from web.records.pages import STYLES
from web.viewer import viewer_session

blueprint = Blueprint("files", __name__, url_prefix="/records/<name>/<uuid:record_id>/files")

FIELD_CLASS_WORDS = {
    "public": "whoever sees the record",
    "sensitive": "whoever sees the record's sensitive fields (access, power, lease)",
}
HANDLING_WORDS = {
    "public": "TLP:CLEAR, for anyone",
    "partner": "TLP:GREEN, partner agencies",
    "internal": "TLP:AMBER, one's own agencies",
    "restricted": "TLP:RED, named people",
}
assert set(FIELD_CLASS_WORDS) == set(ATTACHED_FIELD_CLASSES)


@blueprint.get("/new")
@missing_as_404
def new(name: str, record_id: UUID) -> str:
    """The form of a new file."""
    class_or_404(name)
    with viewer_session() as session:
        return _new_page(session, _writable(session, name, record_id))


@blueprint.post("/new")
@missing_as_404
def add(name: str, record_id: UUID) -> AnyResponse | tuple[str, int]:
    """Attach the file, or show the form again with why not."""
    class_or_404(name)
    with viewer_session() as session:
        _writable(session, name, record_id)
    try:
        with viewer_session() as session:
            row = attach(
                session, name, record_id, uploaded(), caption=request.form.get("caption", ""),
                field_class=request.form.get("field_class", "public"),
                sensitivity=request.form.get("sensitivity") or None,
            )  # fmt: skip
    except CasmError as error:
        if isinstance(error, NotWritable):
            raise
        with viewer_session() as session:
            return _new_page(session, _writable(session, name, record_id), error), 422
    say_done(f"{row.file_name} is attached.")
    return _to_record(name, record_id)


@blueprint.get("/<uuid:file_id>")
@missing_as_404
def file(name: str, record_id: UUID, file_id: UUID) -> str:
    """One file: what it is, its contents of before, and what may be done with it."""
    class_or_404(name)
    with viewer_session() as session:
        row, record = readable_file(session, file_id, of=(name, record_id))
        return _file_page(session, row, record)


@blueprint.get("/<uuid:file_id>/download")
@missing_as_404
def get(name: str, record_id: UUID, file_id: UUID) -> Response:
    """The content in force, or that of ?number=, to be saved."""
    class_or_404(name)
    number = request.args.get("number", type=int)
    with viewer_session() as session:
        row, record = readable_file(session, file_id, of=(name, record_id))
        content = download(session, row, number)
        marking = mark(session, [*record.rows, row])
    return saved_as(content, row.file_name, marking)


@blueprint.get("/<uuid:file_id>/thumbnail")
@missing_as_404
def small(name: str, record_id: UUID, file_id: UUID) -> Response:
    """The small picture, made anew when the file was attached."""
    class_or_404(name)
    with viewer_session() as session:
        row, record = readable_file(session, file_id, of=(name, record_id))
        picture = thumbnail(session, row)
        bear(mark(session, [*record.rows, row]))
    if picture is None:
        raise NotFound
    response = Response(picture, mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = SHUT
    return response


@blueprint.post("/<uuid:file_id>/replace")
@missing_as_404
def replace(name: str, record_id: UUID, file_id: UUID) -> AnyResponse | tuple[str, int]:
    """Put another content in its place, from the version that the form was filled from."""
    return _act(
        name, record_id, file_id, lambda session, version: replace_content(session, file_id, version, uploaded()),
        "{name} is in its place now; the content of before is kept.",
    )  # fmt: skip


@blueprint.post("/<uuid:file_id>/retire")
@missing_as_404
def retire(name: str, record_id: UUID, file_id: UUID) -> AnyResponse | tuple[str, int]:
    """Retire it, or take it back where ``act`` says so."""
    back = request.form.get("act") == "take back"
    return _act(
        name, record_id, file_id, lambda session, version: retire_file(session, file_id, version, back=back),
        "{name} is on the page again." if back else "{name} is retired. It can be taken back.",
    )  # fmt: skip


def uploaded() -> Upload:
    """The file of the request; CasmError where none was chosen."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise CasmError("No file was chosen.", "choose one, then send the form")
    return Upload(sent.filename, sent.read(MOST_BYTES + 1))


def _act(name: str, record_id: UUID, file_id: UUID, action: Any, words: str) -> AnyResponse | tuple[str, int]:
    class_or_404(name)
    version = request.form.get("version", type=int)
    if version is None:
        raise BadRequest("The form does not say which version of the file it was filled from. Open it anew.")
    with viewer_session() as session:
        _row, record = readable_file(session, file_id, of=(name, record_id))
        if not record.may_write:
            raise NotWritable
    try:
        with viewer_session() as session:
            row = action(session, version)
    except CasmError as error:
        if isinstance(error, NotWritable):
            raise
        with viewer_session() as session:
            row, record = readable_file(session, file_id, of=(name, record_id))
            return _file_page(session, row, record, error), 409
    say_done(words.format(name=row.file_name))
    return _to_record(name, record_id)


def _new_page(session: Session, record: Record, error: CasmError | None = None) -> str:
    sensitive = record.owner.id in read_rights(session).sight.writable(record.record_class.asset_class, "sensitive")
    return render_page(
        "files/new.html", f"Attach a file to {record.title}", extra_styles=STYLES, marking=mark(session, record.rows),
        record=record, error=words_of(error) if error else "", listed=LISTED, most_mib=MOST_BYTES >> 20,
        most_gib=MOST_BYTES_OF_AN_OWNER >> 30, texts=request.form,
        field_classes={key: words for key, words in FIELD_CLASS_WORDS.items() if key == "public" or sensitive},
        handling=HANDLING_WORDS,
    )  # fmt: skip


def _file_page(session: Session, row: Attachment, record: Record, error: CasmError | None = None) -> str:
    may_write = record.may_write and (
        row.field_class == "public"
        or record.owner.id in read_rights(session).sight.writable(record.record_class.asset_class, row.field_class)
    )
    return render_page(
        "files/file.html", row.caption or row.file_name, extra_styles=STYLES,
        marking=mark(session, [*record.rows, row]), record=record, file=row, kind=kind_words(row),
        contents=contents_of(session, row), may_write=may_write and not record.retired,
        error=words_of(error) if error else "", shown_to=FIELD_CLASS_WORDS[row.field_class], listed=LISTED,
    )  # fmt: skip


def _writable(session: Session, name: str, record_id: UUID) -> Record:
    record = read_record(session, name, record_id)
    if not record.may_write or record.record_class.name != record.record_class.asset_class:
        raise NotWritable
    return record


def _to_record(name: str, record_id: UUID) -> AnyResponse:
    return redirect(url_for("records.record", name=name, record_id=record_id, _anchor="files"), 303)
