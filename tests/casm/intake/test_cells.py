"""Numbers, units, dates, words, squelch and areas as people write them."""

import contextlib
import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casm.intake import measures, synonyms, values
from casm.intake.areas import parse_area
from casm.intake.cell import Cell, CellError, tidy
from casm.intake.classes.common import parse_key_reference
from casm.intake.header_aliases import read_heading
from casm.intake.squelch import CTCSS_HZ, DCS_CODES, parse_squelch
from casm.inventory.choices import BAND, CHANNEL_MODE, DISCIPLINE, RADIO_MODE

LENGTH = measures.measure(measures.LENGTH_M, low=-100, high=1_000_000)
POWER = measures.measure(measures.POWER_W, low=0, high=1_000_000)


def refused(parse, written, unit=None) -> str:
    with pytest.raises(CellError) as caught:
        parse(Cell(written, unit))
    assert caught.value.mend
    return caught.value.reason


@pytest.mark.parametrize(
    ("written", "unit", "metres"),
    [
        ("150", "ft", 45.72),
        ("150 ft", "m", 45.72),
        ("1,005", "ft", 306.324),
        ("150' 6\"", None, 45.8724),
        ("45.72m", None, 45.72),
        ("25", "mi", 40_233.6),
        ("−12", "m", -12.0),
        ("1.5e2 ft", None, 45.72),
    ],
)
def test_lengths(written, unit, metres):
    assert LENGTH(Cell(written, unit)) == pytest.approx(metres, abs=1e-9)


@pytest.mark.parametrize("written", ["12,5", "about 50", "~150", "12-15", "1 2", "ft", "", "1,23", "12 cubits", "inf"])
def test_what_is_no_number_is_refused(written):
    assert refused(LENGTH, written, "m")


def test_a_length_without_a_unit_is_refused():
    assert refused(LENGTH, "150") == "no unit is stated"


def test_powers():
    assert POWER(Cell("50", "dBm")) == pytest.approx(100)
    assert POWER(Cell("0.1 kW")) == pytest.approx(100)
    assert "outside" in refused(POWER, "-5 W")
    assert "no unit for this" in refused(POWER, "5 ft")


@pytest.mark.parametrize(
    ("written", "unit", "freq_hz"),
    [
        ("155.7525", None, 155_752_500),
        ("155.7525", "MHz", 155_752_500),
        ("155752.5", "kHz", 155_752_500),
        ("155752500", "Hz", 155_752_500),
        ("769.24375 MHz", None, 769_243_750),
        ("11.2 GHz", None, 11_200_000_000),
    ],
)
def test_frequencies_are_whole_hertz(written, unit, freq_hz):
    assert measures.frequency_hz(Cell(written, unit)) == freq_hz


def test_a_frequency_nobody_uses_is_refused():
    assert "25 MHz" in refused(measures.frequency_hz, "155752500")
    assert "25 MHz" in refused(measures.frequency_hz, "0.1557525")


def test_bandwidths():
    assert [measures.bandwidth_hz(Cell(one)) for one in ("N", "W", "12.5 kHz", "6.25K", "25000 Hz")] == [
        12_500, 25_000, 12_500, 6_250, 25_000,
    ]  # fmt: skip
    assert refused(measures.bandwidth_hz, "12.5") == "no unit is stated"


@pytest.mark.parametrize(
    ("written", "value"), [("$293", 0x293), ("293", 0x293), ("0x293", 0x293), ("01B", 0x1B), ("f7e", 0xF7E)]
)
def test_network_codes_are_hexadecimal(written, value):
    assert measures.hexadecimal(0xFFF)(Cell(written)) == value


def test_network_codes_may_be_headed_decimal():
    assert measures.hexadecimal(0xFFF)(Cell("659", "dec")) == 0x293
    assert "highest" in refused(measures.hexadecimal(0xFFF), "$1293")


def test_spreadsheets_write_whole_numbers_with_a_point():
    assert measures.integer(0, 10_000)(Cell("1,250.0")) == 1250
    assert "whole" in refused(measures.integer(0, 10), "2.5")


@pytest.mark.parametrize(
    "written",
    ["2031-06-30", "6/30/2031", "06/30/2031", "Jun 30, 2031", "June 30 2031", "30-Jun-2031", "2031/06/30 00:00:00+00",
     "2031-06-30T12:00:00"],
)  # fmt: skip
def test_dates(written):
    assert values.day(Cell(written)) == datetime.date(2031, 6, 30)


