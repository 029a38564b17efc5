"""Requests that change something must come from our own pages: what the browser says of their source.

Beside the CSRF token of each form, not in its place. A program that is no browser says nothing and is let through,
as it carries no cookie that a foreign page could misuse.
"""

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import Forbidden

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OWN_SOURCES = ("same-origin", "none")
# Browsers send reports on behalf of a page, not from it.
EXEMPT_ENDPOINTS = ("csp_report.report",)


def refuse_foreign(app: Flask) -> None:
    """Refuse each changing request that the browser says another site has caused."""

    @app.before_request
    def look() -> None:
        if request.method not in SAFE_METHODS and request.endpoint not in EXEMPT_ENDPOINTS and is_foreign():
            raise Forbidden("This request came from another site. Open the page here and try again.")


def is_foreign() -> bool:
    """Whether the headers name another source (Fetch Metadata first, else Origin).

    With our referrer policy a browser gives "null" as the origin of our own forms too, so that proves nothing.
    """
    source = request.headers.get("Sec-Fetch-Site")
    if source is not None:
        return source not in OWN_SOURCES
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.host
