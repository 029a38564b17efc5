"""Two counties as people click them: one invites, enters and shares; the other sees; it is revoked, and is gone."""

import os
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

from casm.accounts.invitation import invite
from casm.inventory.owner import Owner
from casm.inventory.site import Site
from casm.mail.mailer import Mailer
from casm.mail.settings import MailSettings
from casm.sharing.links import make_link
from casm.sharing.shared_part import shared_part
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer
from web import create_app
from web.config import WebConfig

PASSWORD = "walnut-lantern-57-brook"
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
READY = "html[data-ready=yes]"
# Set to a folder, this keeps a picture of each page for a person to look at.
PICTURES = os.environ.get("CASM_PICTURES")


@pytest.fixture(scope="module")
def owners(module_database):
    """Tennessee with two counties; ids by code."""
    made = {"us.tn": None}
    with module_database.session(Viewer.local_administrator()) as session:
        for code, kind, name, parent in (
            ("us.tn", "state", "Tennessee", None),
            ("us.tn.campbell", "county", "Campbell County", "us.tn"),
            ("us.tn.scott", "county", "Scott County", "us.tn"),
        ):
            owner = Owner(kind=kind, code=code, name=name, parent_id=made[parent] if parent else NATION_OWNER_ID)
            session.add(owner)
            session.flush()
            made[code] = owner.id
    return made


@pytest.fixture(scope="module")
def address(module_database, owners):
    """Where the application is served; it has no mail server, so links are handed over."""
    server = make_server("127.0.0.1", 0, None, threaded=True)
    origin = f"http://localhost:{server.server_port}"
    mailer = Mailer(MailSettings(None, "casm@localhost", origin))
    server.app = create_app(WebConfig(module_database, trusted_hosts=("localhost",), mailer=mailer))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield origin
    server.shutdown()
    thread.join(10)


@pytest.fixture
def managers_link(module_database, owners, address):
    """Invite an administrative manager from this machine, as the first one is; the link."""

    def inviting(email, name, owner):
        return invite(
            module_database, Viewer.local_administrator(), Mailer(MailSettings(None, "casm@localhost", address)),
            email=email, name=name, owner_id=owners[owner], role="administrative_manager", field_classes=FIELD_CLASSES,
        ).link  # fmt: skip

    return inviting


def picture(page, name):
    """Keep a picture where one is wanted; nothing runs off the page's side."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"two-counties-{name}.png", full_page=True)


def accept(page):
    """Accept the invitation the page shows."""
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()


def sign_in(page, address, email):
    """Sign in by password and come to the map."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_selector(READY)


def go(page, name):
    """Follow a link of the navigation."""
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()


def test_one_county_shares_with_another_and_takes_it_back(open_page, address, managers_link, monkeypatch):
    # The second step of signing in has a journey of its own.
    monkeypatch.setenv("CASM_SECOND_FACTOR_ROLES", "none")
    people = {}
    for who, name, owner in (
        ("sam", "Sam Swic", "us.tn"),
        ("ann", "Ann Alder", "us.tn.campbell"),
        ("bob", "Bob Birch", "us.tn.scott"),
    ):
        page, watch = open_page(managers_link(f"{who}@tn.example", name, owner))
        accept(page)
        sign_in(page, address, f"{who}@tn.example")
        people[who] = page, watch
    (sam, _), (ann, _), (bob, _) = people["sam"], people["ann"], people["bob"]

    go(ann, "People")
    ann.get_by_role("link", name="Invite a person").click()
    ann.get_by_role("textbox", name="Name").fill("Eve Elm")
    ann.get_by_role("textbox", name="E-mail").fill("eve@campbell.example")
    ann.get_by_label("Agency editor").check()
    ann.get_by_role("button", name="Send the invitation").click()
    link = ann.locator(".once").inner_text()
    eve, eve_watch = open_page(link)
    accept(eve)
    go(sam, "People")
    sam.get_by_role("button", name="Approve").click()

    sign_in(eve, address, "eve@campbell.example")
    enter(
        eve,
        f"{address}/records/site/new",
        name="Cross Mountain",
        latitude="36.2215",
        longitude="-84.2716",
        datum="WGS84",
    )
    enter(
        eve, f"{address}/records/station/new", name="Repeater 1", site="Cross Mountain", station_tx_freqs_mhz="154.28"
    )
    picture(eve, "entered")

    assert markers(bob) == 0
    go(ann, "Sharing")
    ann.get_by_role("link", name="Share with others").click()
    ann.get_by_label("Its name or code").fill("Scott County")
    picture(ann, "share")
    ann.get_by_role("button", name="Share", exact=True).click()
    ann.get_by_text("Shared with Scott County.").wait_for()
    picture(ann, "shared")

    go(bob, "Map")
    bob.wait_for_selector(READY)
    assert markers(bob) == 1
    bob.get_by_role("button", name="Site Cross Mountain").click()
    assert "Repeater 1 · 154.2800 MHz" in bob.locator("#why").inner_text()
    picture(bob, "seen")
    go(bob, "Sharing")
    bob.get_by_role("link", name="What you can see, and why").click()
    assert "shown to Scott County" in bob.locator("main").inner_text()
    picture(bob, "why")
    go(bob, "Map")
    bob.wait_for_selector(READY)
    assert markers(bob) == 1

    ann.get_by_role("button", name="Revoke what is shared with Scott County").click()
    ann.get_by_text("The grant is revoked.").wait_for()
    go(bob, "Tables")
    assert "Cross Mountain" not in bob.content()
    go(bob, "Map")
    bob.wait_for_selector(READY)
    assert markers(bob) == 0
    picture(bob, "gone")
    for page, watch in (*people.values(), (eve, eve_watch)):
        assert watch.errors == []
        assert watch.console == []
        assert watch.foreign_requests(urlsplit(page.url).netloc) == []


def enter(page, address, **fields):
    """Fill in a record's form and save it."""
    page.goto(address)
    for name, text in fields.items():
        field = page.locator(f"[name=field-{name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/new"))


def markers(page):
    """How many sites the map draws."""
    return page.locator(".casm-site").count()


def test_a_shared_link_is_a_map_that_bears_its_mark(open_page, address, module_database, owners):
    with module_database.session(Viewer.local_administrator()) as session:
        session.add(Site(owner_id=owners["us.tn.scott"], name="Pine Knob", position="SRID=4326;POINT(-84.5 36.4)"))
        part = shared_part(["site"], ["public"])
        link, token = make_link(session, owners["us.tn.scott"], "Flood exercise", part, password="a word or two")
    for viewport in (WIDE, PHONE):
        page, watch = open_page(f"{address}/s/{token}", viewport)
        assert page.url == f"{address}/shared/{link.id}"
        assert token not in page.content()
        page.get_by_label("Password").fill("a word or two")
        page.get_by_role("button", name="Open the map").click()
        page.wait_for_selector(READY)
        assert markers(page) == 1
        assert page.locator(".watermark").is_visible()
        assert "Shared by Scott County · Flood exercise" in page.locator(".watermark").text_content()
        picture(page, f"link-{viewport['width']}")
        page.get_by_role("button", name="Site Pine Knob").click()
        if viewport is WIDE:
            page.get_by_role("button", name="Who can talk here?").click()
            page.locator("#why").get_by_text("No pair of agencies").or_(page.locator("#why p").first).wait_for()
        assert watch.errors == []
        assert watch.console == []
        assert token not in "".join(watch.requests[1:])
