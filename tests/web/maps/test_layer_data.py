"""What the map's layers are filled with, and that nothing stored is taken for a template on its way to the page."""

import json
import re

import pytest
from sqlalchemy import update

from casm.db.tables import Agency, BackhaulLink, Site
from casm.exchange.overview import read_overview
from casm.sharing.viewer import Viewer
from web.maps.layer_data import layer_data
from web.maps.page import folium_parts
from web.maps.palette import link_style

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


def test_features_name_a_style_of_their_own_and_hold_nothing_else(data):
    overview, layers = data
    styled = {feature["id"]: layers["links"]["styles"][feature["properties"]["style"]]
              for feature in layers["links"]["features"]}  # fmt: skip
    assert set(styled) == {str(link.id) for link in overview.links if link.geometry is not None}
    for link in overview.links:
        wanted = link_style(link.properties["kind"], link.properties["protection"])
        assert styled[str(link.id)]["color"] == wanted.colour
    for name in ("gaps", "squares", "links"):
        assert all(set(feature["properties"]) == {"style"} for feature in layers[name]["features"])
    assert len(layers["gaps"]["features"]) == sum(gap.geometry is not None for gap in overview.gaps) > 0


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
