"""Two editors in real browsers: a record is typed in with the keyboard alone, changed by both, and nobody's is lost."""

from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

from casm.sharing.viewer import Viewer
from web import create_app
from web.config import WebConfig

PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
QUIET = ("409 (CONFLICT)", "422 (UNPROCESSABLE")


@pytest.fixture(scope="module")
def editors(module_database, small_map):
    """Addresses at which two editors of the small inventory work, each on a server of his own."""
    servers = []
    for name in ("Ann Editor", "Bob Editor"):
        viewer = Viewer.local_administrator(name)
        server = make_server("127.0.0.1", 0, create_app(WebConfig(module_database, viewer)), threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()


def quiet(watch, address):
    """Nothing ran or was refused, and nothing was asked of another host."""
    assert watch.errors == []
    assert [line for line in watch.console if not any(known in line for known in QUIET)] == []
    assert watch.foreign_requests(urlsplit(address).netloc) == []


def test_a_site_is_typed_in_by_keyboard_on_a_phone(open_page, editors):
    page, watch = open_page(editors[0] + "/records/site/new", PHONE)
    page.focus("#owner")
    page.select_option("#owner", label="Campbell County (us.tn.campbell)")
    page.keyboard.press("Tab")
    page.keyboard.type("Keyboard Knob")
    for name, text in (("latitude", "36-18-00 N"), ("longitude", "84-18-00 W"), ("overall_height_agl_m", "150")):
        page.focus(f"#field-{name}")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    page.focus("[role=alert] a")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#field-overall_height_agl_m"
    assert page.get_attribute("#field-overall_height_agl_m", "aria-invalid") == "true"
    page.fill("#field-overall_height_agl_m", "150 ft")
    page.press("#field-overall_height_agl_m", "Enter")
    page.wait_for_selector("text=The site was made.")
    assert page.is_visible("text=45.72 m (150 ft)")
    page.wait_for_selector("#place-map .place-name >> text=Keyboard Knob")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    quiet(watch, editors[0])


def test_a_place_is_picked_with_the_keyboard_and_with_the_mouse(open_page, editors, small_map):
    """The cross follows the map that the arrow keys move; a click takes the place under the pointer."""
    page, watch = open_page(f"{editors[0]}/records/site/{small_map.valley}/edit")
    page.wait_for_selector("#pick-place:not([hidden]) .leaflet-overlay-pane path", state="attached")
    before = (float(page.input_value("#field-latitude")), float(page.input_value("#field-longitude")))
    page.focus("#place-map")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(600)
    page.focus("#pick-middle")
    page.keyboard.press("Enter")
    north = (float(page.input_value("#field-latitude")), float(page.input_value("#field-longitude")))
    assert before[0] + 0.005 < north[0] < before[0] + 0.2
    assert abs(north[1] - before[1]) < 0.002
    assert "taken" in page.inner_text("#pick-said")
    box = page.locator("#place-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    assert float(page.input_value("#field-longitude")) > north[1] + 0.005
    page.fill("#field-coordinates", "16S GF 45123 12345")
    page.click("button[type=submit]:has-text('Save')")
    page.wait_for_selector("text=the position is stated twice")
    page.fill("#field-coordinates", "")
    page.click("button[type=submit]:has-text('Save')")
    page.wait_for_selector("text=Saved as version 2.")
    quiet(watch, editors[0])


def test_a_class_is_looked_at_on_a_map_and_as_a_table(open_page, editors, small_map):
    """Marks come from the server, lead to records by keyboard, and the same filter is a table."""
    for viewport in (None, PHONE):
        page, watch = open_page(f"{editors[0]}/records/site/map", viewport)
        page.wait_for_selector("#class-map .cluster")
        page.wait_for_selector("#class-map-said:has-text('in view')")
        page.locator("#class-map .cluster-one").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".leaflet-popup a[href^='/records/site/']")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        page.click("text=The same as a table")
        page.wait_for_selector("table.records-table")
        assert page.is_visible("text=On a map")
        quiet(watch, editors[0])


def test_the_slower_of_two_editors_sees_both_states_and_saves_on_top(open_page, editors, small_map):
    here = f"/records/site/{small_map.ridge}"
    ann, ann_watch = open_page(editors[0] + here + "/edit")
    bob, bob_watch = open_page(editors[1] + here + "/edit")
    ann.fill("#field-address", "Ridge Road")
    ann.fill("#field-remarks", "EXERCISE: Ann's")
    ann.click("text=Save")
    ann.wait_for_selector("text=Saved as version 2.")
    bob.fill("#field-remarks", "EXERCISE: Bob's")
    bob.fill("#field-structure_owner", "County")
    bob.click("text=Save")
    bob.wait_for_selector("text=Ann Editor changed this record meanwhile")
    assert bob.input_value("#field-address") == "Ridge Road"
    assert bob.input_value("#field-remarks") == "EXERCISE: Bob's"
    bob.click("text=Save mine on top")
    bob.wait_for_selector("text=Saved as version 3.")
    ann.goto(editors[0] + here)
    assert ann.is_visible("text=Changed by Bob Editor")
    ann.click("text=Put version 2 back")
    ann.click("button:has-text('Put version 2 back')")
    ann.wait_for_selector("text=Version 2 was put back, as version 4.")
    quiet(ann_watch, editors[0])
    quiet(bob_watch, editors[1])


@pytest.mark.full
def test_the_pages_are_in_reach_of_everybody(open_page, editors, small_map):
    """No fault that axe-core finds, wide and on a phone."""
    here = f"/records/site/{small_map.valley}"
    wide = ("/records", "/records/site", "/records/site/map", here, here + "/edit", here + "/retire")
    for viewport, paths in ((None, wide), (PHONE, (here, here + "/edit"))):
        for path in paths:
            page, _watch = open_page(editors[0] + path, viewport, bypass_csp=True)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
