"""The page of what a search found, class by class."""

from flask import Blueprint
from markupsafe import Markup

from casm.editing.record_class import record_class_of
from casm.exchange.marking import mark
from casm.search.find import find_records
from web.page_frame import render_page
from web.search.asked import read_asked
from web.viewer import viewer_session

blueprint = Blueprint("search", __name__)

STYLES = Markup('<link rel="stylesheet" href="/static/search/search.css">\n')


@blueprint.get("/search")
def search() -> str:
    """What was found, best first, each with the fields that matched."""
    asked = read_asked()
    with viewer_session() as session:
        found = find_records(session, asked.typed, only=asked.only)
        marking = mark(session, (row for group in found.groups for hit in group.hits for row in hit.rows))
    return render_page(
        "search/results.html", "Search", extra_styles=STYLES, marking=marking if found.groups else None, found=found,
        only=None if asked.only is None else record_class_of(asked.only),
    )  # fmt: skip
