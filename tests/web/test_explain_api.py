"""What the stored results say of a place, over HTTP."""

import pytest

from web.explain_api import coverage_class, percent_words


def ask(client, latitude, longitude):
    return client.get("/api/explain", query_string={"lat": latitude, "lon": longitude})


def test_an_exact_level(client):
    answer = ask(client, 36.35, -84.38).json
    (pair,) = answer["pairs"]
    assert (pair["proven"], pair["possible"]) == (3, 3)
    assert pair["here"] == "Here: level 3. Over the whole place: 0, perhaps 5."
    assert [method["state"] for method in pair["methods"]] == ["yes", "unknown"]
    assert pair["methods"][1]["reasons"] == ["No fleet is on record."]
    # Fifth cell of forty from 1 to 0: 35/39.
    assert answer["coverage"] == ["County VHF (portable): uncertain, 89 %"]


def test_an_interval_stays_one(client):
    (pair,) = ask(client, 36.25, -84.25).json["pairs"]
    assert pair["here"] == "Here: level 0, perhaps 5. Over the whole place: 0, perhaps 5."


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
    ("probability", "class_words", "percent"),
    [
        (1.0, "served", "over 99 %"),
        (0.95, "served", "95 %"),
        (0.9499, "uncertain", "94 %"),
        (0.5, "uncertain", "50 %"),
        (0.499, "not served", "49 %"),
        (0.0, "not served", "under 1 %"),
    ],
)
def test_words_never_promise_more_than_the_figure(probability, class_words, percent):
    assert coverage_class(probability) == class_words
    assert percent_words(probability) == percent