def test_a_date_that_may_be_two_is_read_month_first_and_said():
    cell = Cell("03/04/2026")
    assert values.day(cell) == datetime.date(2026, 3, 4)
    assert "month first" in cell.notes[0].reason
    same = Cell("04/04/2026")
    values.day(same)
    assert same.notes == []


@pytest.mark.parametrize(
    ("written", "reason"),
    [("3/4/26", "century"), ("30/06/2031", "no such month"), ("2/30/2026", "no such day"), ("45000", "day number"),
     ("soon", "not a date"), ("1/1/1026", "cannot be meant")],
)  # fmt: skip
def test_what_is_no_date_is_refused(written, reason):
    assert reason in refused(values.day, written)


def test_yes_and_no():
    assert [values.yes_no(Cell(one)) for one in ("Yes", "Y", "1", "TRUE", "no", "N", "0", "False")] == [True] * 4 + [
        False
    ] * 4
    assert refused(values.yes_no, "maybe")


@pytest.mark.parametrize(
    ("terms", "words", "written", "term"),
    [
        (DISCIPLINE, synonyms.DISCIPLINE, "LE", "law"),
        (DISCIPLINE, synonyms.DISCIPLINE, "Fire-Department", "fire"),
        (DISCIPLINE, synonyms.DISCIPLINE, "emergency_management", "emergency_management"),
        (CHANNEL_MODE, synonyms.CHANNEL_MODE, "P25 Phase II", "p25_phase2"),
        (CHANNEL_MODE, synonyms.CHANNEL_MODE, "NFM", "analog_fm"),
    ],
)
def test_terms_and_their_synonyms(terms, words, written, term):
    assert values.choice(terms, words)(Cell(written)) == term


def test_lists_of_terms():
    parse = values.choices(BAND, synonyms.BAND)
    assert parse(Cell("VHF Hi, UHF; 7/800")) == ["VHF", "UHF", "700", "800"]
    assert parse(Cell("T-Band")) == ["T-BAND"]
    assert "'CB'" in refused(parse, "VHF; CB")
    assert values.choices(RADIO_MODE, synonyms.RADIO_MODE)(Cell("FM; P25")) == ["analog_fm", "p25_phase1"]


def test_every_synonym_stands_for_a_term_that_exists():
    from casm.db.columns import RECORD_STATUS, SENSITIVITY
    from casm.inventory import choices

    plain = {name: getattr(choices, name) for name in dir(choices) if name.isupper()}
    plain |= {"STATUS": RECORD_STATUS, "SENSITIVITY": SENSITIVITY}
    for name in (name for name in dir(synonyms) if name.isupper() and not name.startswith("_")):
        for word, term in getattr(synonyms, name).items():
            assert word == values.folded(word), (name, word)
            for one in term if isinstance(term, tuple) else (term,):
                assert one in plain[name], (name, word, one)


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("CSQ", "csq", None),
        ("carrier squelch", "csq", None),
        ("156.7", "ctcss", Decimal("156.7")),
        ("PL 156.7", "ctcss", Decimal("156.7")),
        ("67", "ctcss", Decimal("67.0")),
        ("D612", "dcs", "612"),
        ("D612N", "dcs", "612N"),
        ("DPL 023", "dcs", "023"),
        ("$293", "nac", 0x293),
        ("NAC 293", "nac", 0x293),
        ("NAC $F7E", "nac", 0xF7E),
        ("x68F", "nac", 0x68F),
    ],
)
def test_squelches_are_four_kinds(written, kind, value):
    found = parse_squelch(Cell(written))
    assert found.kind == kind
    assert {"csq": None, "ctcss": found.ctcss_hz, "dcs": found.dcs_code, "nac": found.nac}[kind] == value
    assert sum(one is not None for one in (found.ctcss_hz, found.dcs_code, found.nac)) == (kind != "csq")


@pytest.mark.parametrize("written", ["114", "293", "612", "300.0", "D689", "$1293", "156.75", "PL", "tone"])
def test_a_squelch_that_may_be_two_or_none_is_refused(written):
    assert refused(parse_squelch, written)


def test_the_tables_of_tones_and_codes_hold_what_the_national_channels_use():
    assert {Decimal("127.3"), Decimal("136.5"), Decimal("156.7"), Decimal("167.9")} <= CTCSS_HZ
    assert all(60 <= tone_hz <= 260 for tone_hz in CTCSS_HZ)
    assert all(len(code) == 3 and set(code) <= set("01234567") for code in DCS_CODES)


