"""The map of a public release as anyone opens it: from disk, wide and on a phone, by a click, and on paper."""

import io

import pypdf
import pytest

from casm.sharing.viewer import Viewer
from web.maps.public_map import write_public_map

PHONE = {"width": 390, "height": 844}
READY = "html[data-ready=yes]"


@pytest.fixture(scope="module")
def address(module_database, small_inventory, tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "map.html"
    with module_database.session(Viewer.local_administrator()) as session:
        small_inventory.fill_for_release(session)
    with module_database.session(Viewer.local_administrator()) as session:
        write_public_map(session, path)
    return path.as_uri()


def calm(watch, address):
    """No error, no word on the console, nothing asked for but the file."""
    assert (watch.errors, watch.console, watch.requests) == ([], [], [address])


def test_it_shows_cells_and_what_is_where_and_prints(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    assert sorted(page.locator(".cell-count").all_inner_texts()) == ["3"] * 4
    assert page.locator("path.casm-cell").count() == 4
    page.locator("#ask-centre").click()
    page.evaluate("casm.ask(-84.03, 36.03)")
    told = page.locator("#why").inner_text()
    assert "3 sites" in told
    assert "County VHF" in told
    page.get_by_label("Where a radio system reaches").check()
    assert page.locator("path.casm-reach").count() == 1
    content = page.pdf(prefer_css_page_size=True, print_background=False)
    (sheet,) = pypdf.PdfReader(io.BytesIO(content)).pages
    words = " ".join(sheet.extract_text().split())
    for said in ("TLP:CLEAR", "Where County VHF reaches", "Public release of", "Predicted coverage", " mi", "Printed:"):
        assert said in words, said
    calm(watch, address)


def test_on_a_phone_the_panels_are_sheets(open_page, address):
    page, watch = open_page(address, PHONE)
    page.wait_for_selector(READY)
    page.locator("#open-show").click()
    assert page.get_by_label("How many sites are in each cell").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    calm(watch, address)
