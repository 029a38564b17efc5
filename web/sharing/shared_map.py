"""The map behind a share link: its secret is swapped for a cookie, then it shows just what was shared."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from casm.accounts.throttle import TooManyAttempts
from casm.exchange.marking import Marking
from casm.sharing.open_link import (
    OpenLink,
    arrival_pass,
    is_pass,
    link_of_id,
    link_of_token,
    opened_pass,
    record_view,
    try_password,
)
from web import explain_api, map_pages, table_page
from web.config import web_config
from web.map_addresses import MapAddresses, answer_at
from web.page_frame import render_page, words_of
from web.viewer import forget_asker, request_origin

blueprint = Blueprint("shared", __name__)

COOKIE = "casm-link"
# A browser takes a cookie of this prefix only over TLS (RFC 6265bis, 4.1.3.1).
SECURE_PREFIX = "__Secure-"
WRONG_PASSWORD = "That is not the password of this link."

R = TypeVar("R")


@blueprint.get("/s/<token>")
def arrive(token: str) -> AnyResponse:
    """Swap the secret of the address for a cookie, so that it stays in no history, log or picture of the screen."""
    database = web_config().database
    link = link_of_token(database, token, request_origin())
    if link is None:
        abort(404)
    response = redirect(url_for("shared.shared_map", link_id=link.id), 303)
    return keep_pass(response, link, arrival_pass(database.seal, link))


def keep_pass(response: AnyResponse, link: OpenLink, word: str) -> AnyResponse:
    """Let the browser hold the passes of this link, for its pages alone and until it is closed."""
    response.set_cookie(
        cookie_name(), word, path=f"/shared/{link.id}", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def cookie_name() -> str:
    """The name of a link's cookie in this request's scheme."""
    return f"{SECURE_PREFIX}{COOKIE}" if request.is_secure else COOKIE


def of_link(view: Callable[..., R]) -> Callable[..., R]:
    """Answer on behalf of an opened link; where it is closed, unknown or the pass is missing, alike: not found."""

    @wraps(view)
    def answered(link_id: UUID, **arguments: Any) -> R:
        link, opened = link_here(link_id)
        if not opened:
            abort(404)
        read_as(link)
        return view(**arguments)

    return answered


def link_here(link_id: UUID) -> tuple[OpenLink, bool]:
    """The link in force whose pass this browser holds, and whether it is opened; 404 for any other."""
    database = web_config().database
    link = link_of_id(database, link_id, request_origin())
    arrived, _, opened = request.cookies.get(cookie_name(), "").partition(".")
    if link is None or not is_pass(arrived, arrival_pass(database.seal, link)):
        abort(404)
    return link, link.password_hash is None or is_pass(opened, opened_pass(database.seal, link))


def read_as(link: OpenLink) -> None:
    """Let the rest of this request read as the link, whoever else is signed in at this browser."""
    forget_asker()
    g.viewer = link.viewer(request_origin())
    base = f"/shared/{link.id}"
    until = f"until {link.expires_at:%Y-%m-%d}"
    answer_at(
        MapAddresses(
            map=base,
            tables=f"{base}/table",
            explain=f"{base}/explain",
            relief=f"{base}/relief.png",
            overlays=f"{base}/overlays",
            sites=f"{base}/sites",
            site_records="",
            title=link.title,
            watermark=f"Shared by {link.owner} · {link.title} · {until} · {str(link.id)[:8]}",
            navigation=navigation(base),
        )
    )


def navigation(base: str) -> Markup:
    """The two pages of a link."""
    links = Markup("")
    for words, address in (("Map", base), ("Tables", f"{base}/table")):
        here = Markup(' aria-current="page"') if request.path == address else Markup("")
        links += Markup('<a href="{}"{}>{}</a>').format(address, here, words)
    return Markup('<nav aria-label="Pages">{}</nav>').format(links)


@blueprint.get("/shared/<uuid:link_id>")
def shared_map(link_id: UUID) -> AnyResponse:
    """The map of what was shared, or the question for its password."""
    link, opened = link_here(link_id)
    if not opened:
        return ask_password(link)
    record_view(web_config().database, link, request_origin())
    read_as(link)
    return map_pages.map_page()


@blueprint.post("/shared/<uuid:link_id>")
def give_password(link_id: UUID) -> AnyResponse:
    """Open the link by its password."""
    link, opened = link_here(link_id)
    database = web_config().database
    if not opened:
        try:
            fits = try_password(database, link, request.form.get("password", ""), request_origin())
        except TooManyAttempts as error:
            response = ask_password(link, words_of(error), 429)
            response.headers["Retry-After"] = str(error.retry_after_s)
            return response
        if not fits:
            return ask_password(link, WRONG_PASSWORD, 403)
    response = redirect(url_for("shared.shared_map", link_id=link.id), 303)
    return keep_pass(response, link, f"{arrival_pass(database.seal, link)}.{opened_pass(database.seal, link)}")


def ask_password(link: OpenLink, error: str = "", status: int = 200) -> Response:
    """The question for the password; it tells nothing of what is shared."""
    page = render_page(
        "sharing/open_link.html", "A shared map", marking=Marking(), error=error, navigation=Markup(""),
        action=url_for("shared.give_password", link_id=link.id),
    )  # fmt: skip
    return make_response(page, status)


@blueprint.get("/shared/<uuid:link_id>/table")
@of_link
def shared_table() -> AnyResponse:
    """The tables of what was shared."""
    return make_response(table_page.table())


@blueprint.get("/shared/<uuid:link_id>/explain")
@of_link
def shared_explain() -> Response:
    """What the shared results say of one place."""
    return explain_api.explain()


@blueprint.get("/shared/<uuid:link_id>/sites")
@of_link
def shared_sites() -> dict[str, object]:
    """Shared sites of a window, counted in cells."""
    return map_pages.site_clusters()


@blueprint.get("/shared/<uuid:link_id>/relief.png")
@of_link
def shared_relief() -> Response:
    """The shaded relief of the terrain."""
    return map_pages.relief_image()


@blueprint.get("/shared/<uuid:link_id>/overlays/<uuid:result_id>/<name>")
@of_link
def shared_overlay(result_id: UUID, name: str) -> dict[str, object]:
    """An overlay of a shared result."""
    return map_pages.overlay(result_id, name)


@blueprint.get("/shared/<uuid:link_id>/overlays/<uuid:result_id>/<name>.png")
@of_link
def shared_overlay_image(result_id: UUID, name: str) -> Response:
    """The image of an overlay of a shared result."""
    return map_pages.overlay_image(result_id, name)
