"""The page of the audit: who saw, changed, exported and shared what, for auditors and administrative managers."""

import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, cast

from flask import Blueprint, request, send_file, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from casm.audit.export import CSV, FORMATS, audit_marking, write_export
from casm.audit.read import Filter, actions_of, owner_codes_of, read_events
from casm.sharing.asset_class import CLASS_OF_TABLE
from web.page_frame import render_page
from web.viewer import current_viewer, may, viewer_session

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

PAGE_EVENTS = 50
# Shown when no day is asked for: what an auditor looks at every month, found without reading years.
USUAL_DAYS = 30
SPOOL_BYTES = 4_000_000
MIMETYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
LONGEST_WORD = 200


@blueprint.get("")
def events() -> str:
    """Events of the asker's owners, newest first, 50 to a page."""
    given = given_filter(request.args)
    wanted = filter_of(given)
    with viewer_session() as session:
        lines = list(read_events(session, wanted, before=place_in(request.args), limit=PAGE_EVENTS + 1))
        actions = actions_of(session, wanted)
        marking = audit_marking(session, (line.owner_code for line in lines))
    shown, older = lines[:PAGE_EVENTS], None
    if len(lines) > PAGE_EVENTS:
        last = shown[-1]
        older = url_for("audit.events", **given, before=f"{last.at.astimezone(UTC).isoformat()}_{last.id}")
    return render_page(
        "audit/events.html", "Audit", marking=marking, lines=shown, older=older, given=given, actions=actions,
        is_record=CLASS_OF_TABLE.__contains__ if may("editor") else lambda _table: False,
        paged="before" in request.args,
    )  # fmt: skip


@blueprint.post("/export")
def export() -> Response:
    """The events of a filter as a file; the export is an event itself."""
    file_format = request.form.get("format", CSV)
    if file_format not in FORMATS:
        raise BadRequest("The audit is written as csv or jsonl.")
    wanted, now = filter_of(given_filter(request.form)), datetime.now(UTC)
    # Written before anything is sent: the file leaves only when the event of it is stored.
    spool = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES))  # noqa: SIM115
    viewer = current_viewer()
    with viewer_session() as session:
        marking = audit_marking(session, owner_codes_of(session, wanted))
        write_export(session, viewer, spool, file_format, wanted, marking, now)
    spool.seek(0)
    name = marking.file_name(f"audit-{now:%Y%m%dT%H%M%SZ}", file_format)
    response = send_file(spool, mimetype=MIMETYPES[file_format], as_attachment=True, download_name=name)
    response.headers["CASM-Marking"] = marking.header
    return response


def given_filter(values) -> dict[str, str]:
    """The filter as the form shows it; without any day, the last USUAL_DAYS days."""
    names = ("since", "until", "actor", "action", "owner")
    given = {name: values[name].strip()[:LONGEST_WORD] for name in names if values.get(name, "").strip()}
    if not {"since", "until"} & set(values):
        given["since"] = f"{datetime.now(UTC) - timedelta(days=USUAL_DAYS):%Y-%m-%d}"
    return given


def filter_of(given: dict[str, str]) -> Filter:
    """What the form asks for; BadRequest names a day that is none."""
    until = day("until", given)
    return Filter(
        since=day("since", given),
        until=until and until + timedelta(days=1),
        actor=given.get("actor"),
        action=given.get("action"),
        owner_code=given.get("owner"),
    )


def day(name: str, given: dict[str, str]) -> datetime | None:
    """The beginning of a day (UTC)."""
    if name not in given:
        return None
    try:
        return datetime.strptime(given[name], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise BadRequest(f"Give {name} as a day, such as 2026-11-22.") from None


def place_in(values) -> tuple[datetime, uuid.UUID] | None:
    """Where the page before ended."""
    told = values.get("before", "")
    if not told:
        return None
    at, _, event_id = told.rpartition("_")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), uuid.UUID(event_id)
    except (ValueError, OverflowError):
        raise BadRequest("This page of the audit does not exist; begin again at the newest events.") from None