@pytest.mark.parametrize("written", ["12", "CKR 12", "SLN: 12", "key #12"])
def test_keys_are_named_by_number(written):
    assert parse_key_reference(Cell(written)) == 12


@pytest.mark.parametrize("written", ["0123456789ABCDEF", "99999", "alpha", "00 11 22 33 44 55 66 77"])
def test_what_may_be_a_key_is_refused_unseen(written):
    with pytest.raises(CellError) as caught:
        parse_key_reference(Cell(written))
    assert caught.value.secret
    assert written not in caught.value.reason


def test_a_guid_in_a_remark_is_no_key():
    assert values.text(Cell("{14205455-F8A6-46D5-97AC-EB44232F26EE}"))


SQUARE = "POLYGON ((-84.2 36.3, -84.1 36.3, -84.1 36.4, -84.2 36.3))"


def test_areas_in_both_notations():
    as_json = '{"type": "Polygon", "coordinates": [[[-84.2, 36.3], [-84.1, 36.3], [-84.1, 36.4], [-84.2, 36.3]]]}'
    feature = f'{{"type": "Feature", "properties": {{}}, "geometry": {as_json}}}'
    areas = [parse_area(Cell(one)) for one in (SQUARE, f"SRID=4326;{SQUARE}", as_json, feature)]
    assert all(area.geom_type == "MultiPolygon" and area.equals(areas[0]) for area in areas)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("POLYGON ((36.3 -84.2, 36.3 -84.1, 36.4 -84.1, 36.3 -84.2))", "exchanged"),
        ("POLYGON ((-84.2 36.3, -84.1 36.4, -84.1 36.3, -84.2 36.4, -84.2 36.3))", "not sound"),
        ("POLYGON ((-84.2 36.3, -84.1 36.3))", "neither WKT nor GeoJSON"),
        ("POINT (-84.2 36.3)", "not an area"),
        ("POLYGON EMPTY", "not an area"),
        ("SRID=3857;POLYGON ((0 0, 1 0, 1 1, 0 0))", "EPSG:3857"),
        ("POLYGON ((500000 4000000, 500100 4000000, 500100 4000100, 500000 4000000))", "not degrees"),
        ('{"type": "Polygon"}', "neither WKT nor GeoJSON"),
        ("[" * 5000, "neither WKT nor GeoJSON"),
        ('{"geometry": ' * 3000, "neither WKT nor GeoJSON"),
        ("the county", "neither WKT nor GeoJSON"),
    ],
)
def test_what_is_no_area_is_refused(written, reason):
    assert reason in refused(parse_area, written)


@pytest.mark.parametrize(
    ("written", "words", "units", "datum"),
    [
        ("antenna_height_agl_m", "antenna height agl", ("m",), None),
        ("Ant. Ht (ft AGL)", "antenna height agl", ("ft",), None),
        ("Antenna Height AGL [ft]", "antenna height agl", ("ft",), None),
        ("Latitude (NAD83)", "latitude", (), "NAD83"),
        ("Rx Freq (MHz)", "rx freq", ("MHz",), None),
        ("Call-Sign", "call sign", (), None),
        ("CALLSIGN", "call sign", (), None),
        ("Mode A/D/M", "mode", (), None),
        ("RX\nN/W", "rx narrow wide", (), None),
        ("ERP (W)", "erp", ("W",), None),
        ("  Gain   dBd ", "gain", ("dBd",), None),
        ("Elev. (feet MSL)", "elevation amsl", ("ft",), None),
    ],
)
def test_headings_come_to_one_form(written, words, units, datum):
    heading = read_heading(written)
    assert (heading.words, heading.units, heading.datum) == (words, units, datum)


@given(st.text(max_size=60))
def test_no_text_breaks_a_heading_or_a_squelch(written):
    assert read_heading(written).words == read_heading(written.casefold()).words
    with contextlib.suppress(CellError):
        assert parse_squelch(Cell(tidy(written))).kind in ("csq", "ctcss", "dcs", "nac")


@given(st.decimals(25, 99_999, places=5))
def test_megahertz_keep_every_hertz(freq_mhz):
    assert measures.frequency_hz(Cell(str(freq_mhz))) == int(freq_mhz * 1_000_000)
