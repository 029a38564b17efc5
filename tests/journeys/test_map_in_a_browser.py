"""The map as a person meets it: wide and on a phone, by mouse and by keyboard, served and as a file."""

import re
from urllib.parse import urlsplit

import pytest

from casm.exchange.overview import read_overview
from casm.sharing.viewer import Viewer
from web.maps.offline_map import write_offline_map

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
READY = "html[data-ready=yes]"


@pytest.fixture(scope="module")
def map_file(module_database, small_map, tmp_path_factory):
    """The map as one file."""
    path = tmp_path_factory.mktemp("out") / "map.html"
    with module_database.session(Viewer.local_administrator()) as session:
        write_offline_map(session, path)
    return path


@pytest.fixture(params=["served", "file"])
def address(request, served, map_file):
    """The served page, then the file."""
    return served if request.param == "served" else map_file.as_uri()


def calm(watch, address):
    """No error, no word on the console, nothing asked of any other host."""
    assert watch.errors == []
    assert watch.console == []
    assert watch.foreign_requests(urlsplit(address).netloc) == []


def click_at(page, longitude, latitude):
    """Click the map at a position, as a person would."""
    at = page.evaluate(
        f"(() => {{ const p = casm.map.latLngToContainerPoint([{latitude}, {longitude}]); return [p.x, p.y]; }})()"
    )
    frame = page.locator(".folium-map").bounding_box()
    page.mouse.click(frame["x"] + at[0], frame["y"] + at[1])


