"""Maps and tables on paper: one marked sheet for a map as chosen, as many marked sheets as needed for tables."""

import io
import re
import unicodedata

import pypdf
import pytest
from geoalchemy2.shape import from_shape
from shapely.geometry import Point

from casm.inventory.site import Site
from casm.sharing.viewer import Viewer
from web.maps.offline_map import write_offline_map

READY = "html[data-ready=yes]"
MARK = "EXERCISE // TLP:AMBER // for your agency and those it serves, as they need to know"
LETTER_LANDSCAPE_PT = (792, 612)
PHONE = {"width": 390, "height": 844}
SITES = 45
VIEW = "[casm.map.getCenter().lng, casm.map.getCenter().lat, casm.map.getZoom()]"
MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
THEMES = {
    "ground": ["Places, sites and gaps", "Methods: itm, version 1.0"],
    "coverage": ["Where County VHF reaches", "Direction: Both ways", "Served: 95 % or better", "method itm 1.0"],
    "pair": ["Campbell County Sheriff and Scott EMS", "0, perhaps 5", "3 Shared channel", "method itm 1.0"],
}


@pytest.fixture(scope="module")
def many_sites(module_database, small_map):
    """So many sites that their table takes several sheets."""
    with module_database.session(Viewer.local_administrator()) as session:
        session.add_all(
            Site(
                owner_id=small_map.county_owner, name=f"Far {n:02}", position=from_shape(Point(-84.39, 36.21), 4326),
                remarks="EXERCISE",
            )
            for n in range(SITES)
        )  # fmt: skip


@pytest.fixture(scope="module")
def map_file(module_database, many_sites, tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "map.html"
    with module_database.session(Viewer.local_administrator()) as session:
        write_offline_map(session, path)
    return path


@pytest.fixture(params=["served", "file"])
def address(request, served, map_file):
    return served if request.param == "served" else map_file.as_uri()


def printed(page) -> list[pypdf.PageObject]:
    """The sheets as the browser prints them, without background graphics, as most people do."""
    content = page.pdf(prefer_css_page_size=True, print_background=False)
    return list(pypdf.PdfReader(io.BytesIO(content)).pages)


def words_on(sheet: pypdf.PageObject) -> str:
    # Two letters in one glyph are told apart again.
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", sheet.extract_text()))


def test_a_map_is_one_sheet_with_all_that_it_needs(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    for theme, wanted in THEMES.items():
        page.check(f"input[value={theme}]")
        if theme != "ground":
            page.wait_for_selector("img.casm-raster")
        before = page.evaluate(VIEW)
        (sheet,) = printed(page)
        assert (float(sheet.mediabox.width), float(sheet.mediabox.height)) == LETTER_LANDSCAPE_PT
        words = words_on(sheet)
        assert words.count(MARK) == 2
        # Once more on the map itself.
        assert words.count("EXERCISE // TLP:AMBER") == 3
        for said in (*wanted, "Gaps: needs that are not met", "Links between sites"):
            assert said in words, said
        assert re.search(rf"Data: Results of {MOMENT}\. Printed: {MOMENT}\.", words)
        assert re.search(r"\d+ km.*\d+ mi", words)
        assert re.search(r"\bN\b", words)
        for control in ("Print this map", "Ask about the centre", "Why here?", "Shaded relief", "+ −"):
            assert control not in words, control
        assert page.evaluate(VIEW) == pytest.approx(before, abs=1e-3)
        assert page.locator("#print-sheet").is_hidden()
    assert watch.errors == watch.console == []


def test_what_is_off_is_not_in_the_legend(open_page, served):
    page, _watch = open_page(served)
    page.wait_for_selector(READY)
    page.uncheck("input[data-layer=gaps]")
    page.uncheck("input[data-layer=links]")
    assert page.get_by_role("button", name="Print this map").is_visible()
    words = words_on(printed(page)[0])
    assert "Gaps: needs" not in words
    assert "Microwave" not in words


def test_what_has_no_room_is_counted_and_not_cut_off(open_page, served):
    page, _watch = open_page(served)
    page.wait_for_selector(READY)
    page.check("input[value=coverage]")
    page.evaluate(
        "document.querySelector('#made ul').append(...Array.from({length: 60}, (_, n) =>"
        " Object.assign(document.createElement('li'), {textContent: `Doubt ${n} of many words that take up a line`})))"
    )
    words = words_on(printed(page)[0])
    last, left = int(re.findall(r"Doubt (\d+) of", words)[-1]), int(re.search(r"and (\d+) more, on the page", words)[1])
    assert last + 1 + left == 60
    assert "it replaces no measurement." in words


@pytest.mark.full
def test_a_phone_prints_the_same_sheet(open_page, map_file):
    page, _watch = open_page(map_file.as_uri(), PHONE)
    page.wait_for_selector(READY)
    (sheet,) = printed(page)
    assert words_on(sheet).count(MARK) == 2
    assert "Gaps: needs that are not met" in words_on(sheet)


def test_tables_repeat_their_heads_and_their_mark_on_every_sheet(open_page, served, map_file):
    for address in (f"{served}table", f"{map_file.as_uri()}#tables"):
        page, watch = open_page(address)
        sheets = [words_on(sheet) for sheet in printed(page)]
        assert len(sheets) > 2
        for words in sheets:
            assert words.count(MARK) == 2
        with_sites = [words for words in sheets if "Far " in words]
        assert len(with_sites) > 1
        for words in with_sites:
            assert "Height above ground" in words
        everything = " ".join(sheets)
        assert [n for n in range(SITES) if f"Far {n:02}" not in everything] == []
        assert "Map Tables" not in everything
        assert watch.errors == []


def test_the_button_asks_the_browser_to_print(open_page, served):
    page, _watch = open_page(served)
    page.wait_for_selector(READY)
    page.evaluate("window.print = () => { window.asked = true; }")
    page.get_by_role("button", name="Print this map").click()
    assert page.evaluate("window.asked") is True
