"""What the map's layers are filled with, and that nothing stored is taken for a template on its way to the page."""

import json
import re
import uuid

import pytest
from shapely.geometry import LineString
from sqlalchemy import update

from casm.db.tables import Agency, BackhaulLink, Site
from casm.exchange.feature import Feature
from casm.exchange.overview import read_overview
from casm.sharing.viewer import Viewer
from web.maps.layer_data import drawn, layer_data
from web.maps.page import folium_parts

# A template engine would make 49 of the first, and stop at the others.
TEMPLATES = "{{ 7 * 7 }} {{ ''.__class__ }} {% raise %} {# gone #} {%"


@pytest.fixture(scope="module")
def data(module_database, ids):
    with module_database.session(Viewer.local_administrator()) as session:
        overview = read_overview(session)
        return overview, layer_data(overview)


def test_every_layer_is_one_that_folium_draws(data):
    script = folium_parts(("/map/relief.png", (-85.0, 36.0, -84.0, 37.0))).script
    given = script[script.index("casm.start(") :]
    drawn = set(re.findall(r"^\s+(\w+): \w+,$", given, re.MULTILINE)) - {"relief"}
    assert set(data[1]) == drawn == {"land", "borders", "counties", "agencies", "gaps", "squares", "links"}


def test_a_layer_holds_what_has_a_place_and_nothing_but_it(data):
    overview, layers = data
    for name in ("gaps", "squares", "links"):
        placed = {str(feature.id) for feature in getattr(overview, name) if feature.geometry is not None}
        assert {feature["id"] for feature in layers[name]["features"]} == placed
        assert all(set(feature["properties"]) == {"style"} for feature in layers[name]["features"])
    assert layers["gaps"]["features"]


def feature(geometry, kind) -> Feature:
    return Feature(uuid.uuid4(), geometry, {"kind": kind}, "us", "public", exercise=False)


def test_equal_styles_stand_once_and_each_feature_names_its_own():
    kinds = ["fibre", "microwave", "fibre", "leased circuit"]
    line = LineString([(-84.3, 36.3), (-84.2, 36.4)])
    links = [feature(line, kind) for kind in kinds]
    found = drawn([*links, feature(None, "fibre")], lambda link: {"color": link.properties["kind"]})
    assert found["styles"] == [{"color": "fibre"}, {"color": "microwave"}, {"color": "leased circuit"}]
    assert [feature["properties"]["style"] for feature in found["features"]] == [0, 1, 0, 2]
    assert [feature["id"] for feature in found["features"]] == [str(link.id) for link in links]


def test_stored_text_is_never_run_as_a_template(client, module_database, ids):
    """What branca renders it takes for a template again: a name that was in it ran on the server."""
    with module_database.session(Viewer.local_administrator()) as session:
        for mapped in (BackhaulLink, Site, Agency):
            assert session.execute(update(mapped).values(name=mapped.name + TEMPLATES)).rowcount
    page = client.get("/")
    assert page.status_code == 200
    held = json.loads(re.search(r'id="casm-data">(.*?)</script>', page.text, re.DOTALL)[1])
    names = [entry["name"] for entry in (*held["links"].values(), *held["sites"])]
    assert len(names) >= 3
    assert all(name.endswith(TEMPLATES) for name in names)
    assert "7 * 7" not in folium_parts(None).script
