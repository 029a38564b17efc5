"""38 real public-safety microwave licences: nothing lost, every oddity said, lengths and azimuths as the FCC's."""

import csv
from collections import Counter

import pytest

from casm.intake.fcc.azimuth import turn_deg

TYPES = ("AN", "CO", "CP", "EM", "EN", "FR", "HD", "LO", "MW", "PA", "SG")


@pytest.fixture(scope="module")
def monday(microwave_folder, read_path):
    return read_path(microwave_folder / "l_mw_mon")


@pytest.fixture(scope="module")
def saturday(microwave_folder, read_path):
    return read_path(microwave_folder / "l_mw_sat")


@pytest.fixture(scope="module")
def both(monday, saturday):
    return [monday, saturday]


def of_class(both, record_class):
    return [row for day in both for row in day.rows[record_class]]


def lines_of(folder, record_type):
    """Records of a file counted apart from the reader: lines that begin with the type (as grep counts them)."""
    content = (folder / f"{record_type}.dat").read_bytes()
    return sum(line.startswith(f"{record_type}|".encode()) for line in content.split(b"\r\n"))


def test_38_licences_and_71_path_segments(both):
    assert len(of_class(both, "licence")) == 38
    assert len({row.values["call_sign"] for row in of_class(both, "licence")}) == 38
    assert len(of_class(both, "microwave_path")) == 71
    assert [len(day.rows["licence"]) for day in both] == [32, 6]
    assert [len(day.rows["microwave_path"]) for day in both] == [52, 19]


@pytest.mark.parametrize("day", ["l_mw_mon", "l_mw_sat"])
def test_every_record_of_every_file_is_accounted_for(microwave_folder, read_path, day):
    found = read_path(microwave_folder / day)
    assert {record_type: counts["read"] for record_type, counts in found.tally.counts.items()} == {
        record_type: lines_of(microwave_folder / day, record_type) for record_type in TYPES
    }
    assert found.tally.adds_up()
    assert found.tally.total("refused") == 0
    assert found.refusals == []
    set_aside = {kind: counts["set aside"] for kind, counts in found.tally.counts.items() if counts["set aside"]}
    assert set_aside == {"EN": {"l_mw_mon": 22, "l_mw_sat": 6}[day]}


def test_every_location_is_a_site_and_each_position_only_one(both, microwave_folder):
    for day, folder, positions in zip(both, ("l_mw_mon", "l_mw_sat"), (45, 21), strict=True):
        filed = {
            tuple(fields[19:27])
            for line in (microwave_folder / folder / "LO.dat").read_text("latin-1").splitlines()
            for fields in [line.split("|")]
        }
        assert len(filed) == len(day.rows["site"]) == positions
        assert len({row.values["name"].casefold() for row in day.rows["site"]}) == positions
        assert all(row.values["source_datum"] == "NAD83" for row in day.rows["site"])


def test_lengths_and_azimuths_agree_with_the_fcc(both, microwave_folder):
    with (microwave_folder / "path_oracle_dev.csv").open(encoding="utf-8") as file:
        oracle = {(row["call_sign"], int(row["path"]), int(row["segment"])): row for row in csv.DictReader(file)}
    paths = {
        tuple(row.values[column] for column in ("call_sign", "path_number", "segment_number")): row.values
        for row in of_class(both, "microwave_path")
    }
    assert paths.keys() == oracle.keys()
    compared = 0
    for key, filed in oracle.items():
        length_m = float(filed["fcc_segment_km"]) * 1000
        ours = paths[key]
        assert ours["filed_segment_length_m"] == pytest.approx(length_m)
        if length_m == 0:
            assert (ours["path_length_m"], ours["azimuth_deg"], ours["filed_azimuth_deg"]) == (0.0, None, None)
            continue
        assert ours["path_length_m"] == pytest.approx(length_m, rel=5e-6)
        assert turn_deg(ours["azimuth_deg"], float(filed["fcc_tx_azimuth_deg"])) < 0.2
        assert ours["filed_azimuth_deg"] == float(filed["fcc_tx_azimuth_deg"])
        compared += 1
    assert compared == 69


def test_each_pair_of_sites_is_linked_once_unless_links_run_in_parallel(both):
    links = of_class(both, "backhaul_link")
    pairs = Counter(
        frozenset((row.references["site_a"].name, row.references["site_b"].name)) for row in links
    )
    assert len(pairs) == 47
    parallel = {tuple(sorted(pair)): number for pair, number in pairs.items() if number > 1}
    assert parallel == {
        ("SINAI", "STATE OFC B"): 2, ("CITY MUNICIPAL BUILD", "F D STATION #2"): 2,
        ("F D STATION #2", "F D STATION #3"): 2,
    }  # fmt: skip
    assert all(bool(row.values["designation"]) == (row.values["name"].count("(") == 1) for row in links)
    assert sum(bool(row.values["designation"]) for row in links) == 6


def test_a_link_gathers_both_directions_filed_under_two_call_signs(both):
    link = next(row for row in of_class(both, "backhaul_link") if row.values["name"] == "CENTER ST – COUNCILCREST")
    assert (link.values["call_sign_a"], link.values["call_sign_b"]) == ("WHK453", "WPQP529")
    assert (link.values["a_to_b_freq_hz"], link.values["b_to_a_freq_hz"]) == (11_275_000_000, 10_785_000_000)
    assert link.values["capacity_mbps"] == 49.2


def test_every_path_has_its_link_but_those_of_length_zero(both):
    paths = of_class(both, "microwave_path")
    without = [row for row in paths if row.references["backhaul_link"] is None]
    assert [(row.values["call_sign"], row.values["path_number"]) for row in without] == [("WQDW798", 1), ("WQDW798", 2)]
    linked = {row.references["backhaul_link"].name for row in paths if row.references["backhaul_link"]}
    assert linked == {row.values["name"] for row in of_class(both, "backhaul_link")}


