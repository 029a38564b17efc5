"""Pages in the units that each person chose: forms, records, tables, filters; files and the API stay as they were."""

import re

import pytest
from borrowed import borrow

from casm.editing.change_record import create_record
from casm.editing.read_record import read_record

proposing = borrow("web/proposals/test_proposal_pages.py")

TEXTS = {
    "latitude": "36.123456789", "longitude": "-84.25", "overall_height_agl_m": "45.7 m",
    "ground_elevation_amsl_m": "1,000 ft",
}  # fmt: skip


@pytest.fixture(scope="module")
def mast(world):
    """A site of Zoe's county, which may be changed without a proposal."""
    with world.database.session(world.admin) as session:
        return create_record(session, "site", world.two, {"name": "Mast", **TEXTS}).record_id


def choose(client, **chosen) -> None:
    client.post("/account/units", {"length_units": "", "gain_unit": "", "position_notation": "", **chosen}, "/account")


def stored(world, site):
    with world.database.session(world.admin) as session:
        record = read_record(session, "site", site)
        return record.version, {name: record.columns[name] for name in (
            "overall_height_agl_m", "ground_elevation_amsl_m", "source_latitude", "position", "source_longitude")}


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, {"overall_height_agl_m": "45.7 m", "latitude": "36.123456789", "coordinates": ""}),
        ({"length_units": "us", "position_notation": "dms"},
         {"overall_height_agl_m": "149.93 ft", "latitude": "36-07-24.444 N", "longitude": "84-15-0 W"}),
        ({"length_units": "metric", "position_notation": "usng"},
         {"overall_height_agl_m": "45.7 m", "latitude": "36.123456789", "coordinates": "16S GF 47"}),
    ],
)
def test_a_form_opened_and_saved_unchanged_stores_the_very_same(chosen, told, world, browser, mast):
    client = browser(world.zoe)
    choose(client, **chosen)
    before = stored(world, mast)
    edit = f"/records/site/{mast}/edit"
    values = proposing.field_values(client.text(edit))
    for name, text in told.items():
        assert values[f"field-{name}"].startswith(text), name
    answer = client.post(edit, values, page=edit)
    assert answer.headers["Location"].endswith(f"/records/site/{mast}")
    assert stored(world, mast) == before, "not even a new version"
    # What is changed beside it leaves every figure as it is.
    client.post(edit, {**values, "field-remarks": f"seen as {sorted(chosen.items())}"}, page=edit)
    assert stored(world, mast)[1] == before[1]


def test_a_bare_number_is_taken_in_the_chosen_unit_and_a_typed_one_wins(world, browser, mast):
    client = browser(world.zoe)
    choose(client, length_units="us")
    edit = f"/records/site/{mast}/edit"
    assert "A number alone is in ft." in client.text(edit)
    for typed, metres in (("150", 45.72), ("50 m", 50.0)):
        client.post(edit, proposing.field_values(client.text(edit), overall_height_agl_m=typed), page=edit)
        assert stored(world, mast)[1]["overall_height_agl_m"] == metres
    bad = client.send(edit, proposing.field_values(client.text(edit), overall_height_agl_m="51 m high"), edit)
    assert bad.status_code == 422
    assert 'value="51 m high"' in bad.text
    choose(client)
    refused = client.send(edit, proposing.field_values(client.text(edit), overall_height_agl_m="150"), edit)
    assert refused.status_code == 422, "without a choice no unit is guessed"


def test_what_another_changed_meanwhile_is_told_in_ones_own_units(world, browser, mast):
    client = browser(world.zoe)
    choose(client, length_units="us", position_notation="dms")
    edit = f"/records/site/{mast}/edit"
    stale = proposing.field_values(client.text(edit), address="9 Mine")
    other = proposing.field_values(client.text(edit), overall_height_agl_m="200 ft")
    client.post(edit, other, page=edit)
    answer = client.send(edit, stale, edit)
    assert answer.status_code == 409
    assert "<td data-label=\"On record now\">200 ft</td>" in answer.text
    merged = proposing.field_values(answer.text)
    assert merged["field-overall_height_agl_m"] == "200 ft"
    assert merged["field-address"] == "9 Mine"
    client.post(edit, merged, page=edit)
    assert stored(world, mast)[1]["overall_height_agl_m"] == 60.96


def test_tables_and_records_are_in_them_and_files_and_the_api_are_not(world, browser, mast):
    client = browser(world.zoe)
    columns = "columns=name,overall_height_agl_m,latitude,longitude&search=Mast"
    edit = f"/records/site/{mast}/edit"
    choose(client, length_units="us", position_notation="usng")
    client.post(edit, proposing.field_values(client.text(edit), overall_height_agl_m="150"), page=edit)
    table = client.text(f"/records/site?{columns}")
    assert "Overall height above ground (ft)" in table
    assert re.search(r'data-label="Overall height above ground \(ft\)"[^>]*>150</td>', table)
    assert re.search(r'data-label="Position \(U.S. National Grid\)"[^>]*>16S GF ', table)
    assert "Longitude</" not in table.partition("<thead>")[2].partition("</thead>")[0]
    page = client.text(f"/records/site/{mast}")
    assert "<dt>Overall height above ground</dt><dd>150 ft</dd>" in page
    assert re.search(r"<dt>Position \(U.S. National Grid\)</dt><dd>16S GF \d{5} \d{5}</dd>", page)
    assert "<ins>150 ft</ins>" in page, "the history, too"
    # A bare number of the filter is in feet, and the address says so to whoever opens it next.
    asked = client.get("/records/site?overall_height_agl_m.from=149", 302)
    assert asked.headers["Location"].endswith("overall_height_agl_m.from=149+ft")
    assert "Mast" in client.text(asked.headers["Location"])
    higher = client.text("/records/site?overall_height_agl_m.from=151+ft&search=Mast")
    assert "Mast" not in higher.partition("<tbody>")[2]
    told = client.client.get(f"/api/records/site/{mast}").get_json()
    assert told["fields"]["overall_height_agl_m"] == "45.72 m"
    content = client.send(f"/records/site/table.csv?{columns}", {}, f"/records/site?{columns}").text
    assert "45.72 m" in content
    assert "150 ft" not in content
    choose(client)
    assert "45.72 m (150 ft)" in client.text(f"/records/site?{columns}")


def test_choices_that_are_none_are_refused(world, browser):
    client = browser(world.ray)
    answer = client.send("/account/units", {"length_units": "cubits"}, "/account")
    assert answer.status_code == 400
    assert "none of the choices" in answer.text
