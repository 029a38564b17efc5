"""Findings for programs: listed as JSON; mended, called no fault and merged only with If-Match."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from casm.editing.faults import VersionMissing
from casm.exchange.marking import mark
from casm.quality.dismissal import dismiss, finding_of
from casm.quality.listing import Shown, list_findings
from casm.quality.mending import mend
from casm.quality.merging.merge import merge_records
from casm.quality.merging.undo import undo_merge
from web.marking import bear
from web.quality.kept import asked_findings
from web.quality.pages import owner_of_code, wanted_of_request
from web.records.answers import class_or_404
from web.records.api import answer, body, problems_in_json
from web.viewer import viewer_session

blueprint = Blueprint("quality_api", __name__, url_prefix="/api/quality")

ETAG = re.compile(r'^"([1-9][0-9]{0,8})"$')


@blueprint.get("/findings")
@problems_in_json
def findings() -> Response:
    """A page of findings; ?owner=&rule=&class=&severity=&state=&page= as on the page."""
    with viewer_session() as session:
        owner = owner_of_code(session, request.args.get("owner", ""))
        listing = list_findings(
            session, asked_findings(session, owner.id if owner else None), wanted_of_request(),
            request.args.get("page", 1, type=int),
        )  # fmt: skip
        marking = bear(mark(session, (row for one in listing.shown for row in one.rows)))
    return answer(
        {
            "total": listing.total,
            "page": listing.number,
            "pages": listing.last,
            "findings": [shown_json(one) for one in listing.shown],
        },
        marking,
    )


@blueprint.post("/<name>/<uuid:record_id>/mend")
@problems_in_json
def mend_now(name: str, record_id: UUID) -> Response:
    """Apply a mend: {"rule", "about", "number"}."""
    class_or_404(name)
    asked, version = body(), _version()
    number = asked.get("number", 0)
    if not isinstance(number, int):
        raise BadRequest('"number" says which mend of the finding, from 0.')
    with viewer_session() as session:
        written = mend(session, *_named(asked, name, record_id), version, number)
    return answer({"id": str(record_id), "version": written.version, "changed": sorted(written.changed)}, None)


@blueprint.post("/<name>/<uuid:record_id>/no-fault")
@problems_in_json
def call_no_fault(name: str, record_id: UUID) -> Response:
    """Call a finding no fault: {"rule", "about", "because"}."""
    class_or_404(name)
    asked, version = body(), _version()
    with viewer_session() as session:
        finding = finding_of(session, *_named(asked, name, record_id), version)
        said = dismiss(session, finding, str(asked.get("because", "")))
    return answer({"dismissal": str(said.id), "because": said.because}, None)


@blueprint.post("/<name>/<uuid:record_id>/merge/<uuid:other_id>")
@problems_in_json
def merge(name: str, record_id: UUID, other_id: UUID) -> Response:
    """Merge the other record into this one: {"other_version", "take": [fields]}; If-Match: this one's version."""
    class_or_404(name)
    asked, version = body(), _version()
    other_version, take = asked.get("other_version"), asked.get("take", [])
    if not isinstance(other_version, int) or not isinstance(take, list):
        raise BadRequest('Say the other record\'s version as "other_version", and the fields as a list "take".')
    with viewer_session() as session:
        done = merge_records(session, name, record_id, version, other_id, other_version, map(str, take))
    return answer({"merge": str(done.id), "version": done.kept_version, "moved": done.moved}, None)


@blueprint.post("/merges/<uuid:merge_id>/undo")
@problems_in_json
def undo(merge_id: UUID) -> Response:
    """Undo a merge as a whole; {"leave_changed": true}: all of it but what was written since."""
    asked = body()
    with viewer_session() as session:
        count = undo_merge(session, merge_id, leave_changed=asked.get("leave_changed") is True)
    return answer({"set_back": count}, None)


def shown_json(shown: Shown) -> dict[str, Any]:
    """A finding for programs."""
    finding = shown.finding
    return {
        "rule": finding.rule,
        "title": shown.rule.title,
        "source": shown.rule.source,
        "severity": finding.doubt.severity,
        "class": finding.record_class,
        "id": str(finding.record_id),
        "version": finding.version,
        "record": shown.line.title,
        "owner": shown.line.owner,
        "about": finding.doubt.about,
        "sentence": finding.doubt.sentence,
        "evidence": [{"what": what, "figure": figure} for what, figure in finding.doubt.figures],
        "mends": [one.words for one in finding.doubt.mends] if shown.may_write else [],
        "no_fault": None
        if shown.dismissed is None
        else {"because": shown.dismissed.because, "by": shown.dismissed.by, "at": shown.dismissed.at.isoformat()},
    }


def _named(asked: dict[str, Any], name: str, record_id: UUID) -> tuple[str, str, UUID, str]:
    return str(asked.get("rule", "")), name, record_id, str(asked.get("about", ""))


def _version() -> int:
    """The version that If-Match states."""
    match = ETAG.match(request.headers.get("If-Match", ""))
    if match is None:
        raise VersionMissing
    return int(match[1])
