"""What a person or a program is told when something is not there or goes wrong: words, never a trace."""

from flask import Flask, Response, json, render_template, request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound, SecurityError

from casm.errors import CasmError
from casm.exchange.marking import Marking
from web.maps.page import STYLES

HEADINGS: tuple[tuple[type[HTTPException], str, str], ...] = (
    (NotFound, "Not found", "There is nothing at this address, or nothing that you may see."),
    (SecurityError, "Wrong host", "This server does not answer to the name it was called by."),
    (MethodNotAllowed, "Not possible", "This address cannot be used that way."),
)


def explain(app: Flask) -> None:
    """Answer errors of the application as pages, or as RFC 9457 problems below /api/ and /map/overlays/."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if isinstance(error, BadRequest) and not isinstance(error, SecurityError):
            return answer(400, "Not understood", error.description or "The request could not be understood.")
        for kind, heading, words in HEADINGS:
            if isinstance(error, kind):
                return answer(error.code or 500, heading, words)
        return answer(error.code or 500, error.name, error.description or error.name)

    @app.errorhandler(CasmError)
    def said_in_words(error: CasmError) -> Response:
        app.logger.warning("%s %s: %s", request.method, request.path, error)
        return answer(500, "This could not be done", error.message, error.mend)

    @app.errorhandler(SQLAlchemyError)
    def no_database(error: SQLAlchemyError) -> Response:
        app.logger.error("%s %s: %s", request.method, request.path, type(error).__name__, exc_info=error)
        return answer(503, "The database does not answer", "The page needs it.", "run `casm db status`, then try again")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.error("%s %s", request.method, request.path, exc_info=error)
        return answer(500, "Something went wrong here", "It is this program's fault and has been written to its log.")


def answer(status: int, heading: str, words: str, mend: str = "") -> Response:
    """The error as a page for people or a problem document (RFC 9457) for programs."""
    if asked_by_program():
        problem = {"type": "about:blank", "title": heading, "status": status, "detail": words}
        return Response(json.dumps(problem), status, mimetype="application/problem+json")
    page = render_template(
        "error.html", title="CASM", marking=Marking(), policy="", styles=style_links(), heading=heading,
        explanation=words, mend=mend,
    )  # fmt: skip
    return Response(page, status, mimetype="text/html")


def asked_by_program() -> bool:
    """Whether this address answers programs and scripts, which read problem documents and follow no sign-in page."""
    return request.path.startswith(("/api/", "/map/overlays/"))


def style_links() -> Markup:
    """Our own style sheets, by address."""
    return Markup("").join(Markup('<link rel="stylesheet" href="/static/{}">\n').format(name) for name in STYLES)
