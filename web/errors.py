"""What a person or a program is told when something is not there or goes wrong: words, never a trace."""

import re
from uuid import UUID

from flask import Flask, Response, json, render_template, request
from markupsafe import Markup
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
    SecurityError,
    TooManyRequests,
    UnsupportedMediaType,
)  # fmt: skip

from casm.errors import CasmError
from web.maps.assets import URL_PREFIX, USWDS_SHEET
from web.maps.page import STYLES
from web.marking import FOR_ANYONE, bear
from web.request_log import log_failure, request_id

HEADINGS: tuple[tuple[type[HTTPException], str, str], ...] = (
    (NotFound, "Not found", "There is nothing at this address, or nothing that you may see."),
    (SecurityError, "Wrong host", "This server does not answer to the name it was called by."),
    (MethodNotAllowed, "Not possible", "This address cannot be used that way."),
    (RequestEntityTooLarge, "Too large", "What was sent is larger than this address takes."),
    (RequestURITooLarge, "Address too long", "The address is longer than this server takes."),
    (RequestHeaderFieldsTooLarge, "Headers too large", "The browser sent more headers than this server takes."),
    (UnsupportedMediaType, "Not understood", "This address does not take that kind of content."),
    (TooManyRequests, "Too many requests", "Wait a minute, then go on."),
)
# Of pages with a server behind them; the map as one file has two links and no more.
MENU_STYLES = ("menu.css",)
WAIT_S = "60"
# Words that tell of the machine: an absolute path of two parts or more, a setting, a command of the operator's.
OF_THE_SERVER = re.compile(r"(?<![\w.~])/[\w.-]+/[\w.-]|\bCASM_[A-Z]|\bcasm (?:db|doctor|serve|jobs)\b|\bapt-get\b")


def explain(app: Flask) -> None:
    """Answer errors of the application as pages, or as RFC 9457 problems below /api/ and /map/overlays/."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if isinstance(error, BadRequest) and not isinstance(error, SecurityError):
            return answer(400, "Not understood", error.description or "The request could not be understood.")
        for kind, heading, words in HEADINGS:
            if isinstance(error, kind):
                response = answer(error.code or 500, heading, words)
                if isinstance(error, TooManyRequests):
                    response.headers["Retry-After"] = WAIT_S
                return response
        return answer(error.code or 500, error.name, error.description or error.name)

    @app.errorhandler(CasmError)
    def said_in_words(error: CasmError) -> Response:
        log_failure(error)
        if OF_THE_SERVER.search(str(error)):
            return answer(500, "This could not be done", "The reason is in the server's log.")
        return answer(500, "This could not be done", error.message, error.mend)

    @app.errorhandler(InterfaceError)
    @app.errorhandler(NoConnection)
    @app.errorhandler(OperationalError)
    def no_database(error: Exception) -> Response:
        log_failure(error)
        return answer(503, "The database does not answer", "The page needs it.", "try again in a minute")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log_failure(error)
        return answer(500, "Something went wrong here", "It is this program's fault and has been written to its log.")


def answer(status: int, heading: str, words: str, mend: str = "") -> Response:
    """The error as a page for people or a problem document (RFC 9457) for programs."""
    # Only where an operator must look it up: two answers that say no shall be the same byte for byte.
    reference = request_id() if status >= 500 else ""
    marking = bear(FOR_ANYONE)
    if asked_by_program():
        problem = {"type": "about:blank", "title": heading, "status": status, "detail": words}
        problem |= {"instance": f"urn:uuid:{UUID(reference)}"} if reference else {}
        return Response(json.dumps(problem), status, mimetype="application/problem+json")
    page = render_template(
        "error.html", title="CASM", marking=marking, policy="", styles=style_links(), heading=heading,
        explanation=words, mend=mend, reference=reference,
    )  # fmt: skip
    return Response(page, status, mimetype="text/html")


def asked_by_program() -> bool:
    """Whether this address answers programs and scripts, which read problem documents and follow no sign-in page."""
    return request.path.startswith(("/api/", "/map/overlays/"))


def style_links() -> Markup:
    """The style sheets of every page, by address: the design system's, then our own."""
    addresses = (URL_PREFIX + USWDS_SHEET, *(f"/static/{name}" for name in (*STYLES, *MENU_STYLES)))
    return Markup("").join(Markup('<link rel="stylesheet" href="{}">\n').format(address) for address in addresses)
