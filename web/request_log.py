"""One line a request in the log, found again by the id its answer carries; nothing secret is ever in it."""

import json
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from web.config import web_config

REQUEST_ID = "X-Request-Id"
# What our own proxy gives a request; anybody else's word for it is not taken.
_PROXY_ID = re.compile(r"[0-9a-f]{32}")
# Parts of an address that open something by being known.
SECRET_PARTS = frozenset({"token", "code", "secret", "key", "password"})
LOGGER = logging.getLogger("casm.requests")


def request_id() -> str:
    """The id of this request: in its answer, its log line, its audit events and on its error page."""
    if "request_id" not in g:
        given = request.headers.get(REQUEST_ID, "") if web_config().behind_proxy else ""
        g.request_id = given if _PROXY_ID.fullmatch(given) else secrets.token_hex(16)
    return str(g.request_id)


def shown_path() -> str:
    """The request's path for a log: parts that are secrets left out, the query never in it.

    An address that nothing answers may be a share link with a slip in it, so of those only the first part is shown.
    """
    rule = request.url_rule
    if rule is None:
        first = request.path.split("/")[1][:40]
        return f"/{first}" if request.path.count("/") == 1 and len(first) < 20 else f"/{first[:20]}/…"
    shown = request.path
    for name, value in (request.view_args or {}).items():
        if name in SECRET_PARTS or any(name.endswith(f"_{secret}") for secret in SECRET_PARTS):
            shown = shown.replace(str(value), "…")
    return shown


def write_to_stderr(*, every_request: bool) -> None:
    """Let this process's log go to stderr: failures always, each request where that is wanted."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger("casm")
    root.addHandler(handler)
    root.setLevel(logging.INFO if every_request else logging.WARNING)
    root.propagate = False


def log_requests(app: Flask) -> None:
    """Write a line for each request of the application, as JSON."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()
        request_id()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID] = request_id()
        LOGGER.info(line_of(response))
        return response


def line_of(response: Response) -> str:
    """The log line of an answer."""
    begun = g.get("begun")
    return json.dumps(
        {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request": request_id(),
            "from": request.remote_addr or "",
            "method": request.method[:16],
            "path": shown_path(),
            "status": response.status_code,
            "bytes": response.calculate_content_length(),
            "ms": None if begun is None else round((time.perf_counter() - begun) * 1000, 1),
        },
        ensure_ascii=False,
    )


def log_failure(error: BaseException) -> None:
    """Write what failed and where in the program; of a database error its kind only, as its text holds rows."""
    said = {"request": request_id(), "method": request.method[:16], "path": shown_path()}
    LOGGER.error("%s\n%s", json.dumps(said, ensure_ascii=False), "".join(trace_of(error)))


def trace_of(error: BaseException) -> Iterator[str]:
    """The frames of an error and of what led to it, outermost cause first, without any statement's values."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from trace_of(earlier)
        yield "which led to\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}{_words_of(error)}\n"


def _words_of(error: BaseException) -> str:
    database_state = getattr(getattr(error, "orig", error), "pgcode", None)
    if isinstance(error, SQLAlchemyError) or hasattr(error, "pgcode"):
        return f" (SQLSTATE {database_state})" if database_state else ""
    return f": {error}"
