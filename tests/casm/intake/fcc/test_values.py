"""Fields to values: positions, azimuths, frequencies, dates; what cannot be read stays unknown and is said."""

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casm.intake.fcc.azimuth import filed_azimuth_deg, turn_deg
from casm.intake.fcc.layout import COLUMNS
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.records import Record
from casm.intake.fcc.values import Reading, filed_position

LATITUDE = ("lat_degrees", "lat_minutes", "lat_seconds", "lat_direction")
LONGITUDE = ("long_degrees", "long_minutes", "long_seconds", "long_direction")


def reading(record_type, **fields):
    return Reading(Record(record_type, f"{record_type}.dat", 7, tuple(
        str(fields.get(column, "")) for column in COLUMNS[record_type]
    )))  # fmt: skip


def location(latitude, longitude):
    columns = (*LATITUDE, *LONGITUDE)
    return reading("LO", **dict(zip(columns, f"{latitude} {longitude}".split(), strict=True)))


def test_a_position_is_read_with_its_strings():
    found = filed_position(location("45 30 43.4 N", "122 27 26.3 W"))
    # Worked by hand: 45 + 30/60 + 43.4/3600, -(122 + 27/60 + 26.3/3600); path_oracle_dev.csv has the same to 1e-7.
    assert found.latitude_deg == pytest.approx(45.5120555556, abs=1e-10)
    assert found.longitude_deg == pytest.approx(-122.4573055556, abs=1e-10)
    assert (found.latitude_text, found.longitude_text) == ("45-30-43.4 N", "122-27-26.3 W")


@pytest.mark.parametrize("spelled", ["33 49 0.0 N", "33 49 00.0 N", "033 49 0 n", "33 49 0.00 N"])
def test_one_position_has_one_key_however_it_is_spelled(spelled):
    assert filed_position(location(spelled, "85 45 56.0 W")).key == "33-49-00.0 N/85-45-56.0 W"


def test_the_south_and_the_east_have_their_signs():
    found = filed_position(location("14 16 42.0 S", "144 47 1.5 E"))
    assert (found.latitude_deg < 0, found.longitude_deg > 0) == (True, True)


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        ("45 60 0.0 N", "122 27 26.3 W", "not a latitude"),
        ("45 30 60.0 N", "122 27 26.3 W", "not a latitude"),
        ("91 0 0.0 N", "122 27 26.3 W", "not a latitude"),
        ("90 0 0.1 N", "122 27 26.3 W", "not a latitude"),
        ("45 30 43.4 X", "122 27 26.3 W", "not a latitude"),
        ("45.5 30 43.4 N", "122 27 26.3 W", "not a latitude"),
        ("NaN 30 43.4 N", "122 27 26.3 W", "not a latitude"),
        ("1e9 30 43.4 N", "122 27 26.3 W", "not a latitude"),
        ("-45 30 43.4 N", "122 27 26.3 W", "not a latitude"),
        ("45 30 43.4 N", "181 27 26.3 W", "not a longitude"),
        ("45 30 43.4 N", "122 27 26.3 N", "not a longitude"),
        ("0 0 0.0 N", "0 0 0.0 W", "zero throughout"),
    ],
)  # fmt: skip
def test_what_is_no_position_stays_unknown_and_is_said(latitude, longitude, reason):
    read = location(latitude, longitude)
    assert filed_position(read) is None
    (problem,) = read.problems
    assert reason in problem.reason
    assert (problem.file, problem.row, problem.severity) == ("LO.dat", 7, "warning")


def test_a_forgotten_direction_is_not_guessed():
    read = reading("LO", **dict(zip(LATITUDE, ["45", "30", "43.4", ""], strict=True)))
    assert filed_position(read) is None
    assert "incomplete latitude" in read.problems[0].reason


def test_no_position_at_all_is_no_finding():
    read = reading("LO")
    assert filed_position(read) is None
    assert read.problems == []


