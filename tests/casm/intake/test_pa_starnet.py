"""A real statewide network by column mapping: 98 sites, 119 services, 65 links in 74 rows."""

import csv

import pytest

from casm.intake.problem import NOTE


@pytest.fixture
def starnet(intake, shared_data, fixtures_folder):
    """Take one of its tables in."""
    intake.add_owner("us.pa", "state")

    def take(name):
        table = shared_data / "pa_starnet_southcentral" / f"{name}.csv"
        return intake.take(table, owner="us.pa", mapping=fixtures_folder / "pa_starnet" / f"{name}.json")

    return take


def test_every_site_service_and_link_comes_in_once(intake, starnet, counts, shared_data):
    intake.take_boundaries(["PA"])
    sites, services, links = starnet("sites"), starnet("services"), starnet("links")
    assert counts(sites) == (98, 0, 0, 0)
    assert counts(services) == (119, 0, 0, 0)
    assert counts(links) == (65, 0, 0, 9)
    assert [counts(starnet(name)) for name in ("sites", "services", "links")] == [
        (0, 0, 98, 0), (0, 0, 119, 0), (0, 0, 65, 9),
    ]  # fmt: skip
    _check_sites(intake, sites)
    _check_services(intake)
    _check_links(intake, links, shared_data)


def _check_sites(intake, report):
    assert intake.rows("SELECT structure_type, asr_number, county_fips, aliases FROM site WHERE name = 'LEBA71'") == [
        ("water_tank", None, "42075", ["LEBA671", "Indiantown Gap Water Tank"])
    ]
    assert intake.rows("SELECT structure_type, count(*) FROM site GROUP BY 1 ORDER BY 1") == [
        ("building", 15), ("pole", 14), ("tower", 68), ("water_tank", 1),
    ]  # fmt: skip
    assert intake.value("SELECT count(asr_number) FROM site") == 22
    # Filed county against the real polygon: five sites lie outside, most of them on the border itself.
    outside = {problem.row: problem.reason for problem in report.problems if "position lies in" in problem.reason}
    assert sorted(outside) == [7, 66, 67, 80, 85]
    assert "Cumberland County" in outside[80]
    assert "York County" in outside[80]
    # How far outside, against PostGIS's own distance on the ellipsoid.
    away = intake.value(
        "SELECT ST_Distance(s.position::geography, j.area::geography) FROM site s JOIN jurisdiction j "
        "ON j.code = s.county_fips WHERE s.name = 'PTC-WESTSHORE'"
    )
    assert f"{away:,.0f} m outside" in outside[80]
    assert all(problem.severity == NOTE for problem in report.problems)


def _check_services(intake):
    # 25 miles are 40,233.6 m; NAC 01B is hexadecimal.
    assert intake.rows(
        "SELECT s.declared_range_m, s.nac, s.rfss_id, s.p25_site_id, s.call_sign, t.name FROM station s "
        "JOIN site t ON t.id = s.site_id WHERE s.name = 'P25AG-PERR01'"
    ) == [(40233.6, 0x01B, 7, 2, "WPTZ795", "PERR01")]
    # Site ids that are aliases of another site.
    aliased = "SELECT s.name, t.name FROM station s JOIN site t ON t.id = s.site_id WHERE s.name = ANY (:names)"
    names = ["NOC-Primary", "OpenSky-ADAM901", "ROC-7", "OpenSky-LEBA671"]
    assert dict(intake.rows(aliased, names=names)) == {
        "NOC-Primary": "DAUP17", "OpenSky-ADAM901": "ADAM690", "ROC-7": "DAUP17", "OpenSky-LEBA671": "LEBA71",
    }  # fmt: skip
    assert intake.value("SELECT count(*) FROM station WHERE site_id IS NULL") == 0


def _check_links(intake, report, shared_data):
    folded = {problem.row: problem for problem in report.problems}
    assert sorted(folded) == [23, 24, 35, 45, 46, 69, 70, 74, 75]
    assert all(problem.severity == NOTE and "the same link as row" in problem.reason for problem in folded.values())
    # Row 23 is row 17 in the other direction; its call sign is that of the B end.
    assert intake.rows("SELECT call_sign_a, call_sign_b FROM backhaul_link WHERE name = 'DAUP01-DAUP31'") == [
        ("WPQR243", "WPQR249")
    ]
    assert dict(intake.rows("SELECT coalesce(kind, 'unknown'), count(*) FROM backhaul_link GROUP BY 1")) == {
        "copper": 7, "microwave": 52, "unknown": 6,
    }  # fmt: skip
    # The table's own geodesic lengths, in kilometres to a metre, are an independent figure for ours.
    lengths = dict(intake.rows("SELECT name, path_length_m FROM backhaul_link"))
    assert len(lengths) == 65
    with (shared_data / "pa_starnet_southcentral" / "links.csv").open(encoding="utf-8", newline="") as file:
        stated = {row["service"]: float(row["geodesic_km"]) for row in csv.DictReader(file)}
    for name, length_m in lengths.items():
        assert length_m == pytest.approx(stated[name] * 1000, abs=1.0), name
