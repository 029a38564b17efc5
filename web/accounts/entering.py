"""Letting somebody in at this browser, and where to go from there."""

from urllib.parse import urlsplit

from flask import Response, current_app, redirect, request, session, url_for
from werkzeug.exceptions import HTTPException

from casm.accounts.passkey import RelyingParty
from casm.accounts.session import sign_out
from casm.accounts.sign_in import SignedIn
from web.browser_session import give_session, session_token, take_session
from web.config import web_config
from web.viewer import request_origin

# Where somebody wanted to go before signing in, kept while a second factor is asked for.
WANTED = "wanted"
PAGE_OF_STAGE = {"second_factor": "sign_in.second_factor", "set_up_second_factor": "factors.factors_page"}


def enter(signed_in: SignedIn, wanted: str) -> Response:
    """Give the browser its session and lead on: to the second factor, or to the page that was wanted.

    Whatever the browser carried before is dropped, so that nothing planted beforehand outlives signing in.
    """
    session.clear()
    page = PAGE_OF_STAGE.get(signed_in.session.stage)
    if page is not None:
        session[WANTED] = wanted
    response = see_other(wanted if page is None else url_for(page))
    give_session(response, signed_in.token)
    return response


def leave() -> Response:
    """End the session of this browser, if it has one, and lead to the sign-in page."""
    token = session_token()
    if token is not None:
        sign_out(web_config().database, token, request_origin())
    session.clear()
    response = see_other(url_for("sign_in.sign_in_page"))
    take_session(response)
    return response


def wanted_page() -> str:
    """The page this request says, or a page before it said, was wanted: always one of ours."""
    return own_page(request.values.get("next") or session.get(WANTED) or "/")


def own_page(address: str) -> str:
    """The address if it is a page of this server that can be looked at; else the first page."""
    # Browsers read a backslash as a slash and drop tabs and line ends, so such an address may lead elsewhere.
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return "/"
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or len(address) > 2000:
        return "/"
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(parts.path, method="GET")
    except HTTPException:
        return "/"
    return "/" if endpoint.startswith("sign_in.") else address


def see_other(address: str) -> Response:
    """An answer that makes the browser fetch another page."""
    response = redirect(address, 303, Response)
    assert isinstance(response, Response)
    return response


def relying_party() -> RelyingParty:
    """This site as passkeys know it: by the address people type, never by a part of it."""
    origin = web_config().public_url or request.host_url.rstrip("/")
    return RelyingParty(id=urlsplit(origin).hostname or "localhost", origin=origin)
