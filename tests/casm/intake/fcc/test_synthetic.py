"""Land mobile and the 2025 layout, on synthetic records (no real file was to be had), and awkward cases."""

import pytest

from casm.intake.fcc.known import Known, KnownSite
from casm.intake.fcc.layout import edition_of
from casm.intake.fcc.records import read_records
from geo.geodesy import GRS80, inverse

POSITION = dict(
    lat_degrees=36, lat_minutes=22, lat_seconds=15.5, lat_direction="N", long_degrees=84, long_minutes=10,
    long_seconds=30.0, long_direction="W",
)  # fmt: skip


@pytest.fixture(scope="module")
def land_mobile(synthetic_folder, read_path):
    return read_path(synthetic_folder / "l_lm_2025")


@pytest.fixture(scope="module")
def microwave(synthetic_folder, read_path):
    return read_path(synthetic_folder / "l_mw_2025")


def row_named(found, record_class, name):
    (row,) = (row for row in found.rows[record_class] if row.values.get("name", row.values.get("call_sign")) == name)
    return row


@pytest.mark.parametrize("record_type", ["HD", "EN", "AN", "FR"])
def test_the_files_have_the_widths_of_2025(synthetic_folder, record_type):
    with (synthetic_folder / "l_lm_2025" / f"{record_type}.dat").open("rb") as stream:
        widths = {len(record.fields) for record in read_records(stream, f"{record_type}.dat", record_type)}
    assert {edition_of(record_type, width) for width in widths} == {"2025"}


def test_no_call_sign_could_be_real(land_mobile, microwave):
    for found in (land_mobile, microwave):
        assert all(row.values["call_sign"].startswith("XX") for row in found.rows["licence"])
        assert all("SYNTHETIC" in (row.values["licensee"] or "SYNTHETIC") for row in found.rows["licence"])


def test_every_record_is_accounted_for(land_mobile, microwave):
    for found in (land_mobile, microwave):
        assert found.tally.adds_up()
        assert found.tally.total("refused") == 0
    assert land_mobile.tally.counts["HS"]["set aside"] == 1
    assert land_mobile.tally.counts["FR"] == {"read": 12, "kept": 11, "set aside": 1}


def test_licences_of_land_mobile(land_mobile):
    values = row_named(land_mobile, "licence", "XXA101").values
    assert (values["radio_service_code"], values["licence_status"]) == ("PW", "active")
    assert values["licensee"] == "SYNTHETIC TOWN OF CAÑADA, NOT A REAL LICENSEE"
    assert values["special_conditions"] == (
        "Special condition P 32\nSYNTHETIC CONDITION, FIRST LINE, AND SECOND LINE."
    )
    assert "0000000000" not in str(land_mobile.rows) + str(land_mobile.said)
    cancelled = row_named(land_mobile, "licence", "XXA103")
    assert (cancelled.values["licence_status"], cancelled.values["licensee"]) == ("cancelled", None)
    assert [problem.severity for problem in cancelled.notes] == ["note", "warning"]


def test_mobile_areas_have_no_position_and_are_never_drawn(land_mobile):
    areas = [row for row in land_mobile.rows["site"] if "position" not in row.values]
    assert [row.values["name"] for row in areas] == [
        "XXA101 location 2 (mobile area)", "XXA101 location 3 (mobile area)",
        "XXA101 location 4 (6.1 metre control stations)", "XXA102 location 2 (mobile area)",
    ]  # fmt: skip
    assert areas[0].values["remarks"] == (
        "Mobile area, around a fixed location, radius 32 km, fixed location 1, 40 hand-held units, 25 mobile units"
    )
    assert "centre 36-20-05.0 N 84-15-00.0 W (NAD83)" in areas[1].values["remarks"]
    (note,) = (problem for problem in land_mobile.said if problem.column == "location_type_code")
    assert note.reason.startswith("4 × location that is an area")


def test_frequencies_powers_and_classes_of_a_base_station(land_mobile):
    station = row_named(land_mobile, "station", "XXA101 location 1 antenna 1")
    frequencies = [child.values for child in station.children[0].rows]
    assert [(row["station_tx_freq_hz"], row["tx_output_w"], row["erp_w"]) for row in frequencies] == [
        (155_047_500, 50.0, 110.0), (453_212_500, 75.0, 110.0),
    ]  # fmt: skip
    assert [row["emission_designators"] for row in frequencies] == ["11K2F3E", "11K2F3E, 8K10F1E"]
    assert (station.values["station_class"], station.values["erp_w"], station.values["tx_output_w"]) == (
        "FB2", 110.0, None,
    )  # fmt: skip
    assert (station.values["antenna_height_agl_m"], station.values["haat_m"]) == (45.0, 102.0)


def test_gain_of_unstated_unit_stays_unknown_and_is_kept_in_words(land_mobile):
    station = row_named(land_mobile, "station", "XXA101 location 1 antenna 1")
    assert (station.values["antenna_gain_dbi"], station.values["antenna_gain_entered_unit"]) == (None, None)
    assert station.values["remarks"] == "Antenna gain as filed: 6 dB, not said whether dBd or dBi"


