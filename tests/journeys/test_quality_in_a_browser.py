"""Findings by keyboard on a phone: read, mended, two records made one and parted again; axe finds no grave fault."""

import json
import os
from pathlib import Path
from threading import Thread

import pytest
from borrowed import borrow
from werkzeug.serving import make_server

from web import create_app
from web.config import WebConfig

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("CASM_PICTURES")


@pytest.fixture(scope="module")
def world(module_database):
    return borrow("casm/quality/conftest.py").make_world(module_database)


@pytest.fixture(scope="module")
def address(world):
    app = create_app(WebConfig(world.database, world.editor_one, trusted_hosts=("localhost", "127.0.0.1")))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)


def looked_at(page, name: str) -> None:
    """Nothing beyond the edge, nothing that axe calls serious."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    page.evaluate(f"(() => {{ {AXE.read_text(encoding='utf-8')} }})()")
    found = json.loads(page.evaluate("axe.run(document).then(r => JSON.stringify(r.violations))"))
    grave = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
    assert grave == [], name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


def press(page, name: str) -> None:
    """The button or link of this name, by keyboard."""
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_findings_are_mended_and_doubles_merged_without_a_mouse(open_page, address, world):
    page, watch = open_page(f"{address}/quality", PHONE)
    looked_at(page, "findings")
    page.goto(f"{address}/quality?rule=sides")
    press(page, "Change RX and TX over, with their squelch: VTAC36")
    assert "Mended, as version 2" in page.locator("main").inner_text()
    page.goto(f"{address}/records/channel/{world.ids['OLD WIDE']}")
    looked_at(page, "record")
    page.goto(f"{address}/quality?rule=duplicate&class=site")
    press(page, "Compare and merge: X Mtn")
    looked_at(page, "merge")
    page.get_by_role("radio", name="X Mtn").focus()
    page.keyboard.press("Space")
    press(page, "Make them one")
    assert page.locator("h2").first.inner_text() == "X Mtn"
    press(page, "Undo the merge")
    looked_at(page, "undo")
    press(page, "Undo the merge")
    assert "The merge is undone" in page.locator("main").inner_text()
    assert watch.errors == []
    if PICTURES:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{address}/quality")
        looked_at(page, "findings")
        page.goto(f"{address}/quality/site/{world.ids['Cross Mountain']}/merge/{world.ids['X Mtn']}")
        looked_at(page, "merge")
