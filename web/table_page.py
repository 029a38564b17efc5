"""The table twin of the map: the same content as rows, for screen readers, printing and the impatient."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from casm.exchange.overview import read_overview
from web.config import web_config
from web.errors import style_links
from web.kept_pages import kept_page
from web.map_addresses import map_addresses
from web.maps.page import as_of, table_rows
from web.maps.windows import MOST_DRAWN
from web.marking import bear
from web.viewer import viewer_session

blueprint = Blueprint("table_page", __name__)


@blueprint.get("/table")
def table() -> str | bytes | Response:
    """Pairs with their intervals, gaps, coverage and sites."""
    return kept_page(make_table_page)


def make_table_page(navigation: Markup) -> str:
    """The tables with this navigation at their head."""
    addresses = map_addresses()
    with viewer_session() as session:
        overview = read_overview(session, most_drawn=MOST_DRAWN, clusters=True)
    title = addresses.title or web_config().title
    return render_template(
        "table_page.html", title=title, marking=bear(overview.marking), policy="", styles=style_links(),
        as_of=as_of(overview, datetime.now(UTC)), tables=table_rows(overview),
        site_records=addresses.site_records,
        navigation=navigation,
    )  # fmt: skip
