"""Every page there is, wide and on a phone, as axe and a ruler see it: no serious fault, nothing beyond the edge.

The pages are those of web.access, in the world of the access tests, which has something for each. In the quick run a
sample, drawn anew with each change of the addresses; all of them at full counts. With CASM_PICTURES=FOLDER each leaves
a picture there, for a person to look at.
"""

import json
import os
import random
from pathlib import Path
from threading import Thread
from types import ModuleType
from urllib.parse import urlsplit

import numpy as np
import pytest
from borrowed import borrow
from repeats import FULL
from werkzeug.serving import make_server

from casm.accounts.origin import Origin
from casm.accounts.session import begin_session
from casm.sharing.viewer import Viewer
from web import create_app
from web.access import ACCESS_OF_ENDPOINT
from web.config import WebConfig

QUICK_PAGES = 3
PICTURES = os.environ.get("CASM_PICTURES")
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# The code of the manager's own state in that world.
OWN_CODE = "us.aa"
GRAVE = ("serious", "critical")
# Endpoints that answer GET with something else than a page, or that lead on to one.
NO_PAGES = {
    "static", "asset_files.asset", "health.health", "csp_report.report", "explain_api.explain",
    "map_pages.relief_image", "map_pages.overlay", "map_pages.overlay_image", "records.table_csv", "sharing.outlines",
    "sign_in.second_factor", "sign_in.passkey_options", "sign_in.second_factor_options", "factors.passkey_options",
    "provider.start", "provider.answer", "provider.accept_here", "provider.link_here", "shared.arrive",
    # Of two records of one class, looked at in test_quality_in_a_browser.
    "merging.compare", "merging.ask_to_undo",
    "shared.shared_explain", "shared.shared_relief", "shared.shared_overlay", "shared.shared_overlay_image",
    "files.get", "files.small", "records.clusters", "map_pages.site_clusters", "shared.shared_sites",
}  # fmt: skip

# Pages of something that must have been done first: the tests that do it look at them.
SEEN_ELSEWHERE = {"bulk.changed"}


def isolation() -> ModuleType:
    """The world that the access tests build."""
    return borrow("web/isolation/conftest.py")


@pytest.fixture(scope="module")
def world(module_database, module_database_urls, small_inventory):
    """Something of everything, and somebody in each role."""
    patch = pytest.MonkeyPatch()
    patch.setenv("CASM_SECOND_FACTOR_ROLES", "none")
    flat = np.full((small_inventory.ROWS, small_inventory.COLS), 0.97, dtype=np.float32)
    yield isolation().build_world(module_database, module_database_urls.migrator, small_inventory.geotiff(flat))
    patch.undo()


@pytest.fixture(scope="module")
def app(world):
    """The application as it is served."""
    return create_app(WebConfig(world.database, trusted_hosts=("localhost",)))


@pytest.fixture(scope="module")
def address(app):
    """Where it is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join(10)


@pytest.fixture(scope="module")
def cookie(world):
    """The session of the manager, who may open every page."""
    with world.database.gate_session(Viewer.local_administrator()) as gate:
        token, _session = begin_session(
            gate, world.accounts["manager"], stage="open", method="password", origin=Origin()
        )
    return token


def asker_of(endpoint: str) -> str:
    """On whose behalf a page is opened."""
    return {"public": "anonymous", "link": "link"}.get(ACCESS_OF_ENDPOINT[endpoint], "manager")


def pages_of(app, world, classes) -> list[tuple[str, str]]:
    """(endpoint, path) of every address that takes GET, those of a class for each of these classes."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in rule.methods or rule.endpoint in NO_PAGES | SEEN_ELSEWHERE or rule.rule.startswith("/api/"):
            continue
        names = {"name", "asset_class", "record_id"} & set(rule._converters)
        for record_class in classes if names else classes[:1]:
            values = {name: value_of(name, kind, world, record_class) for name, kind in rule._converters.items()}
            # Not every class takes files, and the world has one on a site alone.
            fileless = rule.endpoint.startswith("files.") and record_class != "site"
            if None not in values.values() and not fileless:
                found.append((rule.endpoint, adapter.build(rule.endpoint, values)))
    return found


