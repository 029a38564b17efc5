"""The handling mark of each answer: stated once by whoever makes it, at head and foot of its page, and in a header."""

from flask import Flask, Response, g, request

from casm.exchange.marking import Marking
from web.access import ACCESS_OF_ENDPOINT
from web.security import STATIC_ENDPOINTS

HEADER = "CASM-Marking"
# Of pages that show no record: those before signing in are for anyone, those of accounts and sharing are not.
FOR_ANYONE = Marking()
OF_THE_PROGRAM = Marking(tlp="AMBER", sensitivity="internal")


def bear(marking: Marking | None) -> Marking:
    """Have this answer bear a mark, made by casm.exchange.marking.mark of what it shows; None: it shows no record.

    Returns the mark that the page's template takes.
    """
    g.marking = _without_records() if marking is None else marking
    return g.marking


def page_marking() -> Marking:
    """The mark of this answer, as stated so far."""
    stated: Marking | None = g.get("marking")
    return _without_records() if stated is None else stated


def put_marking(app: Flask) -> None:
    """Put the mark into the header of every answer but our own scripts and styles."""

    @app.after_request
    def add_header(response: Response) -> Response:
        if request.endpoint not in STATIC_ENDPOINTS:
            response.headers.setdefault(HEADER, page_marking().header)
        return response


def _without_records() -> Marking:
    who = ACCESS_OF_ENDPOINT.get(request.endpoint or "", "public")
    return FOR_ANYONE if who in ("public", "link") else OF_THE_PROGRAM
