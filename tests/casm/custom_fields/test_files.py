"""Added fields in files: imported by their label or short name, and exported as properties."""

import json

import pytest
from sqlalchemy import select

from casm.db.tables import Site
from casm.editing.read_record import read_record
from casm.exchange.geojson import write_layer
from casm.intake.readers import Request
from casm.intake.take_in import take_in

TABLE = """name,latitude,longitude,Roof access,custom_camera_count,Fence height,Wildfire risk,Alarm panel
Imported A,36.2,-84.2,a ladder,3,2.5,LOW,in the hall
Imported B,36.3,-84.3,,12,,very high,
Imported C,36.4,-84.4,,99,,,
"""


@pytest.fixture
def taken(world, tmp_path):
    """Take a table in as somebody; gives the report."""

    def take(text: str, viewer=None, owner_code="us.tn.one"):
        path = tmp_path / "sites.csv"
        path.write_text(text, encoding="utf-8")
        done = take_in(world.database, viewer or world.editor_one, Request(path, owner_code))
        (report,) = done.reports
        return report

    return take


def texts_of(world, name: str) -> dict[str, str]:
    with world.database.session(world.editor_one) as session:
        site_id = session.scalar(select(Site.id).where(Site.name == name))
        record = read_record(session, "site", site_id)
        return {**record.texts, "version": record.version}


def test_a_table_fills_added_fields_and_the_same_table_again_changes_nothing(world, taken):
    report = taken(TABLE)
    assert (report.total("created"), report.total("reported")) == (2, 1)
    (problem,) = [one for one in report.problems if one.severity == "error"]
    assert (problem.row, problem.column) == (4, "custom_camera_count")
    assert "0 to 12" in problem.reason
    told = texts_of(world, "Imported A")
    assert told["custom_roof_access"] == "a ladder"
    assert (told["custom_fence_height"], told["custom_wildfire_risk"]) == ("2.5 ft", "low")
    assert (told["custom_alarm_panel"], told["version"]) == ("in the hall", 1)
    again = taken(TABLE.replace("a ladder", "a ladder "))
    assert (again.total("unchanged"), again.total("changed"), again.total("created")) == (2, 0, 0)
    changed = taken(TABLE.replace("a ladder", "a hatch").replace("very high", "<clear>"))
    assert (changed.total("changed"), changed.total("unchanged")) == (2, 0)
    assert (texts_of(world, "Imported A")["custom_roof_access"], texts_of(world, "Imported A")["version"]) == (
        "a hatch", 2,
    )  # fmt: skip
    assert texts_of(world, "Imported B")["custom_wildfire_risk"] == ""


def test_a_row_of_an_owner_without_the_field_is_reported_and_the_others_taken(world, taken):
    table = "owner,name,latitude,longitude,Roof access\nus.tn.one,Of one,36.1,-84.1,x\nus,Of the nation,36.1,-84.1,x\n"
    report = taken(table, viewer=world.admin)
    assert report.total("created") == 1
    assert "no such field" in str([one.reason for one in report.problems])


def test_a_file_bears_added_fields_and_the_strictest_mark_of_them(world, taken, tmp_path):
    taken(TABLE)
    with world.database.session(world.editor_one) as session:
        write_layer(session, "sites", tmp_path / "whole.geojson")
    whole = json.loads((tmp_path / "whole.geojson").read_text(encoding="utf-8"))
    properties = {one["properties"]["name"]: one["properties"] for one in whole["features"]}
    assert properties["Imported A"]["custom_alarm_panel"] == "in the hall"
    assert properties["Imported A"]["sensitivity"] == "restricted"
    assert properties["Imported B"]["custom_camera_count"] == 12
    assert properties["Imported B"]["custom_roof_access"] is None
    assert "custom_alarm_panel" not in properties["Imported B"]
    assert "TLP:RED" in whole["casm"]["tlp"]
    with world.database.session(world.clerk_one) as session:
        write_layer(session, "sites", tmp_path / "plain.geojson")
    plain = (tmp_path / "plain.geojson").read_text(encoding="utf-8")
    assert "in the hall" not in plain
    assert "custom_alarm_panel" not in plain
    assert "TLP:AMBER" in json.loads(plain)["casm"]["tlp"]
