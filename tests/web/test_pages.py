"""Every page and file over HTTP: what it holds, what its headers promise, what it says when something is missing."""

import io
import json
import re
import uuid
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from casm.sharing.viewer import Viewer
from web import create_app, map_pages, table_page
from web.config import WebConfig, map_reader

PAGES = ("/", "/table", "/health", "/nowhere", "/api/explain", "/map/relief.png", "/assets/leaflet/leaflet.js")

MARK = "EXERCISE // TLP:AMBER // for your agency and those it serves, as they need to know"


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def map_page(app):
    return app.test_client().get("/")


def data_of(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="casm-data">(.*?)</script>', page, re.DOTALL)[1])


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_nothing_made_of_records_is_kept_by_the_browser(client):
    for path in ("/", "/table", "/api/explain?lat=36.3&lon=-84.3", "/map/relief.png", "/nowhere"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/assets/leaflet/leaflet.js").headers["Cache-Control"]


def test_the_map_loads_nothing_from_elsewhere_and_runs_only_what_it_names(map_page):
    page = map_page.text
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", map_page.headers["Content-Security-Policy"])[1]
    for tag, attributes in Elements(page).found:
        for name in ("src", "href"):
            address = attributes.get(name)
            assert address is None or address.startswith(("/", "#", "data:")), (tag, address)
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes, tag
        if tag in ("script", "style") and "src" not in attributes and attributes.get("type") != "application/json":
            assert attributes.get("nonce") == nonce
    assert "://" not in re.sub(r"http://www\.w3\.org/\d{4}/svg", "", page)


def test_a_nonce_is_used_once(client):
    assert client.get("/").headers["Content-Security-Policy"] != client.get("/").headers["Content-Security-Policy"]


def test_the_map_says_what_it_is(map_page):
    page = map_page.text
    assert page.count(MARK) == 2
    assert map_page.headers["CASM-Marking"] == MARK
    assert re.search(r"<summary>Results of \d{4}-\d\d-\d\d \d\d:\d\d UTC</summary>", page)
    assert "<dt>From records of</dt><dd>Campbell County</dd>" in page
    assert "<dt>Methods</dt><dd>itm, version 1.0</dd>" in page
    assert '<html lang="en">' in page
    assert "user-scalable" not in page


def test_the_map_offers_what_there_is(map_page, ids):
    data = data_of(map_page.text)
    assert [site["name"] for site in data["sites"]] == ["Knob", "Ridge", "Valley"]
    assert {gap["reason"]: gap["known"] for gap in data["gaps"]} == {"COVERAGE": True, "STALE": False}
    (pair,) = data["pairs"]
    assert (pair["a"], pair["b"], pair["answer"]) == ("Campbell County Sheriff", "Scott EMS", "0, perhaps 5")
    assert pair["overlay"] == f"/map/overlays/{ids.pair_result}/levels"
    (coverage,) = data["coverages"]
    assert [view["direction"] for view in coverage["views"]] == ["balanced", "talk_out", "talk_in"]
    ridge = data["sites"][1]["facts"]
    assert ["Height above ground", "150 ft (46 m)"] in ridge
    assert ["Station", "Ridge VHF · County VHF · 155.7525 MHz"] in ridge
    assert "Key under the mat" not in map_page.text
    assert "SECRET-CIRCUIT" not in map_page.text


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def test_an_overlay_gives_its_place_and_its_image(client, ids):
    placed = client.get(f"/map/overlays/{ids.coverage_result}/balanced_probability").json
    assert placed["bounds"] == pytest.approx([-84.4, 36.2, -84.2, 36.4])
    assert placed["beyond"]["type"] == "MultiPolygon"
    image = pixels(client.get(placed["image"]).data)
    rows, cols, _ = image.shape
    assert (rows, cols) == (240, 240)
    served, not_served = image[200, 2], image[200, 237]
    assert served.tolist() == [0x2A, 0x78, 0xB8, 255]
    assert not_served.tolist() == [0xC9, 0xB3, 0xC6, 255]
    assert set(np.unique(image[:28, :, 3]).tolist()) == {0, 255}  # hatched: neither one class nor nothing


def test_an_interval_is_drawn_in_two_colours(client, ids):
    placed = client.get(f"/map/overlays/{ids.pair_result}/levels").json
    # The five northern rows are outside the place and not drawn.
    assert placed["bounds"] == pytest.approx([-84.4, 36.2, -84.2, 36.375])
    assert placed["beyond"] is None
    image = pixels(client.get(placed["image"]).data)
    rows, cols, _ = image.shape
    exact = {tuple(colour) for colour in image[: rows // 3, : cols // 2 - 2].reshape(-1, 4).tolist()}
    striped = {tuple(colour) for colour in image[rows // 2 :, : cols // 2 - 2].reshape(-1, 4).tolist()}
    assert exact == {(0xA3, 0xD9, 0xCF, 255)}
    assert striped == {(0xA3, 0xD9, 0xCF, 255), (0x0A, 0x4F, 0x94, 255)}


@pytest.mark.parametrize("name", ["path_loss_db", "..%2f..", "levels2", ""])
def test_an_overlay_that_is_none_is_not_found(client, ids, name):
    assert client.get(f"/map/overlays/{ids.pair_result}/{name}").status_code == 404


def test_relief_is_an_image_of_the_terrain(client):
    response = client.get("/map/relief.png")
    assert response.mimetype == "image/png"
    assert pixels(response.data).shape == (40, 40, 4)


def test_without_terrain_there_is_no_relief_and_still_a_map(module_database, ids):
    client = create_app(WebConfig(module_database, map_reader())).test_client()
    assert client.get("/map/relief.png").status_code == 404
    page = client.get("/").text
    assert "/map/relief.png" not in page
    assert 'data-layer="relief"' not in page


def test_an_empty_inventory_still_gives_a_map(database):
    client = create_app(WebConfig(database, map_reader())).test_client()
    page = client.get("/")
    assert page.status_code == 200
    assert data_of(page.text)["view"] == [-125.0, 24.5, -66.9, 49.4]
    assert "No pair has been computed." in client.get("/table").text


def test_the_table_says_the_same(client):
    page = client.get("/table").text
    for words in (
        "Campbell County Sheriff",
        "0, perhaps 5",
        "27.5 sq mi (71.2 km²)",
        "Behind the ridge",
        "150 ft (46 m)",
    ):
        assert words in page
    assert page.count(MARK) == 2


def test_health_speaks_of_the_database(client):
    assert client.get("/health").json == {"status": "ok"}


def test_a_missing_page_is_said_in_words(client):
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.text


def test_another_host_name_is_refused(client):
    assert client.get("/", headers={"Host": "attacker.example"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:8080"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/table", "/api/explain", "/health"])
def test_nothing_can_be_posted(client, path):
    assert client.post(path).status_code == 405


def test_a_lost_database_is_said_in_words(module_database_urls):
    from sqlalchemy.engine import make_url

    from casm.db.engine import make_engine
    from casm.db.session import Database, Seal

    gone = make_url(module_database_urls.app).set(database="no_such_database").render_as_string(hide_password=False)
    client = create_app(WebConfig(Database(make_engine(gone), Seal(b"", b"")), map_reader())).test_client()
    assert client.get("/health").status_code == 503
    page = client.get("/")
    assert page.status_code == 503
    assert "The database does not answer" in page.text
    assert "Traceback" not in page.text
    assert "password" not in page.text


def test_the_pages_read_and_do_not_write(app):
    viewer = app.extensions["casm"].local_viewer
    assert not viewer.write_roots
    assert "contact" not in viewer.field_classes


def test_a_viewer_sees_only_its_own(module_database, ids):
    outsider = Viewer.of_owner("outsider", uuid.uuid4())
    client = create_app(WebConfig(module_database, local_viewer=outsider)).test_client()
    page = client.get("/").text
    assert data_of(page)["sites"] == []
    assert "Scott EMS" not in page
    assert "Knob" not in page
    for path in (f"/map/overlays/{ids.pair_result}/levels", f"/map/overlays/{ids.coverage_result}/talk_in_probability"):
        hidden = client.get(path)
        missing = client.get(path.replace(str(path.split("/")[3]), str(uuid.uuid4())))
        assert (hidden.status_code, hidden.data) == (missing.status_code, missing.data) == (404, hidden.data)
    assert client.get("/api/explain?lat=36.3&lon=-84.3").json["pairs"] == []


@pytest.mark.parametrize("address", ["leaflet/leaflet.js", "leaflet/leaflet.css", "leaflet/images/marker-icon.png"])
def test_a_listed_file_is_served(client, address):
    response = client.get(f"/assets/{address}")
    assert response.status_code == 200
    assert len(response.data) > 500


@pytest.mark.parametrize(
    "address",
    [
        "leaflet/package.json",
        "leaflet/dist/leaflet-src.js",
        "../package.json",
        "%2e%2e/package.json",
        "jquery/dist/jquery.js",
    ],
)
def test_a_file_not_listed_is_not(client, address):
    assert client.get(f"/assets/{address}").status_code == 404


def test_images_are_png(client, ids):
    png = client.get(f"/map/overlays/{ids.pair_result}/levels.png").data
    assert io.BytesIO(png).read(8) == b"\x89PNG\r\n\x1a\n"


WINDOW = "window=-90,30,-80,40&zoom=6"


def test_many_sites_are_counted_in_cells_with_a_table_beside_them(module_database, ids, monkeypatch):
    monkeypatch.setattr(map_pages, "MOST_DRAWN", 2)
    monkeypatch.setattr(table_page, "MOST_DRAWN", 2)
    client = create_app(WebConfig(module_database, map_reader())).test_client()
    page = client.get("/")
    data = data_of(page.text)
    assert data["sites"] == []
    assert data["siteClusters"] == {
        "count": 3, "address": "/map/sites", "records": "/records/site", "tables": "/table"
    }  # fmt: skip
    assert "3 sites in all" in page.text
    told = client.get(f"/map/sites?{WINDOW}")
    assert sum(one["count"] for one in told.json["clusters"]) == 3
    assert told.headers["CASM-Marking"] == page.headers["CASM-Marking"]
    near = client.get("/map/sites?window=-84.5,36.1,-84.1,36.5&zoom=16").json["clusters"]
    monkeypatch.undo()
    named = data_of(create_app(WebConfig(module_database, map_reader())).test_client().get("/").text)["sites"]
    assert {member["title"] for one in near for member in one["members"]} == {site["name"] for site in named}
    monkeypatch.setattr(table_page, "MOST_DRAWN", 2)
    assert client.get("/map/sites").status_code == 400
    assert client.get("/map/sites?window=1,1,0,0&zoom=3").status_code == 400
    table = client.get("/table").text
    assert "3 sites, told here by where they lie" in table
    assert '<a href="/records/site">' in table
    outsider = create_app(WebConfig(module_database, local_viewer=Viewer.of_owner("nobody", uuid.uuid4())))
    assert outsider.test_client().get(f"/map/sites?{WINDOW}").json["clusters"] == []