def test_frequency_numbers_that_repeat_are_numbered_anew(land_mobile):
    station = row_named(land_mobile, "station", "XXA102 location 1 antenna 1")
    rows = [child.values for child in station.children[0].rows]
    assert [(row["sequence"], row["station_tx_freq_hz"]) for row in rows] == [
        (1, 460_025_000), (2, 460_125_000), (3, 460_225_000),
    ]  # fmt: skip
    assert all(row["emission_designators"] == "8K10F1E" for row in rows)
    assert station.values["antenna_pattern"] == "omni"


def test_one_place_of_two_licensees_is_one_site_and_their_conflict_is_said(land_mobile):
    site = row_named(land_mobile, "site", "SYNTHETIC RIDGE")
    assert (site.source_key, site.values["ground_elevation_amsl_m"]) == ("XXA102/LO/1", 780.0)
    (conflict,) = (problem for problem in site.notes if problem.column == "ground_elevation")
    assert (conflict.file, conflict.row, conflict.value) == ("LO.dat", 7, "781.5")
    stations = [row for row in land_mobile.rows["station"] if row.references["site"].name == "SYNTHETIC RIDGE"]
    assert {row.values["call_sign"] for row in stations} == {"XXA102", "XXA103"}


def test_a_path_over_a_passive_repeater_has_a_row_for_each_segment(microwave):
    paths = microwave.rows["microwave_path"]
    assert [(row.values["call_sign"], row.values["segment_number"]) for row in paths] == [
        ("XXM201", 1), ("XXM201", 2), ("XXM202", 1), ("XXM202", 2),
    ]  # fmt: skip
    assert all(row.values["passive_repeater"] for row in paths)
    ends = [(row.references["tx_site"].name, row.references["rx_site"].name) for row in paths[:2]]
    assert ends == [("SYNTHETIC A", "SYNTHETIC PASSIVE"), ("SYNTHETIC PASSIVE", "SYNTHETIC B")]
    expected = inverse(-(84 + 10.5 / 60), 36 + 22 / 60 + 15.5 / 3600, -(84 + 4 / 60), 36.45, ellipsoid=GRS80)
    assert paths[0].values["path_length_m"] == pytest.approx(expected.distance_m, rel=1e-9)
    assert paths[0].values["filed_segment_length_m"] is None
    links = {row.values["name"]: row for row in microwave.rows["backhaul_link"]}
    assert set(links) == {"SYNTHETIC A – SYNTHETIC PASSIVE", "SYNTHETIC PASSIVE – SYNTHETIC B"}
    assert row_named(microwave, "station", "XXM201 location 2 antenna 1").values["remarks"] == (
        "Reflector 6.1 m high\nReflector 9.1 m wide"
    )


def licence_lines(record_line, *, number=1, call_sign="XXA900", **head):
    common = dict(unique_system_identifier=number, call_sign=call_sign)
    return [
        record_line("HD", **common, **{"license_status": "A", "radio_service_code": "PW", **head}),
        record_line("EN", **common, entity_type="L", entity_name="SYNTHETIC"),
    ]


def test_records_without_their_licence_are_refused(tmp_path, record_line, write_files, read_path):
    stray = record_line("LO", unique_system_identifier=2, call_sign="XXA901", location_number=1)
    found = read_path(write_files(tmp_path, *licence_lines(record_line), stray))
    (refusal,) = found.refusals
    assert (refusal.file, refusal.row, refusal.record_class) == ("LO.dat", 1, "site")
    assert "no HD record" in refusal.problems[0].reason
    assert found.tally.adds_up()


def test_a_licence_without_call_sign_is_refused_with_its_records(tmp_path, record_line, write_files, read_path):
    lines = [*licence_lines(record_line), *licence_lines(record_line, number=2, call_sign="")]
    found = read_path(write_files(tmp_path, *lines))
    assert [row.values["call_sign"] for row in found.rows["licence"]] == ["XXA900"]
    assert [(refusal.file, refusal.row) for refusal in found.refusals] == [("HD.dat", 2), ("EN.dat", 2)]
    assert found.tally.adds_up()


def test_of_two_licences_with_one_call_sign_the_one_in_force_is_taken(tmp_path, record_line, write_files, read_path):
    lines = [
        *licence_lines(record_line, number=5, license_status="C", grant_date="01/01/2020"),
        *licence_lines(record_line, number=4, grant_date="01/01/2010"),
        *licence_lines(record_line, number=3, grant_date="01/01/2009"),
    ]
    found = read_path(write_files(tmp_path, *lines))
    (licence,) = found.rows["licence"]
    assert licence.values["uls_system_id"] == "4"
    assert found.tally.counts["HD"] == {"read": 3, "kept": 1, "refused": 2}
    assert found.tally.adds_up()


