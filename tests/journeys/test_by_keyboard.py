"""A day's work without a mouse: sign in, find, open, edit, save, read the map and its tables, sign out."""

import re
from threading import Thread

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from casm.accounts.invitation import invite
from casm.db.tables import Owner
from casm.mail.mailer import Mailer
from casm.mail.settings import MailSettings
from casm.sharing.viewer import FIELD_CLASSES, Viewer
from web import create_app
from web.config import WebConfig

PASSWORD = "walnut-lantern-57-brook"
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
MOST_TABS = 90
# What has the focus, in the words a person would use; and whether one can see that it has.
FOCUSED = """(wanted) => {
  const at = document.activeElement;
  const words = (at.getAttribute("aria-label") || at.innerText || "").trim();
  const ring = getComputedStyle(at);
  return {
    found: at.matches(wanted.selector) && (!wanted.words || words === wanted.words),
    name: at.tagName + "#" + at.id + " " + words.slice(0, 40),
    seen: ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2,
    shown: at.getClientRects().length > 0,
  };
}"""


@pytest.fixture(scope="module")
def served(module_database, small_map):
    """Address of the application for those who sign in, and the way in for an editor of Campbell County."""
    server = make_server("127.0.0.1", 0, None, threaded=True)
    address = f"http://localhost:{server.server_port}"
    mailer = Mailer(MailSettings(None, "casm@localhost", address))
    server.app = create_app(WebConfig(module_database, trusted_hosts=("localhost",), mailer=mailer))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address, mailer
    server.shutdown()
    thread.join(10)


def invitation(database, mailer, email: str) -> str:
    """The link by which an editor of the county that has the small inventory's sites arrives."""
    with database.session(Viewer.local_administrator()) as session:
        (county,) = session.scalars(select(Owner.id).where(Owner.code == "us.tn.campbell")).all()
    return invite(
        database, Viewer.local_administrator(), mailer, email=email, name="Kay Board", owner_id=county,
        role="agency_editor", field_classes=FIELD_CLASSES,
    ).link  # fmt: skip


def tab_to(page, selector: str, words: str = "") -> None:
    """Press Tab until it has the focus, which must be seen; what the focus met on the way when it never comes."""
    met = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED, {"selector": selector, "words": words})
        met.append(at["name"])
        if at["found"]:
            assert at["shown"], f"{selector} has the focus and is not shown"
            assert at["seen"], f"nobody sees that {selector} has the focus"
            return
    pytest.fail(f"no way by keyboard to {selector} {words!r}: {met}")


def press(page, selector: str, words: str = "") -> None:
    """Go there by Tab and press Enter; the page that follows is there."""
    tab_to(page, selector, words)
    enter(page)


def enter(page) -> None:
    """Press Enter where it leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def open_menu(page) -> None:
    """On a phone the links at the head are behind a button."""
    if page.viewport_size["width"] < 600:
        tab_to(page, "summary", "Menu")
        page.keyboard.press("Enter")


def go(page, words: str) -> None:
    """Follow a link at the head of the page."""
    open_menu(page)
    press(page, "nav a", words)


@pytest.mark.parametrize(
    "size", [pytest.param(WIDE, id="wide"), pytest.param(PHONE, id="phone", marks=pytest.mark.full)]
)
def test_a_days_work_without_a_mouse(open_page, module_database, served, size):
    address, mailer = served
    email = f"kay{size['width']}@campbell.example"
    page, watch = open_page(invitation(module_database, mailer, email), size)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    tab_to(page, "#again")
    page.keyboard.type(PASSWORD)
    enter(page)
    page.get_by_text("Your account is ready").wait_for()

    # The cursor waits in the first empty field.
    page.goto(f"{address}/sign-in")
    page.keyboard.type(email)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    enter(page)
    page.wait_for_selector("html[data-ready=yes]")
    tab_to(page, "a.skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    go(page, "Records")
    page.get_by_role("heading", name="Records", level=2).wait_for()
    press(page, ".class-cards a[href$='/site']")
    page.get_by_role("heading", name="Sites", level=2).wait_for()
    tab_to(page, "#search")
    page.keyboard.type("Ridge")
    enter(page)
    page.wait_for_url("**search=Ridge**")
    press(page, "tbody a", "Ridge")
    page.get_by_role("heading", name="Ridge", level=2).wait_for()

    press(page, "main a", "Edit")
    tab_to(page, "#field-overall_height_agl_m")
    page.keyboard.press("Control+a")
    page.keyboard.type("160")
    enter(page)
    page.wait_for_selector("[role=alert]")
    tab_to(page, "[role=alert] a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "field-overall_height_agl_m"
    page.keyboard.press("Control+a")
    page.keyboard.type("160 ft")
    press(page, "main button", "Save")
    page.get_by_text("48.768 m (160 ft)").wait_for()

    go(page, "Map")
    page.wait_for_selector("html[data-ready=yes]")
    tab_to(page, ".folium-map")
    page.keyboard.press("Enter")
    page.wait_for_selector("#why .where", state="attached")
    go(page, "Tables")
    page.get_by_role("heading", name="Sites", level=2).wait_for()
    assert page.get_by_text("160 ft (49 m)").is_visible()

    open_menu(page)
    press(page, "button.sign-out")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert watch.errors == []
    assert [line for line in watch.console if not re.search("422|verbose", line)] == []
