"""A real browser, and a record of everything a page asked for, said and ran."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

CHROMIUM = Path("/usr/bin/chromium")
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; its absence skips the test on a person's machine and fails it in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is not installed; `make setup` installs it")
        pytest.skip(f"{CHROMIUM} is not installed; `make setup` installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass
class Watch:
    """What a page did: addresses it asked for, errors it had, what it wrote to the console."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def foreign_requests(self, own_host: str) -> list[str]:
        """Addresses of any other host."""
        return [
            address
            for address in self.requests
            if urlsplit(address).scheme not in ("data", "blob", "about") and urlsplit(address).netloc != own_host
        ]


@pytest.fixture
def open_page(browser) -> Iterator:
    """Open an address in a window of its own: `page, watch = open_page(address, viewport)`."""
    contexts = []

    def opened(address: str, viewport: dict[str, int] | None = None, **options):
        context = browser.new_context(viewport=viewport or WIDE, **options)
        contexts.append(context)
        page, watch = context.new_page(), Watch()
        page.on("request", lambda request: watch.requests.append(request.url))
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.on("console", lambda line: watch.console.append(f"{line.type}: {line.text}"))
        page.on("dialog", lambda dialog: (watch.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(address)
        return page, watch

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def small_map(module_database, small_inventory):
    """The small inventory, written once; the ids."""
    from casm.sharing.viewer import Viewer

    with module_database.session(Viewer.local_administrator()) as session:
        return small_inventory.fill(session)


@pytest.fixture(scope="module")
def served(module_database, small_map) -> Iterator[str]:
    """Address of the application on the small inventory."""
    yield from serving(module_database)


def serving(database) -> Iterator[str]:
    """Serve the application on a database from a thread of this process; yields its address."""
    from werkzeug.serving import make_server

    from web import create_app
    from web.config import WebConfig, map_reader

    server = make_server("127.0.0.1", 0, create_app(WebConfig(database, map_reader())), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join(10)


@pytest.fixture(scope="session")
def serve():
    """The function that serves a database, for tests that fill one of their own."""
    return serving