def test_the_map_opens_quietly_and_shows_everything(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    assert page.locator(".casm-site").count() == 3
    assert page.locator("path.casm-gap").count() == 2
    assert page.locator(".leaflet-links-pane path").count() == 3
    assert page.get_by_text("EXERCISE // TLP:AMBER // for your agency").count() == 2
    assert page.locator(".leaflet-control-scale-line").all_inner_texts()[1].endswith("mi")
    calm(watch, address)


def test_the_file_asks_for_nothing_but_itself(open_page, map_file):
    page, watch = open_page(map_file.as_uri())
    page.wait_for_selector(READY)
    click_at(page, -84.38, 36.25)
    page.check("input[value=coverage]")
    page.check("input[value=pair]")
    assert [address for address in watch.requests if not address.startswith("data:")] == [map_file.as_uri()]
    calm(watch, map_file.as_uri())


def test_a_click_says_why_in_sentences(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    click_at(page, -84.38, 36.25)
    why = page.locator("#why")
    why.get_by_text("Here: at least level 3 (shared channel), perhaps 5 (shared standards-based system)").wait_for()
    said = why.inner_text()
    assert "Campbell County, Tennessee" in said
    assert "Campbell County Sheriff and Scott EMS can talk here over LAW 1: level 3, a shared channel." in said
    assert "Perhaps level 5 by XEM 1" in said
    why.get_by_text("Every means considered (2)").click()
    assert "Not known: Perhaps level 5 by XEM 1: No fleet is on record." in why.inner_text()
    assert "Uncertain, 50 to 95 %:" in said
    calm(watch, address)


def test_a_click_in_a_gap_names_the_gap_and_its_reason(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    click_at(page, -84.25, 36.22)
    why = page.locator("#why")
    why.get_by_text("Behind the ridge the signal is too weak (COVERAGE).").wait_for()
    assert "Coverage: the signal does not reach" in why.inner_text()
    click_at(page, -84.28, 36.355)
    why.get_by_text("Not known whether the need is met").wait_for()
    calm(watch, address)


def test_outside_the_data_nothing_is_claimed(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    page.evaluate("casm.map.setView([36.39, -84.3], 12, {animate: false})")
    click_at(page, -84.3, 36.395)
    page.locator("#why").get_by_text("That is no data, not a no.").wait_for()
    calm(watch, address)


def test_coverage_and_levels_are_drawn_one_at_a_time(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    page.check("input[value=coverage]")
    page.wait_for_selector("img.casm-raster[alt='Coverage of County VHF: portable']")
    assert page.locator("#legend-coverage").get_by_text("No data (outside the terrain)").is_visible()
    page.check("input[value=pair]")
    page.wait_for_selector("img.casm-raster[alt='Levels of Campbell County Sheriff and Scott EMS']")
    assert page.locator("img.casm-raster").count() == 1
    assert page.locator("#pair-answer").inner_text() == "Over the whole place: 0, perhaps 5"
    # The element is there before its image has come.
    assert page.locator("img.casm-raster").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    page.check("input[value=ground]")
    assert page.locator("img.casm-raster").count() == 0
    calm(watch, address)


def test_outside_the_terrain_coverage_is_hatched(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    assert page.locator("path.casm-untold").count() == 0
    page.check("input[value=coverage]")
    page.locator("path.casm-untold").wait_for()
    assert page.locator("path.casm-untold").get_attribute("fill") == "url(#no-data)"
    # The pair's place lies inside the raster.
    page.check("input[value=pair]")
    page.wait_for_selector("img.casm-raster[alt^=Levels]")
    assert page.locator("path.casm-untold").count() == 0
    calm(watch, address)


def test_the_line_under_the_title_opens_to_all_of_it(open_page, address):
    page, watch = open_page(address, PHONE)
    page.wait_for_selector(READY)
    line = page.locator(".as-of summary")
    assert line.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert not page.get_by_text("itm, version 1.0").first.is_visible()
    line.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("itm, version 1.0").first.is_visible()
    calm(watch, address)


def test_an_answer_that_comes_late_does_not_open_a_sheet_again(open_page, served):
    page, watch = open_page(served, PHONE, has_touch=True)
    page.wait_for_selector(READY)
    page.route("**/api/explain*", lambda route: (page.locator("#open-find").tap(), route.continue_()))
    with page.expect_response("**/api/explain*"):
        page.evaluate("casm.ask(-84.38, 36.25)")
    page.locator("#why h3").first.wait_for(state="attached")
    assert not page.locator("#find").is_visible()
    calm(watch, served)


def test_the_tables_fit_a_phone(open_page, served):
    page, watch = open_page(f"{served}table", PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for frame in page.locator(".table-frame").all():
        assert frame.evaluate("element => element.scrollWidth <= element.clientWidth")
    calm(watch, served)


def test_layers_go_off_and_on(open_page, served):
    page, watch = open_page(served)
    page.wait_for_selector(READY)
    for name, selector in {
        "gaps": "path.casm-gap",
        "links": ".leaflet-links-pane path",
        "sites": ".leaflet-marker-pane .casm-site",
    }.items():
        shown = page.locator(selector).count()
        assert shown > 0
        page.uncheck(f"input[data-layer={name}]")
        assert page.locator(selector).count() == 0
        page.check(f"input[data-layer={name}]")
        assert page.locator(selector).count() == shown
    calm(watch, served)


def test_a_link_says_what_it_is(open_page, served):
    page, watch = open_page(served)
    page.wait_for_selector(READY)
    click_at(page, (-84.36 - 84.3123456) / 2, (36.36 + 36.24) / 2)
    page.locator("#why").get_by_text("Link Ridge-Valley").wait_for()
    assert "7.7 mi (12.3 km)" in page.locator("#why").inner_text()
    calm(watch, served)


def test_the_keyboard_reaches_everything(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    page.locator("#why h3").first.wait_for()
    page.locator("#list-sites summary").focus()
    page.keyboard.press("Enter")
    page.locator("#list-sites button", has_text="Ridge").focus()
    page.keyboard.press("Enter")
    page.locator("#why h2", has_text="Site Ridge").wait_for()
    page.locator(".leaflet-marker-pane [role=button]").first.focus()
    page.keyboard.press("Enter")
    page.locator("#why h2", has_text="Site").wait_for()
    calm(watch, address)


def test_on_a_phone_the_panels_are_sheets(open_page, address, tmp_path):
    page, watch = open_page(address, PHONE, has_touch=True)
    page.wait_for_selector(READY)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not page.locator("#show").is_visible()
    page.locator("#open-show").tap()
    assert page.get_by_text("Layers", exact=True).is_visible()
    page.locator("#open-show").tap()
    assert not page.locator("#show").is_visible()
    frame = page.locator(".folium-map").bounding_box()
    page.touchscreen.tap(frame["x"] + 150, frame["y"] + frame["height"] * 0.8)
    page.locator("#find").wait_for(state="visible")
    here = page.locator(".casm-here").bounding_box()
    assert here["y"] + here["height"] <= page.locator("#find").bounding_box()["y"]
    page.screenshot(path=tmp_path / "phone.png")
    calm(watch, address)


def test_the_table_twin_is_one_click_away(open_page, address):
    page, watch = open_page(address)
    page.wait_for_selector(READY)
    page.get_by_role("link", name="Tables").click()
    page.get_by_role("heading", name="Who can talk to whom", level=2).wait_for()
    assert page.get_by_role("cell", name="0, perhaps 5").is_visible()
    page.get_by_role("link", name=re.compile("Map|Back to the map")).last.click()
    assert page.locator(".folium-map").is_visible()
    calm(watch, address)


def test_the_page_and_the_database_agree_on_the_number_of_things(open_page, served, module_database):
    page, _watch = open_page(served)
    page.wait_for_selector(READY)
    with module_database.session(Viewer.local_administrator()) as session:
        overview = read_overview(session)
    assert page.locator("#list-sites li").count() == len(overview.sites)
    assert page.locator("#list-gaps li").count() == len(overview.gaps)
