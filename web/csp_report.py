"""Browsers report here what the content security policy made them refuse: each report is a line in the log."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, request
from werkzeug.exceptions import UnsupportedMediaType

from web.request_log import request_id

PATH = "/csp-report"
TYPES = ("application/csp-report", "application/reports+json", "application/json")
MOST_BYTES = 16_384
LOGGER = logging.getLogger("casm.csp")

blueprint = Blueprint("csp_report", __name__)


@blueprint.post(PATH)
def report() -> tuple[str, int]:
    """Take one report, or several of the Reporting API; what is none counts as a report too, so that none is lost."""
    request.max_content_length = MOST_BYTES
    if request.mimetype not in TYPES:
        raise UnsupportedMediaType
    for refused in reports_in(request.get_data()):
        LOGGER.warning("%s", json.dumps({"request": request_id(), **refused}, ensure_ascii=False))
    return "", 204


def reports_in(body: bytes) -> list[dict[str, str]]:
    """What was refused, by which directive, on which page: the start of addresses only, as they may hold secrets."""
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    entries = given if isinstance(given, list) else [given]
    return [_refused(entry) for entry in entries[:20]]


def _refused(entry: Any) -> dict[str, str]:
    inner = entry.get("csp-report", entry.get("body")) if isinstance(entry, dict) else None
    if not isinstance(inner, dict):
        return {"directive": "unreadable report"}
    directive = inner.get("effective-directive") or inner.get("effectiveDirective") or inner.get("violated-directive")
    return {
        "directive": str(directive)[:60],
        "refused": start_of_address(inner.get("blocked-uri") or inner.get("blockedURL")),
        "page": start_of_address(inner.get("document-uri") or inner.get("documentURL")),
    }


def start_of_address(address: Any) -> str:
    """Scheme, host and first part of the path; words such as "inline" as they are."""
    try:
        parts = urlsplit(str(address or "")[:500])
    except ValueError:
        return ""
    if not parts.scheme:
        return parts.path[:20]
    return f"{parts.scheme}://{parts.netloc}/{parts.path.split('/')[1][:20] if '/' in parts.path else ''}"[:120]
