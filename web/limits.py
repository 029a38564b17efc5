"""How much one asker may send and how often: sizes of requests, and rates by address and by credential.

Counts are kept in the memory of each worker, so with four workers a rate may be passed fourfold before it bites.
The proxy in front limits addresses before us; signing in has limits of its own, in the database.
"""

import hashlib
from collections.abc import Callable

from flask import Flask, request
from flask_limiter import ApplicationLimit, Limiter

from casm.intake.outlines.container import MOST_BYTES as MOST_OUTLINES_BYTES
from casm.inventory.attachment import MOST_BYTES as MOST_FILE_BYTES
from web import csp_report, limit_windows  # noqa: F401 - the library finds its storage by name
from web.config import WebConfig

# A form with a state's outline in it is under a megabyte. A view that takes files raises its own limit.
MOST_BYTES = 2 * 1024 * 1024
MOST_FIELD_BYTES = 1024 * 1024
MOST_FORM_PARTS = 1000
# Views that take files, and the other fields of their forms beside the file.
MOST_BYTES_WITH_FILE = MOST_FILE_BYTES + 256 * 1024
TAKES_FILES = ("files.add", "files.replace", "files_api.add", "files_api.replace")
MOST_BYTES_WITH_OUTLINES = MOST_OUTLINES_BYTES + 256 * 1024

# The network of a county often shows one address for all its people.
RATE_OF_AN_ADDRESS = "18000 per minute"
RATE_OF_A_CREDENTIAL = "1200 per minute"
# Pages that read all the asker may see: fast enough for any person, too slow to keep the server busy.
RATE_OF_A_HEAVY_PAGE = "120 per minute"
HEAVY_ENDPOINTS = ("map_pages.map_page", "table_page.table", "shared.shared_map", "shared.shared_table")
RATE_OF_REPORTS = "60 per minute"
REPORT_ENDPOINT = f"{csp_report.blueprint.name}.report"


def limit(app: Flask, config: WebConfig) -> None:
    """Put the limits on an application whose views are all registered; rates only where its settings ask for them."""
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=MOST_FIELD_BYTES, MAX_FORM_PARTS=MOST_FORM_PARTS,
    )  # fmt: skip

    @app.before_request
    def let_files_in() -> None:
        if request.endpoint in TAKES_FILES:
            request.max_content_length = MOST_BYTES_WITH_FILE
        if request.endpoint == "outlines.upload":
            request.max_content_length = MOST_BYTES_WITH_OUTLINES

    if not config.rate_limits:
        return
    limiter = Limiter(
        address,
        application_limits=[
            ApplicationLimit(RATE_OF_AN_ADDRESS, address, scope="address"),
            ApplicationLimit(RATE_OF_A_CREDENTIAL, credential, scope="credential"),
        ],
        storage_uri="windows://",
    )
    for endpoint in HEAVY_ENDPOINTS:
        limited(app, limiter, endpoint, RATE_OF_A_HEAVY_PAGE)
    limited(app, limiter, REPORT_ENDPOINT, RATE_OF_REPORTS, address)
    limiter.init_app(app)


def limited(app: Flask, limiter: Limiter, endpoint: str, rate: str, key: Callable[[], str] | None = None) -> None:
    """Give one endpoint a rate of its own, within those of the whole application."""
    view = app.view_functions[endpoint]
    app.view_functions[endpoint] = limiter.limit(rate, key_func=key or credential)(view)


def address() -> str:
    """The client's address, as our own proxy gives it."""
    return request.remote_addr or "unknown"


def credential() -> str:
    """What the asker shows to be let in, as a digest; without any, the address.

    Made-up credentials are counted apart from each other, which is why addresses are counted as well.
    """
    shown = request.headers.get("Authorization") or request.headers.get("Cookie")
    return hashlib.sha256(shown.encode()).hexdigest() if shown else address()
