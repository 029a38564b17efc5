"""The dashboard of a jurisdiction, which one to look at, and the list behind each figure."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from casm.dashboard.counted_rows import read_counted
from casm.dashboard.dashboard import read_dashboard
from casm.dashboard.needs import STATES
from casm.dashboard.scope import ScopeMissing, read_choices, read_scope
from casm.exchange.marking import mark, together
from casm.quality.open_findings import count_open
from web.config import web_config
from web.dashboard.doubtful import MOST_RECORDS, doubtful_of
from web.dashboard.map_data import SHADES, map_data
from web.dashboard.view import (
    SORTS,
    agency_rows,
    branch_lines,
    class_lines,
    ending_columns,
    ending_plot,
    expiry_lines,
    heads,
)
from web.dashboard.words import figure_words
from web.errors import style_links
from web.kept_pages import kept_page
from web.marking import bear
from web.page_frame import FORM_STYLES, render_page
from web.quality.kept import asked_findings
from web.records.answers import class_or_404
from web.viewer import viewer_session

DOUBTFUL_SCRIPT = Markup('<script src="/static/dashboard/doubtful.js"></script>\n')

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard")

STYLES = Markup('<link rel="stylesheet" href="/static/dashboard/dashboard.css">\n')
MAP_STYLES = Markup('<link rel="stylesheet" href="/assets/leaflet/leaflet.css">\n')
MAP_SCRIPTS = Markup(
    '<script src="/assets/leaflet/leaflet.js"></script>\n<script src="/static/dashboard/map.js"></script>\n'
)


@blueprint.get("")
def choose() -> str | AnyResponse:
    """The jurisdictions whose dashboards are offered; straight to it where there is one."""
    with viewer_session() as session:
        choices = read_choices(session)
    if len(choices) == 1:
        return redirect(url_for(".dashboard", owner_code=choices[0].code))
    return render_page("dashboard/choose.html", "Dashboards", choices=choices)


@blueprint.get("/<owner_code>")
def dashboard(owner_code: str) -> str | Response:
    """What is here, missing, stale and about to end; ?sort=, and ?turned=yes for the other way round."""
    sort = request.args.get("sort", "name")
    if sort not in SORTS:
        raise NotFound
    turned = request.args.get("turned") == "yes"

    def make(navigation: Markup) -> str:
        return make_dashboard(navigation, owner_code, sort, turned=turned)

    return kept_page(make, depends_on=(owner_code, sort, turned))


def make_dashboard(navigation: Markup, owner_code: str, sort: str, *, turned: bool) -> str:
    """The page with this navigation at its head."""
    with viewer_session() as session:
        try:
            shown = read_dashboard(session, owner_code)
        except ScopeMissing:
            raise NotFound from None
        found = None
        if shown.sums.here <= MOST_RECORDS:
            found = count_open(session, asked_findings(session, shown.scope.root.id))
        marking = shown.marking if found is None else together([shown.marking, mark(session, found.kinds)])
    places = map_data(shown)
    months = ending_columns(shown)
    return render_template(
        "dashboard/dashboard.html", title=web_config().title, heading=shown.scope.root.name,
        marking=bear(marking), policy="",
        styles=style_links() + FORM_STYLES + (MAP_STYLES if places else Markup("")) + STYLES,
        scripts=(MAP_SCRIPTS if places else Markup("")) + (Markup("") if found else DOUBTFUL_SCRIPT),
        doubtful=doubtful_of(owner_code, found) if found else None, navigation=navigation, shown=shown,
        heads=heads(shown.sums, shown.needs, found),
        classes=class_lines(shown), expiries=expiry_lines(shown), months=months, ending_plot=ending_plot(months),
        agencies=agency_rows(shown), places=places, shades=SHADES, need_states=STATES,
        branches=branch_lines(shown, sort, turned=turned), sorts=SORTS, sort=sort, turned=turned,
    )  # fmt: skip


@blueprint.get("/<owner_code>/doubtful")
def doubtful(owner_code: str) -> str:
    """What the rules doubt, counted by rule and severity; a large jurisdiction's dashboard fetches it from here."""
    with viewer_session() as session:
        try:
            owner = read_scope(session, owner_code).root
        except ScopeMissing:
            raise NotFound from None
        found = count_open(session, asked_findings(session, owner.id))
        marking = mark(session, found.kinds)
    return render_page(
        "dashboard/doubtful.html", f"What is doubtful, counted: {owner.name}", extra_styles=STYLES, marking=marking,
        owner=owner, doubtful=doubtful_of(owner_code, found),
    )  # fmt: skip


@blueprint.get("/<owner_code>/<name>/<figure>")
def counted(owner_code: str, name: str, figure: str) -> str:
    """The records that a figure counts, 100 to a page; ?agency= for those of one agency."""
    record_class = class_or_404(name)
    with viewer_session() as session:
        try:
            page = read_counted(
                session, owner_code, name, figure, agency_id=_agency_id(),
                page=request.args.get("page", 1, type=int),
            )  # fmt: skip
        except ScopeMissing:
            raise NotFound from None
        marking = mark(session, (line.row for line in page.lines))
    heading = f"{record_class.plural[:1].upper()}{record_class.plural[1:]} {figure_words(name, figure)}"
    return render_page(
        "dashboard/counted.html", heading, marking=marking, page=page, agency=request.args.get("agency")
    )


def _agency_id() -> UUID | None:
    given = request.args.get("agency")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NotFound from None
