"""The polygons of states and counties: all of them, valid, once, and where the world knows them to be."""

import pytest

from casm.errors import CasmError
from casm.intake.boundaries import EDITION, import_boundaries
from casm.intake.fips import county_fips, jurisdiction_code, state_fips
from casm.sharing.viewer import Viewer

ADMIN = Viewer.local_administrator()


def test_every_state_and_county_comes_in_once(intake, counts):
    report = import_boundaries(intake.database, ADMIN)
    assert counts(report) == (3289, 0, 0, 0)
    assert dict(intake.rows("SELECT kind, count(*) FROM jurisdiction GROUP BY 1")) == {
        "state": 51, "territory": 5, "county": 3233,
    }  # fmt: skip
    assert intake.value("SELECT count(*) FROM jurisdiction WHERE NOT ST_IsValid(area) OR ST_IsEmpty(area)") == 0
    assert intake.rows("SELECT DISTINCT edition, ST_SRID(area), sensitivity FROM jurisdiction") == [
        (EDITION, 4326, "public")
    ]
    assert intake.value(
        "SELECT count(*) FROM jurisdiction c JOIN jurisdiction s ON s.id = c.parent_id AND s.code = c.state_fips"
    ) == 3233  # fmt: skip
    # Campbell County, Tennessee: 498 square miles with its water (Census 2010 gazetteer: 480.19 land, 18.21 water).
    assert intake.value(
        "SELECT ST_Area(area::geography) / 2589988.11 FROM jurisdiction WHERE code = '47013'"
    ) == pytest.approx(498.4, rel=0.01)  # fmt: skip
    # Jacksboro, its seat, is in it and in no other county.
    inside = "SELECT name FROM jurisdiction WHERE ST_Covers(area, ST_SetSRID(ST_Point(-84.1838, 36.3301), 4326))"
    assert sorted(intake.rows(inside)) == [("Campbell County",), ("Tennessee",)]
    assert counts(import_boundaries(intake.database, ADMIN)) == (0, 0, 3289, 0)
    assert intake.value("SELECT count(*) FROM history") == 0


def test_only_some_states(intake, counts):
    report = import_boundaries(intake.database, ADMIN, states=["TN", "kentucky"])
    # Tennessee has 95 counties, Kentucky 120.
    assert counts(report) == (95 + 120 + 2, 0, 0, 0)
    assert any("NAD83" in problem.reason for problem in report.problems)
    with pytest.raises(CasmError, match="no state Narnia"):
        import_boundaries(intake.database, ADMIN, states=["Narnia"])


@pytest.mark.parametrize(
    ("county", "state", "code"),
    [
        ("Campbell", "TN", "47013"), ("Campbell Co.", "47", "47013"), ("campbell county", "Tennessee", "47013"),
        ("Roanoke", "VA", None), ("Roanoke County", "VA", "51161"), ("Roanoke city", "VA", "51770"),
        ("St. Louis County", "MO", "29189"), ("Saint Louis city", "MO", "29510"), ("Orleans Parish", "LA", "22071"),
        ("Doña Ana", "NM", "35013"), ("Juneau", "AK", "02110"), ("Narnia", "TN", None),
    ],
)  # fmt: skip
def test_counties_by_name(county, state, code):
    assert county_fips(county, state_fips(state)) == code


def test_jurisdictions_by_name():
    assert jurisdiction_code("Campbell County, TN") == "47013"
    assert jurisdiction_code("Tennessee") == "47"
    assert jurisdiction_code("47013") is None
    assert jurisdiction_code("Narnia") is None