@given(
    st.integers(0, 89), st.integers(0, 59), st.integers(0, 599), st.sampled_from("NS"),
    st.integers(0, 179), st.integers(0, 59), st.integers(1, 599), st.sampled_from("EW"),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_equal_positions_have_equal_keys_and_others_differ(a, b, c, north, d, e, f, east):
    found = filed_position(location(f"{a} {b} {c / 10} {north}", f"{d} {e} {f / 10} {east}"))
    assert abs(found.latitude_deg) == pytest.approx(a + b / 60 + c / 36000, abs=1e-12)
    assert math.copysign(1, found.longitude_deg) == (1 if east == "E" else -1)
    near = filed_position(location(f"{a} {b} {c / 10} {north}", f"{d} {e} {(f - 1) / 10} {east}"))
    assert near is None or near.key != found.key


@pytest.mark.parametrize(
    ("text", "freq_hz"),
    [("6615.00000000", 6_615_000_000), ("453.21250000", 453_212_500), ("6226.89000000", 6_226_890_000),
     ("155.0475", 155_047_500)],
)  # fmt: skip
def test_frequencies_are_whole_hertz(text, freq_hz):
    assert reading("FR", frequency_assigned=text).freq_hz("frequency_assigned") == freq_hz


@pytest.mark.parametrize("text", ["2.182", "200000", "-155", "abc", "Infinity", "1e400", "0.00000000"])
def test_what_the_inventory_cannot_hold_is_no_frequency(text):
    assert reading("FR", frequency_assigned=text).freq_hz("frequency_assigned") is None


def test_a_frequency_finer_than_a_hertz_is_rounded_and_said():
    read = reading("FR", frequency_assigned="155.04756789")
    assert read.freq_hz("frequency_assigned") == 155_047_568
    assert "nearest hertz" in read.problems[0].reason


@pytest.mark.parametrize(
    ("text", "day"), [("02/29/2024", date(2024, 2, 29)), ("02/29/2023", None), ("2023-01-01", None), ("", None)]
)
def test_dates(text, day):
    read = reading("HD", grant_date=text)
    assert read.day("grant_date") == day
    assert len(read.problems) == (day is None and text != "")


@pytest.mark.parametrize("text", ["x", "NaN", "Infinity", "1e30"])
def test_what_is_no_number_is_unknown_and_said(text):
    read = reading("AN", beamwidth=text)
    assert read.number("beamwidth", 0, 360) is None
    assert len(read.problems) == 1


def azimuth(text, pointing_deg, kind="T"):
    read = reading("AN", azimuth=text, antenna_type_code=kind)
    outcome = Outcome()
    return filed_azimuth_deg(read, pointing_deg, outcome), read.problems, outcome.gathered.problems()


@pytest.mark.parametrize(
    ("text", "pointing_deg", "kind", "expected", "severities"),
    [
        ("229.0", [228.96], "T", 229.0, []),
        ("0.0", [359.97], "T", 0.0, []),
        ("229.0", [], "T", 229.0, []),
        ("229.0", [48.9], "T", 229.0, ["warning"]),
        ("360.0", [0.03], "T", 0.0, ["note"]),
        ("360.0", [], "T", None, ["warning"]),
        ("360.0", [90.0], "T", None, ["warning"]),
        ("999.0", [90.0], "T", None, ["warning"]),
        ("0.0", [48.9], "R", None, ["note"]),
        ("0.0", [], "R", None, ["note"]),
        ("0.0", [359.8], "R", 0.0, []),
        ("48.9", [48.9], "R", 48.9, []),
        ("", [48.9], "T", None, []),
        ("-1", [48.9], "T", None, ["warning"]),
    ],
)  # fmt: skip
def test_azimuths_and_the_figures_that_stand_for_none(text, pointing_deg, kind, expected, severities):
    found, problems, gathered = azimuth(text, pointing_deg, kind)
    assert found == expected
    assert [problem.severity for problem in [*problems, *gathered]] == severities


def test_the_smaller_angle_is_taken_over_north():
    assert turn_deg(359.5, 0.25) == pytest.approx(0.75)
    assert turn_deg(90, 270) == 180
