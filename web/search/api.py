"""The search for programs: GET /api/search?q=text, and &class= for one class alone."""

import json
from typing import Any

from flask import Blueprint, Response, url_for
from werkzeug.exceptions import HTTPException

from casm.exchange.marking import mark
from casm.search.find import Found, Group, find_records
from web.marking import bear
from web.search.asked import read_asked
from web.viewer import viewer_session

blueprint = Blueprint("search_api", __name__, url_prefix="/api")


@blueprint.get("/search")
def search() -> Response:
    """What was found, class by class, best first."""
    try:
        asked = read_asked()
    except HTTPException as error:
        told = {"type": "about:blank", "title": "Bad request", "status": 400, "detail": error.description}
        return Response(json.dumps(told), 400, mimetype="application/problem+json")
    with viewer_session() as session:
        found = find_records(session, asked.typed, only=asked.only)
        marking = mark(session, (row for group in found.groups for hit in group.hits for row in hit.rows))
    told = found_json(found) | {"handling": bear(marking if found.groups else None).as_members()}
    return Response(json.dumps(told), mimetype="application/json")


def found_json(found: Found) -> dict[str, Any]:
    """What was found, as members; "more": whether there are further records than are counted."""
    return {
        "query": found.typed,
        "all_words": found.whole,
        "corrected": [{"typed": typed, "on_record": word} for typed, word in found.near],
        "count": found.count,
        "more": found.more,
        "classes": [group_json(group) for group in found.groups],
    }


def group_json(group: Group) -> dict[str, Any]:
    """The records of one class."""
    return {
        "class": group.record_class.name,
        "words": group.record_class.plural,
        "count": group.count,
        "more": group.more,
        "records": [
            {"id": str(hit.line.id), "title": hit.line.title, "owner": hit.line.owner, "retired": hit.line.retired,
             "score": round(hit.score, 3), "matched": [{"field": label, "text": text} for label, text in hit.matched],
             "href": url_for("records_api.record", name=hit.line.record_class.name, record_id=hit.line.id)}
            for hit in group.hits
        ],
    }  # fmt: skip