def test_the_same_record_twice_is_set_aside_and_a_differing_one_refused(tmp_path, record_line, write_files, read_path):
    common = dict(unique_system_identifier=1, call_sign="XXA900", location_number=1, location_type_code="F")
    same = record_line("LO", **common, location_name="SYNTHETIC", **POSITION)
    other = record_line("LO", **common, location_name="ANOTHER", **POSITION)
    found = read_path(write_files(tmp_path, *licence_lines(record_line), same, same, other))
    assert found.tally.counts["LO"] == {"read": 3, "kept": 1, "set aside": 1, "refused": 1}
    assert [row.values["name"] for row in found.rows["site"]] == ["SYNTHETIC"]
    assert "differs from line 1" in found.refusals[0].problems[0].reason


def test_an_emission_that_matches_no_frequency_is_refused(tmp_path, record_line, write_files, read_path):
    key = dict(unique_system_identifier=1, call_sign="XXA900", location_number=1, antenna_number=1)
    found = read_path(
        write_files(
            tmp_path, *licence_lines(record_line),
            record_line("FR", **key, frequency_assigned="155.475", freq_seq_id=1),
            record_line("EM", **key, frequency_assigned="155.475", frequency_number=2, emission_code="11K2F3E"),
            record_line("FR", **key, frequency_assigned="2.182", freq_seq_id=2),
        )
    )  # fmt: skip
    assert {refusal.file for refusal in found.refusals} == {"EM.dat", "FR.dat"}
    assert found.tally.adds_up()


def test_places_known_already_keep_their_names(tmp_path, record_line, write_files, read_path):
    line = record_line(
        "LO", unique_system_identifier=1, call_sign="XXA900", location_number=1, location_type_code="F",
        location_name="HILL", **POSITION,
    )  # fmt: skip
    folder = write_files(tmp_path, *licence_lines(record_line), line)
    known = Known(at={"36-22-15.5 N/84-10-30.0 W": KnownSite("Synthetic Hill Tower", ("THE HILL",))})
    (site,) = read_path(folder, known).rows["site"]
    assert (site.values["name"], site.values["aliases"]) == ("Synthetic Hill Tower", ["THE HILL", "HILL"])


def test_a_name_that_another_place_has_is_told_apart(tmp_path, record_line, write_files, read_path):
    line = record_line(
        "LO", unique_system_identifier=1, call_sign="XXA900", location_number=1, location_type_code="F",
        location_name="Hill", **POSITION,
    )  # fmt: skip
    folder = write_files(tmp_path, *licence_lines(record_line), line)
    (site,) = read_path(folder, Known(names={"hill"})).rows["site"]
    assert (site.values["name"], site.values.get("aliases")) == ("Hill (XXA900 location 1)", None)


def test_a_location_filed_at_another_position_than_before_is_said(tmp_path, record_line, write_files, read_path):
    line = record_line(
        "LO", unique_system_identifier=1, call_sign="XXA900", location_number=1, location_type_code="F",
        location_name="Hill", **POSITION,
    )  # fmt: skip
    folder = write_files(tmp_path, *licence_lines(record_line), line)
    known = Known(names={"hill"}, by_source_key={"XXA900/LO/1": "Hill"})
    (site,) = read_path(folder, known).rows["site"]
    assert site.values["name"] == "Hill (XXA900 location 1)"
    assert "stood at another position before" in site.notes[0].reason


def test_a_fixed_location_without_position_is_kept_without_one_and_said(tmp_path, record_line, write_files, read_path):
    line = record_line("LO", unique_system_identifier=1, call_sign="XXA900", location_number=1, location_type_code="F")
    (site,) = read_path(write_files(tmp_path, *licence_lines(record_line), line)).rows["site"]
    assert site.values == {"name": "XXA900 location 1"}
    assert "without a position" in site.notes[0].reason


def test_a_filed_length_that_contradicts_the_positions_is_said(tmp_path, record_line, write_files, read_path):
    common = dict(unique_system_identifier=1, call_sign="XXA900")
    far = {**POSITION, "lat_seconds": 16.5}
    found = read_path(
        write_files(
            tmp_path, *licence_lines(record_line),
            record_line("LO", **common, location_number=1, location_class_code="T", **POSITION),
            record_line("LO", **common, location_number=2, location_class_code="R", **far),
            record_line(
                "SG", **common, path_number=1, transmit_location=1, transmit_antenna=1, receiver_location=2,
                receiver_antenna=1, segment_number=1, segment_length="0.031000",
            ),
        )
    )  # fmt: skip
    (path,) = found.rows["microwave_path"]
    reasons = [problem.reason for problem in path.notes]
    assert any("no PA record" in reason for reason in reasons)
    assert any("0.030824 km apart" in reason for reason in reasons)
    assert path.values["filed_segment_length_m"] == pytest.approx(31.0)
    assert path.values["path_length_m"] == pytest.approx(30.824, abs=0.001)
