"""What the stored results say of a place, over HTTP."""

import hashlib
import uuid

import pytest
from rasterio import MemoryFile
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casm.assessments.result import Result, ResultLayer
from casm.sharing.viewer import Viewer
from web import create_app
from web.config import WebConfig
from web.explain_api import coverage_class, percent_words


def ask(client, latitude, longitude):
    return client.get("/api/explain", query_string={"lat": latitude, "lon": longitude})


def test_an_exact_level(client):
    answer = ask(client, 36.35, -84.38).json
    (pair,) = answer["pairs"]
    assert pair["members"] == ["Campbell County Sheriff", "Scott EMS"]
    assert (pair["proven"], pair["possible"]) == (3, 3)
    assert pair["here"] == "Here: level 3 (shared channel)"
    assert pair["whole"] == "Over the overlap of their service areas: 0, perhaps 5"
    assert pair["sentence"] == (
        "Campbell County Sheriff and Scott EMS can talk here over LAW 1: level 3, a shared channel."
    )
    assert [method["state"] for method in pair["methods"]] == ["yes", "no"]
    # Fifth cell of forty from 1 to 0: 35/39.
    assert answer["coverage"] == [{"label": "County VHF: portable", "class": 1, "words": "89 %"}]


def test_an_interval_stays_one(client):
    (pair,) = ask(client, 36.25, -84.25).json["pairs"]
    assert pair["here"] == "Here: level 0 (no means), perhaps 5 (shared standards-based system)"
    assert pair["sentence"].startswith("It is not shown that Campbell County Sheriff and Scott EMS can talk here.")
    assert [method["state"] for method in pair["methods"]] == ["unknown", "unknown"]
    assert pair["methods"][1]["sentence"] == "Perhaps level 5 by XEM 1: No fleet is on record."


@pytest.mark.parametrize(("latitude", "longitude"), [(36.39, -84.3), (10.0, 10.0), (90.0, -180.0)])
def test_no_data_is_silence_and_not_a_no(client, latitude, longitude):
    answer = ask(client, latitude, longitude).json
    assert answer["pairs"] == []
    assert answer["coverage"] == []


@pytest.mark.parametrize(
    "query",
    ["", "lat=36", "lon=-84", "lat=x&lon=-84", "lat=91&lon=0", "lat=0&lon=180.1", "lat=nan&lon=0", "lat=inf&lon=0",
     "lat=1&lat=2&lon=0", "lat=1'%20OR%20'1'='1&lon=0"],
)  # fmt: skip
def test_a_question_that_is_none_is_refused_in_words(client, query):
    response = client.get(f"/api/explain?{query}")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.json["detail"].startswith(("lat ", "lon ", "Give "))


@pytest.mark.parametrize(
    ("probability", "shown", "percent"),
    [
        (1.0, 0, "over 99 %"),
        (0.95, 0, "95 %"),
        (0.9499, 1, "94 %"),
        (0.5, 1, "50 %"),
        (0.499, 2, "49 %"),
        (0.0, 2, "under 1 %"),
    ],
)
def test_words_never_promise_more_than_the_figure(probability, shown, percent):
    assert coverage_class(probability) == shown
    assert percent_words(probability) == percent


def test_a_raster_written_anew_is_read_anew_and_a_hidden_one_is_not_told_of(client, app, module_database, ids):
    """What a process has read once it keeps: never longer than it is stored, and never for who may not see it."""
    here = (36.35, -84.38)
    before = ask(client, *here).json
    with module_database.session(Viewer.local_administrator()) as session:
        layer = session.scalars(
            select(ResultLayer).where(ResultLayer.result_id == ids.pair_result, ResultLayer.name == "proven_level")
        ).one()
        kept = layer.content, layer.content_sha256
        with MemoryFile(layer.content) as memory, memory.open() as raster:
            profile, values = raster.profile, raster.read()
        with MemoryFile() as memory:
            with memory.open(**profile) as raster:
                raster.write(values * 0 + 2)
            layer.content = bytes(memory.read())
        layer.content_sha256 = hashlib.sha256(layer.content).hexdigest()
    try:
        (pair,) = ask(client, *here).json["pairs"]
        assert pair["proven"] == 2
        outsider = create_app(WebConfig(module_database, Viewer.of_owner("outsider", uuid.uuid4()))).test_client()
        assert ask(outsider, *here).json["pairs"] == []
        assert ask(outsider, *here).json["coverage"] == []
        with module_database.session(Viewer.local_administrator()) as session:
            session.get(Result, ids.pair_result).summary |= {"answer": "changed"}
            flag_modified(session.get(Result, ids.pair_result), "summary")
        assert "changed" in ask(client, *here).json["pairs"][0]["whole"]
    finally:
        with module_database.session(Viewer.local_administrator()) as session:
            layer = session.get(ResultLayer, layer.id)
            layer.content, layer.content_sha256 = kept
            row = session.get(Result, ids.pair_result)
            row.summary = row.summary | {"answer": "0, perhaps 5"}
    assert ask(client, *here).json == before
