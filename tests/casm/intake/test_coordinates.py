"""Positions in every usual notation, and what is refused instead of guessed."""

import contextlib
import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repeats import repeats

from casm.intake.cell import Cell, CellError
from casm.intake.coordinates import in_united_states, parse_coordinate, parse_pair, parse_position
from casm.intake.datums import datum_in, nad27_to_wgs84
from casm.intake.grid_cells import parse_grid
from geo.geodesy import distance_m

EXAMPLES = repeats(20_000, quick=300)


@pytest.mark.parametrize(
    ("written", "axis", "degrees"),
    [
        ("36.51234", "latitude", 36.51234),
        ("N36.51234", "latitude", 36.51234),
        ("36.51234 N", "latitude", 36.51234),
        ("36.51234°", "latitude", 36.51234),
        ("36°30'44.4\"N", "latitude", 36 + 30 / 60 + 44.4 / 3600),
        ("36º30′44.4″ N", "latitude", 36 + 30 / 60 + 44.4 / 3600),
        ("36 30 44.4 N", "latitude", 36 + 30 / 60 + 44.4 / 3600),
        ("N 36-30-44.4", "latitude", 36 + 30 / 60 + 44.4 / 3600),
        ("36:30:44.4", "latitude", 36 + 30 / 60 + 44.4 / 3600),
        ("36d30m44.4s N", "latitude", 36 + 30 / 60 + 44.4 / 3600),
        ("363044.4N", "latitude", 36 + 30 / 60 + 44.4 / 3600),
        ("36° 30.74'", "latitude", 36 + 30.74 / 60),
        ("36 deg 30 min 44.4 sec north", "latitude", 36 + 30 / 60 + 44.4 / 3600),
        ("14 16 44 S", "latitude", -(14 + 16 / 60 + 44 / 3600)),
        ("−84.21", "longitude", -84.21),
        ("84.21W", "longitude", -84.21),
        ("W084 12.6", "longitude", -(84 + 12.6 / 60)),
        ("0841236W", "longitude", -(84 + 12 / 60 + 36 / 3600)),
        ("-84-12-36", "longitude", -(84 + 12 / 60 + 36 / 3600)),
        ("144 47 37 E", "longitude", 144 + 47 / 60 + 37 / 3600),
        ("-0.5", "longitude", -0.5),
        ("0 30 00 W", "longitude", -0.5),
    ],
)
def test_notations(written, axis, degrees):
    assert parse_coordinate(written, axis).degrees == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize(
    ("written", "axis", "reason"),
    [
        ("36 61 00 N", "latitude", "below 60"),
        ("36 30 60", "latitude", "below 60"),
        ("91", "latitude", "within 90"),
        ("84.2 N", "longitude", "no hemisphere of a longitude"),
        ("-84.2 W", "longitude", "both a minus sign"),
        ("N 36.5 S", "latitude", "two hemispheres"),
        ("thirty-six", "latitude", "not a latitude"),
        ("36.5.1", "latitude", "not a latitude"),
        ("36,5", "latitude", "not a latitude"),
        ("1e1", "latitude", "not a latitude"),
        ("nan", "latitude", "not a latitude"),
        ("", "latitude", "not a latitude"),
    ],
)
def test_what_is_no_coordinate_is_refused_with_a_mend(written, axis, reason):
    with pytest.raises(CellError) as caught:
        parse_coordinate(written, axis)
    assert reason in caught.value.reason
    assert caught.value.mend


def notations(degrees: float, letters: str) -> list[str]:
    """The same angle as people write it, to a ten-thousandth of a second (3 mm)."""
    total = round(abs(degrees) * 36_000_000)
    whole, rest = divmod(total, 36_000_000)
    minutes, ticks = divmod(rest, 600_000)
    seconds = f"{ticks // 10_000:02d}.{ticks % 10_000:04d}"
    letter = letters[degrees < 0]
    sign = "-" if degrees < 0 else ""
    return [
        f"{whole} {minutes} {seconds} {letter}",
        f"{letter}{whole}-{minutes:02d}-{seconds}",
        f"{whole}°{minutes:02d}'{seconds}\"{letter}",
        f"{whole}d{minutes}m{seconds}s {letter}",
        f"{sign}{whole}:{minutes:02d}:{seconds}",
        f"{whole:03d}{minutes:02d}{seconds}{letter}",
        f"{sign}{total / 36_000_000:.9f}",
    ]


@settings(max_examples=EXAMPLES)
@given(st.floats(-89.99, 89.99), st.floats(-179.99, 179.99))
def test_every_notation_gives_the_same_place(latitude, longitude):
    for written, axis, wanted, letters in (
        *((text, "latitude", latitude, "NS") for text in notations(latitude, "NS")),
        *((text, "longitude", longitude, "EW") for text in notations(longitude, "EW")),
    ):
        assert parse_coordinate(written, axis).degrees == pytest.approx(wanted, abs=2e-8), (written, letters)


@given(st.text(max_size=30))
def test_no_text_breaks_the_parser(written):
    for axis, limit in (("latitude", 90), ("longitude", 180)):
        with contextlib.suppress(CellError):
            assert abs(parse_coordinate(written, axis).degrees) <= limit


