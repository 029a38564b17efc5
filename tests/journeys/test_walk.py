"""docs/walk.md, walked: each step of a newcomer's way through the demo region, and the pictures that show it.

`make pictures` takes the pictures anew, into docs/pictures.
"""

import io
import os
import re
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from werkzeug.serving import make_server

from casm.demo.pipeline import build_region
from casm.demo.progress import Steps
from casm.demo.region import TITLE
from casm.sharing.viewer import Viewer
from web import create_app
from web.config import WebConfig

DOCS = Path(__file__).parents[2] / "docs"
WALK = DOCS / "walk.md"
PICTURES = DOCS / "pictures"
# Where pictures are to be left; without it they are taken and looked at, and thrown away.
KEEP_IN = os.environ.get("CASM_WALK_PICTURES")
MOST_BYTES = 2_000_000
WIDTH_PX = 960
COLOURS = 160
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
READY = "html[data-ready=yes]"


def shown_pictures() -> list[str]:
    """Names of the pictures in the walk, in its order."""
    return re.findall(r"!\[[^\]]+\]\(pictures/([a-z-]+)\.png\)", WALK.read_text(encoding="utf-8"))


def test_each_picture_of_the_walk_is_there_and_no_other():
    shown = shown_pictures()
    assert len(shown) == len(set(shown)) >= 8
    assert {path.name for path in PICTURES.iterdir()} == {f"{name}.png" for name in shown}


def test_the_pictures_are_pictures_and_small():
    for path in PICTURES.iterdir():
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert picture.width >= PHONE["width"]
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES


@pytest.fixture(scope="module")
def region(module_database, tmp_path_factory):
    """Address of the demo region, worked out anew and open to an editor at this machine."""
    viewer = Viewer.local_administrator("Ann Editor")
    built = build_region(module_database, viewer, tmp_path_factory.mktemp("demo"), Steps(9))
    config = WebConfig(module_database, viewer, terrain=built.terrain, title=f"EXERCISE: {TITLE}")
    server = make_server("127.0.0.1", 0, create_app(config), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)


class Walk:
    """A browser on its way, and the pictures it takes."""

    def __init__(self, page) -> None:
        self.page, self.taken = page, []

    def picture(self, name: str) -> None:
        """What is in the window now, as a small PNG."""
        taken = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        if taken.width > WIDTH_PX:
            taken = taken.resize((WIDTH_PX, taken.height * WIDTH_PX // taken.width), Image.Resampling.LANCZOS)
        self.taken.append(name)
        if KEEP_IN:
            small = taken.quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(Path(KEEP_IN) / f"{name}.png", optimize=True)

    def go(self, words: str) -> None:
        """Follow a link at the head of the page."""
        self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=words, exact=True).click()


@pytest.mark.full
@pytest.mark.timeout(900)
def test_the_walk_is_as_it_is_told(open_page, region):
    page, watch = open_page(region, WIDE)
    walk = Walk(page)

    page.wait_for_selector(READY)
    assert page.locator(".casm-site").count() == 14
    walk.picture("map")

    page.locator("#list-gaps summary").click()
    page.locator("#list-gaps button", has_text="Stony Fork").first.click()
    page.locator("#why").get_by_text("does not reach").first.wait_for()
    walk.picture("gap")

    page.check("input[value=pair]")
    page.select_option("#agency-a", label="Campbell County Emergency Management")
    page.select_option("#agency-b", label="Jacksboro Volunteer Fire")
    page.wait_for_selector("img.casm-raster")
    page.locator("img.casm-raster").evaluate("image => image.decode()")
    assert "3, perhaps 5" in page.locator("#pair-answer").inner_text()
    walk.picture("pair")

    walk.go("Dashboard")
    page.goto(f"{region}/dashboard/us.tn.campbell")
    page.get_by_role("heading", name=re.compile("Campbell County"), level=2).wait_for()
    page.locator(".leaflet-container").first.wait_for()
    walk.picture("dashboard")

    walk.go("Records")
    page.get_by_role("link", name=re.compile("^Stations")).first.click()
    page.get_by_label("Find by name").fill("Ridge")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**search=Ridge**")
    walk.picture("table")

    page.get_by_label("Search everything").first.fill("block mountin")
    page.get_by_label("Search everything").first.press("Enter")
    page.get_by_text("Taken for typing errors").wait_for()
    walk.picture("search")

    page.get_by_role("main").get_by_role("link", name="EXERCISE Block Mountain", exact=True).click()
    page.locator("#place-map .place-name").wait_for()
    walk.picture("record")

    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Overall height above ground").fill("260")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    walk.picture("mend")

    page.get_by_label("Overall height above ground").fill("260 ft")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("(260 ft)").first.wait_for()
    page.locator("#history").scroll_into_view_if_needed()
    walk.picture("history")

    page.set_viewport_size(PHONE)
    page.goto(f"{region}/records")
    page.locator("summary", has_text="Menu").click()
    walk.picture("phone")
    assert walk.taken == shown_pictures()
    assert watch.errors == []