def value_of(name: str, converter, world, record_class: str):
    """What is put into a rule's parameter: the manager's own of everything; None where the world has none of it."""
    if name == "record_id":
        return world.records["own"][record_class]
    if name in ("name", "asset_class"):
        return record_class
    if name in ("owner_id", "owner_code"):
        return world.owners["own"] if name == "owner_id" else OWN_CODE
    if type(converter).__name__ == "UUIDConverter":
        return world.others["own"].get(name)
    if type(converter).__name__ == "IntegerConverter":
        return 1
    return world.link_tokens["own"] if name == "token" else "none"


def grave_faults(page) -> list[tuple[str, str]]:
    """What axe calls serious or critical."""
    page.evaluate(f"(() => {{ {AXE.read_text(encoding='utf-8')} }})()")
    found = json.loads(
        page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))")
    )
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in GRAVE]


def keep_picture(page, name: str) -> None:
    """A picture of the whole page, the strips at its ends, where pictures are wanted."""
    if not PICTURES:
        return
    size = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(size | {"height": min(max(height, size["height"]), 6000)})
    page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png")
    page.set_viewport_size(size)


def look_at(open_page, address: str, asker: str, token: str, world, pages, sizes) -> list[str]:
    """Open pages one after the other; what is wrong with any."""
    faults = []
    for size in sizes:
        page, watch = open_page(f"{address}/health", size)
        if asker == "manager":
            page.context.add_cookies([{"name": "casm", "value": token, "url": address}])
        if asker == "link":
            page.goto(f"{address}/s/{world.link_tokens['own']}")
        for endpoint, path in pages:
            answer = page.goto(address + path)
            shown = f"{endpoint} {path} {size['width']}"
            if not (answer.headers.get("content-type") or "").startswith("text/html"):
                faults.append(f"{shown}: no page, {answer.headers.get('content-type')}")
                continue
            if answer.status >= (400 if asker == "manager" else 500) or urlsplit(page.url).path != urlsplit(path).path:
                faults.append(f"{shown}: {answer.status} at {page.url}")
                continue
            if page.locator("#casm-data").count():
                page.wait_for_selector("html[data-ready=yes]")
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                faults.append(f"{shown}: wider than the window")
            faults += [f"{shown}: {fault}" for fault in grave_faults(page)]
            faults += [f"{shown}: {error}" for error in watch.errors + refused(watch)]
            faults += [f"{shown}: asks {host}" for host in watch.foreign_requests(urlsplit(address).netloc)]
            watch.errors.clear()
            watch.console.clear()
            keep_picture(page, f"{endpoint}-{path.split('/')[2]}" if path.startswith("/records/") else endpoint)
    return faults


def refused(watch) -> list[str]:
    """Lines of the console other than of an answer that says no, and the browser's hints to password managers."""
    return [line for line in watch.console if "Failed to load resource" not in line and not line.startswith("verbose")]


@pytest.mark.skipif(FULL, reason="all are looked at instead")
def test_a_sample_of_the_pages_has_no_grave_fault(open_page, app, world, address, cookie):
    draw = random.Random(len(ACCESS_OF_ENDPOINT))
    classes = draw.sample(sorted(world.records["own"]), 1)
    pages = [one for one in pages_of(app, world, classes) if asker_of(one[0]) == "manager"]
    faults = look_at(open_page, address, "manager", cookie, world, draw.sample(pages, QUICK_PAGES), [PHONE])
    assert faults == []


@pytest.mark.full
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("asker", ["anonymous", "link", "manager"])
def test_no_page_has_a_grave_fault(open_page, app, world, address, cookie, asker, size):
    pages = [one for one in pages_of(app, world, ["site"]) if asker_of(one[0]) == asker]
    assert pages
    assert look_at(open_page, address, asker, cookie, world, pages, [size]) == []


@pytest.mark.full
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_of_any_class_has_a_grave_fault(open_page, app, world, address, cookie, size):
    classes = sorted(set(world.records["own"]) - {"site"})
    pages = [one for one in pages_of(app, world, classes) if one[0].startswith("record") and "site" not in one[1]]
    assert look_at(open_page, address, "manager", cookie, world, pages, [size]) == []
