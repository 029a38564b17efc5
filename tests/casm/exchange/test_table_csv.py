"""A filtered table as a file: marked, complete, harmless in a spreadsheet, and read back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from casm.editing.change_record import create_record
from casm.editing.faults import FieldFaults
from casm.editing.rights import read_rights
from casm.exchange import table_csv
from casm.exchange.table_csv import safe_cell, write_table
from casm.inventory.owner import Owner
from casm.listing import page, statements
from casm.listing.list_field import seen_fields
from casm.listing.query import query_of
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMIN = Viewer.local_administrator()


@pytest.fixture(scope="module")
def filled(module_database):
    """Three sites, one of a hostile name."""
    owner = Owner(parent_id=NATION_OWNER_ID, kind="state", name="Tennessee", code="us.tn")
    with module_database.session(ADMIN) as session:
        session.add(owner)
        session.flush()
    with module_database.session(ADMIN) as session:
        for name, more in (
            ("Ridge", {"latitude": "36.25", "longitude": "-84.3", "overall_height_agl_m": "150 ft"}),
            ('=HYPERLINK("http://bad.example","x")', {"remarks": "@SUM(1+1)"}),
            ("Valley", {"battery_hours": "8 h"}),
        ):
            create_record(session, "site", owner.id, {"name": name, **more})
    return module_database


def written(database, pairs):
    with database.session(ADMIN) as session:
        content, marking = write_table(session, query_of("site", seen_fields("site", read_rights(session)), pairs))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8")))), marking


def test_the_file_is_the_filtered_table_with_its_mark(filled):
    columns = ("columns", "name,longitude,overall_height_agl_m,remarks,site_sensitive.battery_hours")
    rows, marking = written(filled, [columns, ("sort", "-name")])
    assert [row["name"] for row in rows] == ["Valley", "Ridge", '\'=HYPERLINK("http://bad.example","x")']
    assert {row["marking"] for row in rows} == {marking.text}
    assert marking.text.startswith("TLP:AMBER")
    assert rows[1]["longitude"] == "-84.3", "a negative number stays a number"
    assert rows[1]["overall_height_agl_m"] == "45.72 m"
    assert rows[2]["remarks"] == "'@SUM(1+1)"
    assert rows[0]["site_sensitive.battery_hours"] == "8 h"
    few, _marking = written(filled, [columns, ("name.contains", "idge")])
    assert [row["name"] for row in few] == ["Ridge"]
    nothing, _marking = written(filled, [columns, ("name.contains", "nowhere")])
    assert [row["name"] for row in nothing] == [None] or not any(row["name"] for row in nothing)


def test_a_table_too_long_for_a_file_is_refused_whole(filled, monkeypatch):
    for module in (table_csv, statements, page):
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
    with pytest.raises(FieldFaults) as told:
        written(filled, [])
    assert "at most 2 records" in told.value.faults[0].reason


@given(some.text(max_size=30))
def test_no_cell_begins_a_formula(text):
    cell = safe_cell(text)
    assert not cell.startswith(("=", "@", "\t", "\r"))
    assert cell in (text, f"'{text}")


@pytest.mark.parametrize("number", ["-84.21234", "-95 dBm", "+5", "-3,000.5", "-2.15 dBd"])
def test_a_number_is_left_as_it_is(number):
    assert safe_cell(number) == number


@pytest.mark.parametrize("text", ["-1+1|cmd", "+A1", "-2 dB;=1", "-cmd", "=1", "- 5"])
def test_what_might_run_is_told_as_text(text):
    assert safe_cell(text) == f"'{text}"