@settings(max_examples=EXAMPLES)
@given(st.floats(25.5, 48.5), st.floats(-124, -67))
def test_a_forgotten_minus_or_an_exchange_is_never_taken(latitude, longitude):
    north, east = f"{latitude:.6f}", f"{-longitude:.6f}"
    with pytest.raises(CellError, match="minus sign or the W"):
        parse_position(Cell(north), Cell(east))
    with pytest.raises(CellError, match=r"exchanged|not on the globe|90 degrees"):
        parse_position(Cell("-" + east), Cell(north))
    lon, lat = parse_position(Cell(north), Cell("-" + east))
    assert (lon, lat) == (float("-" + east), float(north))


def test_territories_west_of_the_date_line_are_taken_as_written():
    assert parse_position(Cell("13.4443"), Cell("144.7937")) == (144.7937, 13.4443)
    assert in_united_states(-170.7, -14.3)
    assert in_united_states(179.1, 51.9)


def test_one_cell_may_hold_both():
    for written in ("36.35, -84.25", "36.35 -84.25", "36.35N 84.25W", "N36 21 00 W84 15 00", "36-21-00 N; 84-15-00 W"):
        assert parse_pair(Cell(written)) == pytest.approx((-84.25, 36.35)), written


def test_fcc_positions_in_degrees_minutes_seconds_match_the_commissions_decimals(shared_data):
    """LO.dat holds degrees, minutes, seconds and a letter; path_oracle_dev.csv the same places in decimals."""
    folder = shared_data / "uls_mw_ps_2015"
    places = {}
    for day in ("mon", "sat"):
        text = (folder / f"l_mw_{day}" / "LO.dat").read_text(encoding="latin-1")
        for line in text.splitlines():
            field = line.split("|")
            if field[0] == "LO" and len(field) > 27 and field[19]:
                places[field[4], field[8]] = (" ".join(field[19:23]), " ".join(field[23:27]))
    compared = 0
    with (folder / "path_oracle_dev.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for end in ("tx", "rx"):
                written = places.get((row["call_sign"], row[f"{end}_loc"]))
                if written:
                    lon, lat = parse_position(Cell(written[0]), Cell(written[1]))
                    assert lat == pytest.approx(float(row[f"{end}_lat"]), abs=1e-7)
                    assert lon == pytest.approx(float(row[f"{end}_lon"]), abs=1e-7)
                    compared += 1
    assert compared >= 100


def test_nad27_is_moved_to_wgs84_within_the_accuracy_it_states():
    """Meades Ranch, origin of NAD27: 39-13-26.686 N, 98-32-30.506 W on NAD27 (Clarke 1866); on NAD83
    39-13-26.7122 N, 98-32-31.7454 W (National Geodetic Survey, datasheet KG0640)."""
    old = parse_position(Cell("39-13-26.686 N"), Cell("98-32-30.506 W"))
    new = parse_position(Cell("39-13-26.7122 N"), Cell("98-32-31.7454 W"))
    moved = nad27_to_wgs84(*old)
    assert distance_m(*old, *new) == pytest.approx(29.7, abs=0.3)
    assert distance_m(moved.longitude_deg, moved.latitude_deg, *new) < moved.accuracy_m <= 12


def test_no_conversion_is_no_guess():
    with pytest.raises(CellError, match="no conversion from NAD27"):
        nad27_to_wgs84(-157.8, 21.3)


@pytest.mark.parametrize(
    ("written", "datum"),
    [("NAD 83", "NAD83"), ("Latitude (NAD27)", "NAD27"), ("WGS-84", "WGS84"), ("EPSG:4269", "NAD83"), ("local", None)],
)
def test_datums_by_their_names(written, datum):
    assert datum_in(written) == datum


@pytest.mark.parametrize(
    ("written", "longitude_deg", "latitude_deg", "accuracy_m"),
    [
        ("16S GF 45123 12345", -84.272810, 36.224926, 0.71),
        ("16SGF451123", -84.272513, 36.224960, 70.7),
        ("Zone 16S 745123mE 4012345mN", -84.272815, 36.224922, 0.71),
        ("16N 745123 4012345", -84.272815, 36.224922, 0.71),
        ("2L 543210 8400000", -170.599044, -14.472308, 0.71),
    ],
)
def test_grid_references(written, longitude_deg, latitude_deg, accuracy_m):
    found = parse_grid(Cell(written))
    assert (found.longitude_deg, found.latitude_deg) == pytest.approx((longitude_deg, latitude_deg), abs=2e-6)
    assert found.accuracy_m == pytest.approx(accuracy_m, rel=0.01)


@pytest.mark.parametrize(
    "written", ["36.5, -84.2", "36N 84W", "36-30-44.4 N 84-12-44.4 W", "363044N 0841236W", "unknown"]
)
def test_degrees_are_no_grid_reference(written):
    assert parse_grid(Cell(written)) is None


@pytest.mark.parametrize(
    ("written", "datum", "reason"),
    [
        ("GF 45123 12345", None, "no grid zone"),
        ("16S GF 45123 12345", "NAD27", "WGS84 or NAD83 alone"),
        ("33U UP 12345 67890", None, "not in the United States"),
        ("UTM 16S 4012345", None, "no UTM reference"),
    ],
)
def test_grid_references_that_are_refused(written, datum, reason):
    with pytest.raises(CellError) as told:
        parse_grid(Cell(written), datum)
    assert reason in told.value.reason
    assert told.value.mend
