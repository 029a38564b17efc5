"""Pages of more than is drawn or counted at once: the map's sites in cells, a large jurisdiction's findings fetched."""

from threading import Thread

import pytest
from werkzeug.serving import make_server

from casm.sharing.viewer import Viewer
from web import create_app, map_pages
from web.config import WebConfig
from web.dashboard import pages as dashboard_pages


@pytest.fixture(scope="module")
def address(module_database, small_map):
    """Where the small inventory is served as a large one."""
    patch = pytest.MonkeyPatch()
    patch.setattr(map_pages, "MOST_DRAWN", 2)
    patch.setattr(dashboard_pages, "MOST_RECORDS", 1)
    app = create_app(WebConfig(module_database, Viewer.local_administrator("Ann Admin")))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    patch.undo()


def test_sites_in_cells_come_apart_as_the_map_comes_nearer_and_lead_to_their_records(open_page, address):
    page, watch = open_page(address + "/")
    page.wait_for_selector("html[data-clusters]")
    assert page.inner_text("#clusters-said").endswith("in view.")
    page.evaluate("casm.map.setView([36.3, -84.3], 4, { animate: false })")
    page.wait_for_selector(".leaflet-marker-icon[aria-label='3 sites']")
    page.click(".leaflet-marker-icon[aria-label='3 sites']")
    page.wait_for_function("casm.map.getZoom() > 4")
    page.evaluate("casm.map.setView([36.3, -84.3], 11, { animate: false })")
    page.wait_for_selector(".leaflet-marker-icon[aria-label^='Site ']")
    page.locator(".leaflet-marker-icon[aria-label^='Site ']").first.click()
    page.wait_for_selector("#why a[href^='/records/site/']")
    page.uncheck("input[data-layer=sites]")
    assert page.locator(".leaflet-marker-icon[aria-label^='Site ']").count() == 0
    assert page.get_attribute(".clusters-note a", "href") == "/records/site"
    assert watch.errors == []
    assert [line for line in watch.console if line.startswith("error")] == []


def test_findings_of_many_records_are_counted_after_the_page_is_there(open_page, address):
    page, watch = open_page(address + "/dashboard/us.tn.campbell")
    page.wait_for_selector("#doubtful-figures a[href^='/quality?']")
    href = page.get_attribute("#doubtful-figures .doubt-sums a", "href")
    count = page.inner_text("#doubtful-figures .doubt-sums a")
    page.goto(address + href)
    assert page.is_visible(f"text={count} finding")
    assert watch.errors == []


def test_without_scripts_a_link_leads_to_them(open_page, address):
    page, _watch = open_page(address + "/dashboard/us.tn.campbell", java_script_enabled=False)
    page.click("text=Count them by rule")
    assert page.locator("#doubtful-figures a[href^='/quality?']").count() > 0
