"""Merging two records: which stays, which value of each field, what follows; and undoing it as a whole."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from casm.editing.faults import EditConflict, NotWritable, RecordMissing
from casm.editing.own_units import OwnUnits
from casm.editing.read_record import Record, read_record
from casm.editing.used_by import read_users
from casm.errors import CasmError
from casm.exchange.marking import mark
from casm.quality.merging.merge import merge_records
from casm.quality.merging.undo import changed_since, read_merge, undo_merge
from web.page_frame import render_page, say_done
from web.quality.pages import STYLES
from web.records.answers import class_or_404, missing_as_404
from web.records.record_view import field_lines
from web.viewer import viewer_session

blueprint = Blueprint("merging", __name__, url_prefix="/quality")

TAKE_PREFIX = "take-"
AS_KEPT = OwnUnits()


@blueprint.get("/<name>/<uuid:record_id>/merge/<uuid:other_id>")
@missing_as_404
def compare(name: str, record_id: UUID, other_id: UUID) -> str:
    """Both records side by side; ``record_id`` is the one that stays."""
    class_or_404(name)
    with viewer_session() as session:
        return _merge_page(session, *_both(session, name, record_id, other_id))


@blueprint.post("/<name>/<uuid:record_id>/merge/<uuid:other_id>")
@missing_as_404
def merge(name: str, record_id: UUID, other_id: UUID) -> Response | tuple[str, int]:
    """Make them one, from the versions that the page showed."""
    class_or_404(name)
    versions = [request.form.get(field, type=int) for field in ("version", "other_version")]
    if None in versions:
        raise BadRequest("The form does not say from which versions of the two records it was made. Open it anew.")
    take = {key.removeprefix(TAKE_PREFIX) for key, value in request.form.items()
            if key.startswith(TAKE_PREFIX) and value == "other"}  # fmt: skip
    try:
        with viewer_session() as session:
            done = merge_records(session, name, record_id, versions[0], other_id, versions[1], take)  # type: ignore[arg-type]
    except (NotWritable, RecordMissing):
        raise
    except CasmError as error:
        with viewer_session() as session:
            both = _both(session, name, record_id, other_id)
            return _merge_page(session, *both, error=error, take=take), 409 if isinstance(error, EditConflict) else 422
    say_done(
        f"The two are one now; {done.moved} other {'record names' if done.moved == 1 else 'records name'} it. "
        "The merge can be undone as a whole below."
    )
    return make_response(redirect(url_for("records.record", name=name, record_id=record_id), 303))


@blueprint.get("/merges/<uuid:merge_id>/undo")
@missing_as_404
def ask_to_undo(merge_id: UUID) -> str:
    """What undoing would leave as it is, since it was written after the merge."""
    with viewer_session() as session:
        return _undo_page(session, merge_id)


@blueprint.post("/merges/<uuid:merge_id>/undo")
@missing_as_404
def undo(merge_id: UUID) -> Response | tuple[str, int]:
    """Undo the merge as a whole, or all of it but what was written since."""
    leave = request.form.get("leave") == "yes"
    try:
        with viewer_session() as session:
            told = read_merge(session, merge_id)
            name, merged_id = told.record_class, told.merged_id
            count = undo_merge(session, merge_id, leave_changed=leave)
    except (NotWritable, RecordMissing):
        raise
    except CasmError as error:
        with viewer_session() as session:
            return _undo_page(session, merge_id, error), 409
    say_done(f"The merge is undone; {count} records are as they were.")
    return make_response(redirect(url_for("records.record", name=name, record_id=merged_id), 303))


def _both(session: Session, name: str, record_id: UUID, other_id: UUID) -> tuple[Record, Record]:
    kept, other = read_record(session, name, record_id), read_record(session, name, other_id)
    if not kept.may_write or not other.may_write:
        raise NotWritable
    return kept, other


def _merge_page(
    session: Session, kept: Record, other: Record, *, error: CasmError | None = None, take: set[str] | None = None
) -> str:
    users = read_users(session, other.record_class.name, other.id)
    rows = [kept.row, other.row, *(line.row for user in users for line in user.lines)]
    return render_page(
        "quality/merge.html", f"Make {other.title} and {kept.title} one", extra_styles=STYLES,
        marking=mark(session, rows), kept=kept, other=other, lines=compared(kept, other, take), users=users,
        failure=error, prefix=TAKE_PREFIX,
    )  # fmt: skip


def compared(kept: Record, other: Record, take: set[str] | None) -> list[dict[str, object]]:
    """The fields that differ, both as they are kept; what the kept one lacks is taken unless said otherwise.

    Not in the reader's own units: rounded, two that differ could look alike.
    """
    theirs = {line.name: line for line in field_lines(other, AS_KEPT)}
    return [
        {"name": line.name, "label": line.label, "kept": line.text, "other": theirs[line.name].text,
         "taken": line.name in take if take is not None else not line.text}
        for line in field_lines(kept, AS_KEPT)
        if line.name in theirs and line.text != theirs[line.name].text and theirs[line.name].text
        and line.name not in ("status", "aliases")
    ]  # fmt: skip


def _undo_page(session: Session, merge_id: UUID, error: CasmError | None = None) -> str:
    told = read_merge(session, merge_id)
    kept, merged = (read_record(session, told.record_class, one) for one in (told.kept_id, told.merged_id))
    if not kept.may_write or not merged.may_write:
        raise NotWritable
    return render_page(
        "quality/undo.html", f"Undo the merge of {merged.title} into {kept.title}", extra_styles=STYLES,
        marking=mark(session, [kept.row, merged.row]), kept=kept, merged=merged, told=told, failure=error,
        changes=changed_since(session, merge_id),
    )  # fmt: skip
