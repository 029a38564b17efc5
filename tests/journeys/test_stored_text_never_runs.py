"""Script put into every free text field by an import stays text, on every page and in the file."""

import json
import logging
import uuid

import pytest

from casm.sharing.viewer import Viewer
from web.maps.offline_map import write_offline_map

# One text that would run as HTML, in an attribute, in a script's string, as a template, or after a closing tag.
POLYGLOT = (
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=window.__ran=1 )//%0D%0A</stYle/</titLe/</teXtarEa/</scRipt/--!>"
    "\\x3csVg/<sVg/oNloAd=window.__ran=2//>\\x3e<img src=x onerror=window.__ran=3>${window.__ran=4}{{7*7}}"
    "]]><script>window.__ran=5</script>"
)
READY = "html[data-ready=yes]"


@pytest.fixture(scope="module")
def poisoned(module_database, small_inventory):
    """An inventory with the text in every free text field."""
    with module_database.session(Viewer.local_administrator()) as session:
        small_inventory.fill(session, text=POLYGLOT)
    return module_database


@pytest.fixture(scope="module")
def poisoned_server(poisoned, serve):
    """Address of the application on it."""
    yield from serve(poisoned)


@pytest.fixture
def reports():
    """What browsers have reported to the server in a test: each thing the content security policy refused."""
    seen = []

    class Keep(logging.Handler):
        def emit(self, record):
            seen.append(json.loads(record.getMessage()))

    keep, logger = Keep(), logging.getLogger("casm.csp")
    logger.addHandler(keep)
    yield seen
    logger.removeHandler(keep)


@pytest.fixture(autouse=True)
def nothing_reported(reports):
    """No test may end with a report that it has not expected; browsers are closed by then."""
    yield
    assert reports == []


def ran(page) -> object:
    return page.evaluate("window.__ran === undefined ? null : window.__ran")


def use_everything(page):
    """Choose, click and open whatever shows stored text."""
    page.wait_for_selector(READY)
    for theme in ("coverage", "pair"):
        page.check(f"input[value={theme}]")
        page.wait_for_selector("img.casm-raster")
    page.check("input[data-layer=agencies]")
    for latitude, longitude in ((36.25, -84.38), (36.22, -84.25), (36.3, -84.3361728)):
        page.evaluate(f"casm.map.fire('click', {{latlng: L.latLng({latitude}, {longitude})}})")
        page.locator("#why h3").first.wait_for()
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    for button in page.locator("#list-sites button, #list-gaps button").all():
        button.click()
        page.locator("#why dl").first.wait_for()
    page.locator(".leaflet-links-pane path").first.dispatch_event("click")
    page.locator("#why h2", has_text="Link").wait_for()
    assert page.locator("#why script, #why img, #why svg").count() == 0


def quiet(watch):
    """A refused script would be reported on the console; there is none to refuse."""
    assert watch.errors == []
    assert watch.console == []


def test_the_served_map_shows_it_as_text(open_page, poisoned_server):
    page, watch = open_page(poisoned_server)
    use_everything(page)
    assert ran(page) is None
    quiet(watch)
    assert POLYGLOT in page.locator("#list-sites").inner_text()


def test_a_script_that_came_in_all_the_same_is_refused_and_reported(open_page, poisoned_server, reports):
    page, watch = open_page(poisoned_server)
    page.wait_for_selector(READY)
    page.evaluate(
        "() => { const script = document.createElement('script'); script.textContent = 'window.__ran = 6';"
        " document.body.append(script);"
        " document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.__ran=7\">'); }"
    )
    with page.expect_request("**/csp-report") as sent:
        page.evaluate("() => document.body.setAttribute('onclick', 'window.__ran=8')")
    assert sent.value.response().status == 204
    assert ran(page) is None
    # The browser tells of each refusal in its own time.
    directives = {"script-src-elem", "script-src-attr"}
    for _ in range(100):
        refused = [line for line in watch.console if "Content Security Policy" in line]
        if len(refused) >= 3 and {report["directive"] for report in reports} == directives:
            break
        page.wait_for_timeout(100)
    page.close()
    assert len(refused) >= 3
    assert {report["directive"] for report in reports} == directives
    assert {report["refused"] for report in reports} == {"inline"}
    reports.clear()


def test_the_tables_show_it_as_text(open_page, poisoned_server):
    page, watch = open_page(poisoned_server + "table")
    page.locator("table").first.wait_for()
    assert ran(page) is None
    quiet(watch)
    assert page.locator("main script, main img, main svg").count() == 0
    assert page.get_by_text("<script>window.__ran=5</script>").count() > 0


def test_the_file_shows_it_as_text(open_page, poisoned, tmp_path):
    path = tmp_path / "map.html"
    with poisoned.session(Viewer.local_administrator()) as session:
        write_offline_map(session, path, title=f"Title {POLYGLOT} {uuid.uuid4()}")
    page, watch = open_page(path.as_uri())
    use_everything(page)
    assert ran(page) is None
    quiet(watch)


def test_the_payload_does_run_where_nothing_stops_it(open_page, tmp_path):
    path = tmp_path / "bare.html"
    path.write_text(f"<!doctype html><title>bare</title><p>{POLYGLOT}</p>", encoding="utf-8")
    page, _watch = open_page(path.as_uri())
    page.wait_for_function("window.__ran !== undefined")