def said(day, file, row, column):
    return [problem for problem in day.said if (problem.file, problem.row, problem.column) == (file, row, column)]


def test_oddities_are_said_with_file_row_column_reason_and_mend(monday, saturday):
    for row, column, value in ((61, "azimuth", "360.0"), (64, "azimuth", "999.0")):
        (problem,) = said(monday, "AN.dat", row, column)
        assert (problem.severity, problem.value) == ("warning", value)
        assert problem.reason
        assert problem.mend
    for row in (1, 3):
        (problem,) = said(monday, "CP.dat", row, "control_address")
        assert "2 lines" in problem.reason
    for row in (31, 32):
        (problem,) = said(monday, "SG.dat", row, "segment_length")
        assert "one place" in problem.reason
    for day, number in ((monday, 46), (saturday, 19)):
        (problem,) = said(day, "LO.dat", None, "location_class_code")
        assert problem.reason.startswith(f"{number} × location filed with no address, state")
    (alias,) = said(monday, "LO.dat", 12, "location_name")
    assert alias.value == "Bressler; 1560"
    fillers = [said(day, "AN.dat", None, "azimuth")[0].reason for day in (monday, saturday)]
    assert [reason.split(" ")[0] for reason in fillers] == ["16", "2"]


def test_a_control_point_address_of_two_lines_is_kept_whole(monday):
    (licence,) = (row for row in monday.rows["licence"] if row.values["call_sign"] == "WNEW410")
    assert "Control point 1: MIEMSS Communications, 653 W Pratt Street, Baltimore, MD" in licence.values["remarks"]


def test_a_licence_is_whole(saturday):
    (licence,) = (row for row in saturday.rows["licence"] if row.values["call_sign"] == "WQCX778")
    values = {column: str(value) for column, value in licence.values.items() if column != "remarks"}
    assert values == {
        "call_sign": "WQCX778", "radio_service_code": "MW", "licence_status": "expired", "granted_on": "2005-06-20",
        "expires_on": "2015-06-20", "cancelled_on": "2015-08-22", "uls_system_id": "2727848",
        "licensee": "Lamar, County Of", "frn": "0001648856",
    }  # fmt: skip
    assert (licence.source, licence.source_key, licence.file, licence.row) == ("uls", "WQCX778", "HD.dat", 1)


def test_a_station_is_whole(both):
    (station,) = (row for row in of_class(both, "station") if row.values["name"] == "WQDW902 location 1 antenna 1")
    values = station.values
    assert (values["antenna_make"], values["antenna_model"]) == ("Andrew Corporation", "PARX8-65")
    assert (values["antenna_height_agl_m"], values["beamwidth_deg"], values["azimuth_deg"]) == (49.0, 1.3, 65.3)
    # Microwave filings give gain in dBi: an HP3-18, a dish of 0.914 m at 18 GHz, is filed as 42.0, and
    # 10 log10(0.55 (pi 0.914 m / 16.7 mm)^2) is 42.1 dB over isotropic.
    assert (values["antenna_gain_dbi"], values["antenna_gain_entered_unit"]) == (41.2, "dBi")
    assert values["polarization"] == "horizontal"
    assert values["remarks"] == "Tilt as filed: -0.2 degrees\nDiversity antenna at 39.6 m above ground"
    assert station.references["site"].name == "HP-1253, Shepherd Mt"
    (frequency,) = (child.values for child in station.children[0].rows)
    assert (frequency["station_tx_freq_hz"], frequency["eirp_dbm"]) == (6_825_000_000, 66.2)
    assert frequency["transmitter_model"] == "MDR-8606-45"


def test_each_filing_of_a_frequency_is_kept_with_its_emission(both):
    filed = [child.values for row in of_class(both, "station") for child in row.children[0].rows]
    assert len(filed) == 161 + 39
    assert all(values["emission_designators"] for values in filed)
    (station,) = (row for row in of_class(both, "station") if row.values["name"] == "WQOH642 location 1 antenna 1")
    rows = [child.values for child in station.children[0].rows]
    assert [row["sequence"] for row in rows] == list(range(1, 9))
    assert [row["eirp_dbm"] for row in rows] == [59.2, 61.2, 61.2, 60.2, 59.2, 59.2, 57.2, 57.2]
    assert {row["station_tx_freq_hz"] for row in rows} == {10_795_000_000}


def test_filed_counties_have_their_census_codes(both):
    """FIPS codes of six filings, looked up in the Census gazetteer of 2024."""
    sites = {row.values["name"]: row.values for row in of_class(both, "site")}
    expected = {
        "RUBY JCT": "41051", "SINAI": "24510", "TUCSON OFC": "04019", "CUNYCONCOURS": "36005", "PT LOMA": "06073",
        "Airwaves Tower": "48277",
    }  # fmt: skip
    assert {name: sites[name]["county_fips"] for name in expected} == expected
    assert sum("county_fips" in values for values in sites.values()) == 38  # one transmit end a licence
    assert not any(problem.column == "location_county" for day in both for problem in day.said)


def test_a_merged_site_keeps_what_its_transmit_end_files(monday):
    (site,) = (row for row in monday.rows["site"] if row.values["name"] == "COUNCILCREST")
    assert site.source_key == "WPQP529/LO/1"
    assert (site.values["asr_number"], site.values["structure_type"]) == ("1055246", "mast")
    assert (site.values["structure_height_agl_m"], site.values["overall_height_agl_m"]) == (133.0, 142.0)
    assert site.values["address"] == "3405 SW COUNCIL CREST DRIVE, PORTLAND, MULTNOMAH county, OR"
