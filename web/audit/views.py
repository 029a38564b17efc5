"""Who saw what: each answer that showed records to a person is one event, before it leaves."""

import uuid
from collections import Counter
from typing import Any

from flask import Flask, Response, g, request

from casm.audit.reading import Reading, count_into, seen_of
from casm.audit.views import record_view, view_event
from casm.sharing.asset_class import CLASS_OF_TABLE
from casm.sharing.viewer import Viewer
from web.access import ACCESS_OF_ENDPOINT
from web.config import web_config
from web.request_log import shown_path
from web.viewer import possible_viewer

# Pages of these show records, accounts or the audit; the rest is for anyone, or about the asker's own account.
RECORDED = ("reader", "editor", "manager", "auditor", "link")
# They show no record by themselves: terrain, and where an image lies that is fetched next. The look at a link's map is
# recorded, and counted, by the link itself; the download of a file by the reading of it.
NOT_RECORDED = {
    "map_pages.relief_image", "map_pages.overlay", "shared.shared_relief", "shared.shared_overlay", "shared.shared_map",
    "files.get",
}  # fmt: skip
# What was chosen is too long for an address, so the preview of it answers a form.
SHOWN_BY_POST = {"bulk.together"}
WORDS = {
    "map_pages.map_page": "the map",
    "map_pages.overlay_image": "a result on the map",
    "shared.shared_overlay_image": "a result on a shared map",
    "explain_api.explain": "what reaches one place",
    "shared.shared_explain": "what reaches one place, by a link",
    "table_page.table": "the tables",
    "shared.shared_table": "the tables of a link",
    "records.classes": "the classes of records",
    "search.search": "a search of all records",
    "search_api.search": "a search of all records",
    "audit.events": "the audit",
}


def record_views(app: Flask) -> None:
    """Count what is read while a page is made, and record it with who asked for it."""

    @app.before_request
    def begin() -> None:
        g.reading = Reading(subject()[1])
        count_into(g.reading)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        count_into(None)

    @app.after_request
    def record(response: Response) -> Response:
        if response.status_code == 200 and is_recorded():
            viewer = possible_viewer()
            count_into(None)
            if viewer is not None and g.get("told") != g.reading.counts:
                record_view(web_config().database, viewer, **shown_by(g.reading))
        return response


def is_recorded() -> bool:
    """Whether the audit is to know of this request's answer, once it shows something."""
    endpoint = request.endpoint or ""
    asked = request.method == "GET" or endpoint in SHOWN_BY_POST
    return asked and ACCESS_OF_ENDPOINT.get(endpoint) in RECORDED and endpoint not in NOT_RECORDED


def expected_event(viewer: Viewer, counts: Counter[tuple[uuid.UUID, str]]) -> dict[str, Any] | None:
    """The event of this request if it reads just these rows; None where nothing is recorded.

    Whoever has had it recorded puts the counts into g.told, so that it is not told twice.
    """
    return view_event(viewer, **shown_by(Reading(counts=counts))) if viewer.is_person and is_recorded() else None


def shown_by(reading: Reading) -> dict[str, Any]:
    """What the event of this request says of it (casm.audit.views.view_event)."""
    table, subject_id = subject()
    words = None if table else WORDS.get(request.endpoint or "", shown_path())
    named = {"name": reading.subject_name} if table and reading.subject_name else {}
    return {
        "what": words, "seen": seen_of(reading.counts), "subject_table": table, "subject_id": subject_id,
        "details": named,
    }  # fmt: skip


def subject() -> tuple[str | None, uuid.UUID | None]:
    """The record that the address names, if it names one."""
    given = (request.view_args or {}).values()
    table = next((value for value in given if isinstance(value, str) and value in CLASS_OF_TABLE), None)
    subject_id = next((value for value in given if isinstance(value, uuid.UUID)), None)
    return (table, subject_id) if subject_id else (None, None)
