"""Every class in a real browser, by keyboard: found in its table, edited in its cell, changed together and undone."""

import random
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from borrowed import borrow
from repeats import FULL
from werkzeug.serving import make_server

from casm.sharing.asset_class import CLASS_OF_TABLE
from web import create_app
from web.config import WebConfig

PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
QUIET = ("422 (UNPROCESSABLE", "409 (CONFLICT)")
CHOSEN = sorted(CLASS_OF_TABLE) if FULL else ["site"]


@pytest.fixture(scope="module")
def editing():
    """What the tests of editing type."""
    return borrow("casm/editing/conftest.py")


@pytest.fixture(scope="module")
def edited_by_one(module_database, editing):
    """(world, address) of an application as an editor of County One sees it."""
    world = editing.make_world(module_database)
    app = create_app(WebConfig(module_database, world.editor_one))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield world, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def quiet(watch, address):
    """Nothing ran or was refused, and nothing was asked of another host."""
    assert watch.errors == []
    assert [line for line in watch.console if not any(known in line for known in QUIET)] == []
    assert watch.foreign_requests(urlsplit(address).netloc) == []


def assert_in_reach(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("name", CHOSEN)
def test_a_record_is_edited_in_its_table_by_keyboard_and_changed_together(name, open_page, edited_by_one):
    world, address = edited_by_one
    record_id = world.records[name]
    page, watch = open_page(f"{address}/records/{name}?columns=remarks&sort=created_at", bypass_csp=True)
    row = f"[id='row-{record_id}']"
    page.focus(f"{row} th")
    # The cell of remarks, by its key: what is wrong is said in place, what is right leads back to the very row.
    page.keyboard.press("F2")
    page.wait_for_selector("#field-remarks")
    assert page.locator(".record-form [name^=field-]").count() == 1
    page.fill("#field-remarks", "AB" * 32)
    page.click("button:has-text('Save')")
    page.wait_for_selector("text=must never be in a record")
    page.fill("#field-remarks", "typed in the table")
    page.focus("button:has-text('Save')")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{row} >> text=typed in the table")
    assert page.evaluate("location.hash") == f"#row-{record_id}"
    page.wait_for_function(f"document.activeElement.closest('tr')?.id === 'row-{record_id}'")
    # Ticked, set together, previewed, changed and undone.
    page.keyboard.press("x")
    page.click("button:has-text('Set fields')")
    page.select_option("#add", value="remarks")
    page.click("button:has-text('Add')")
    page.wait_for_selector("#field-remarks")
    page.fill("#field-remarks", "set together")
    page.click("button:has-text('Preview')")
    page.wait_for_selector("text=Nothing has been changed yet")
    assert page.inner_text("del") == "typed in the table"
    assert page.inner_text("ins") == "set together"
    assert_in_reach(page)
    page.click("button:has-text('Change 1')")
    page.wait_for_selector("text=changed together.")
    page.click("button:has-text('Undo')")
    page.wait_for_selector("text=put back together.")
    assert_in_reach(page)
    page.goto(f"{address}/records/{name}/{record_id}")
    assert page.locator("ins:has-text('set together')").count() == 1
    for button, then in (("Retire", "is retired"), ("Take back into use", "is in use again")):
        page.click(f"a:has-text('{button}')")
        page.click(f"main button:has-text('{'Retire' if button == 'Retire' else 'Take'}')")
        page.wait_for_selector(f"text={then}")
    quiet(watch, address)


def test_a_filter_is_made_without_scripts_and_is_the_address(open_page, edited_by_one):
    _world, address = edited_by_one
    page, watch = open_page(f"{address}/records/site", java_script_enabled=False)
    page.select_option("#add", value="overall_height_agl_m")
    page.click("button:has-text('Add')")
    page.fill("[name='overall_height_agl_m.from']", "150")
    page.click("button:has-text('Show')")
    assert page.is_visible("text=write the unit after it: m, ft")
    page.fill("[name='overall_height_agl_m.from']", "149 ft")
    page.fill("[name='overall_height_agl_m.to']", "151 ft")
    page.click("button:has-text('Show')")
    assert page.locator("tbody tr").count() == 1
    assert urlsplit(page.url).query == "overall_height_agl_m.from=149+ft&overall_height_agl_m.to=151+ft"
    page.click("a[aria-label^='Without: Overall height above ground from']")
    assert urlsplit(page.url).query == "overall_height_agl_m.to=151+ft"
    page.click("th a:has-text('Name')")
    assert urlsplit(page.url).query == "overall_height_agl_m.to=151+ft&sort=-name"
    assert watch.errors == []


@pytest.mark.full
def test_tables_are_in_reach_of_everybody(open_page, edited_by_one):
    _world, address = edited_by_one
    paths = ("/records/site?structure_type.is=pole&open=verified_on", "/records/channel", "/records/site?name.is=x",
             "/records/site?overall_height_agl_m.from=5")  # fmt: skip
    drawn = paths if FULL else random.Random(7).sample(paths, 2)
    for viewport in (None, PHONE):
        for path in drawn:
            page, _watch = open_page(address + path, viewport, bypass_csp=True)
            page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
            assert_in_reach(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
