"""The application as an editor sees it, on a database filled by typing one record of each class."""

import re
from html.parser import HTMLParser

import pytest
from borrowed import borrow

from casm.sharing.viewer import Viewer
from web import create_app
from web.config import WebConfig


@pytest.fixture(scope="session")
def editing():
    """What the tests of editing type, and the world they make."""
    return borrow("casm/editing/conftest.py")


@pytest.fixture(scope="module")
def typed_world(module_database, editing):
    """One record of each class in the first of two counties."""
    return editing.make_world(module_database)


def application(world, viewer: Viewer | None):
    """The application with a viewer at hand."""
    return create_app(WebConfig(world.database, viewer, trusted_hosts=("localhost",)))


@pytest.fixture(scope="module")
def open_as(typed_world):
    """A client that reads and writes as a viewer."""
    kept = {}

    def opened(viewer):
        if viewer.actor not in kept:
            kept[viewer.actor] = application(typed_world, viewer)
        return Browser(kept[viewer.actor].test_client())

    return opened


class Form(HTMLParser):
    """The main form of a page, as a browser would submit it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self.action: str | None = None
        self._in, self._text, self._select = False, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form" and found.get("method") == "post" and "sign-out" not in found.get("action", ""):
            self._in, self.action = True, found.get("action")
        if not self._in:
            return
        if tag == "input" and found.get("name"):
            if found.get("type") != "checkbox" or "checked" in found:
                self.values.append((found["name"], found.get("value", "")))
        elif tag == "textarea":
            self._text = (found["name"], "")
        elif tag == "select":
            self._select = [found["name"], None]
        elif tag == "option" and self._select is not None and ("selected" in found or self._select[1] is None):
            self._select[1] = found.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._in = False
        elif tag == "textarea" and self._text is not None:
            name, text = self._text
            # A browser leaves out the first line break of a text area.
            self.values.append((name, text.removeprefix("\n").replace("\n", "\r\n")))
            self._text = None
        elif tag == "select" and self._select is not None:
            self.values.append((self._select[0], self._select[1] or ""))
            self._select = None

    def handle_data(self, data):
        if self._text is not None:
            self._text = (self._text[0], self._text[1] + data)


class Browser:
    """A client that fills in forms."""

    def __init__(self, client) -> None:
        self.client = client
        self.get, self.post, self.patch, self.delete = client.get, client.post, client.patch, client.delete

    def form(self, address: str) -> tuple[str, dict[str, list[str]]]:
        """(where it goes, its values by name) of the form on a page."""
        page = self.get(address)
        assert page.status_code == 200, page.text[:2000]
        return self.form_of(address, page.text)

    def form_of(self, address: str, page: str) -> tuple[str, dict[str, list[str]]]:
        """The same of a page at hand."""
        form = Form(page)
        values: dict[str, list[str]] = {}
        for name, value in form.values:
            values.setdefault(name, []).append(value)
        return form.action or address, values

    def submit(self, address: str, /, **changed):
        """Open a form, change some of its fields, and send it."""
        action, values = self.form(address)
        return self.client.post(action, data={**values, **{f"field-{name}": text for name, text in changed.items()}})

    def token(self) -> str:
        """A token for requests that are no forms."""
        page = self.get("/records/site/new").text
        return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
