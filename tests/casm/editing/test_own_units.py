"""A person's own units: shown for reading, taken back exactly, and never changing what is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casm.editing.field_texts import value_text
from casm.editing.form_fields import OTHER_NOTATION, all_fields
from casm.editing.own_units import CHOICES, DISTANCES, OwnUnits, own_units_of
from casm.editing.record_class import record_classes
from casm.errors import CasmError
from casm.intake.cell import Cell
from casm.intake.coordinates import parse_coordinate
from casm.intake.measures import GAIN_DBI, LENGTH_M, measured

FEET, METRES = OwnUnits("us", "dBd", "dms"), OwnUnits("metric", "dBi", "usng")
any_units = st.builds(OwnUnits, **{name: st.sampled_from(sorted(found)) for name, found in CHOICES.items()})
LENGTHS = ("antenna_height_agl_m", "ground_elevation_amsl_m", "driving_range_m", "position_accuracy_m")
lengths = st.floats(-1000, 5_000_000, allow_nan=False).map(lambda value: round(value, 9) + 0.0)
degrees = st.tuples(st.floats(-80, 84), st.floats(-179.999, 179.999)).map(
    lambda pair: tuple(value_text("latitude", one + 0.0) for one in pair)
)


@pytest.mark.parametrize(
    ("units", "name", "kept", "shown"),
    [
        (FEET, "antenna_height_agl_m", "45.72 m", "150 ft"),
        (FEET, "antenna_height_agl_m", "45.7 m", "149.93 ft"),
        (FEET, "driving_range_m", "482803.2 m", "300 mi"),
        (METRES, "driving_range_m", "482803.2 m", "482.803 km"),
        (METRES, "antenna_height_agl_m", "45.72 m", "45.72 m"),
        (FEET, "antenna_gain_dbi", "8.15 dBi", "6 dBd"),
        (METRES, "antenna_gain_dbi", "6 dBd", "8.15 dBi"),
        (FEET, "latitude", "36.5123333333", "36-30-44.4 N"),
        (FEET, "longitude", "-84.2123333333", "84-12-44.4 W"),
        (FEET, "latitude", "35.99999999999", "36-00-0 N"),
        (METRES, "latitude", "36.5", "36.5"),
        (FEET, "rx_freq_hz", "154.265 MHz", "154.265 MHz"),
        (FEET, "name", "45.72 m", "45.72 m"),
        (FEET, "custom_fence_m", "2 m", "2 m"),
        (FEET, "station.antenna_height_agl_m", "30 m; 45.72 m", "98.43 ft; 150 ft"),
        (OwnUnits(), "antenna_height_agl_m", "45.72 m", "45.72 m"),
        (FEET, "antenna_height_agl_m", "", ""),
    ],
)
def test_a_text_is_shown_in_the_persons_unit(units, name, kept, shown):
    assert units.shown(name, kept) == shown


def test_what_differs_never_looks_alike():
    assert FEET.shown_pair("haat_m", "45.7 m", "45.7001 m") == ("45.7 m", "45.7001 m")
    assert FEET.shown_pair("haat_m", "45.72 m", "") == ("150 ft", "")


@given(units=any_units, name=st.sampled_from(LENGTHS), length_m=lengths, place=degrees)
def test_a_form_that_comes_back_as_it_was_shown_is_what_was_stored(units, name, length_m, place):
    on_file = {name: value_text(name, length_m), "antenna_gain_dbi": "8.123456789 dBi", "latitude": place[0],
               "longitude": place[1], OTHER_NOTATION: "", "remarks": "12"}  # fmt: skip
    assert units.taken(units.shown_all(on_file), on_file) == on_file


@given(units=any_units, name=st.sampled_from(LENGTHS), length_m=lengths)
def test_what_is_shown_is_the_figure_itself_but_for_the_last_digit(units, name, length_m):
    shown = units.shown(name, value_text(name, length_m))
    back = measured(Cell(shown), LENGTH_M, default_unit=None, low=-1e9, high=1e9).value
    assert abs(back - length_m) <= (0.81 if name in DISTANCES else 0.0016)


@given(gain_dbi=st.floats(-50, 80).map(lambda value: round(value, 9)), units=any_units)
def test_gains_are_shown_to_a_hundredth(gain_dbi, units):
    shown = units.shown("antenna_gain_dbi", value_text("antenna_gain_dbi", gain_dbi))
    back = measured(Cell(shown), GAIN_DBI, default_unit=None, low=-100, high=100).value
    assert abs(back - gain_dbi) <= 0.0051


@given(place=degrees)
def test_degrees_minutes_and_seconds_are_within_three_centimetres(place):
    for axis, text in zip(("latitude", "longitude"), place, strict=True):
        back = parse_coordinate(FEET.shown(axis, text), axis).degrees
        assert abs(back - float(text)) * 3600 <= 0.00051


def test_a_bare_number_is_in_the_persons_unit_and_a_typed_unit_wins():
    typed = {"antenna_height_agl_m": "150", "haat_m": "45 m", "declared_range_m": "12", "antenna_gain_dbi": "6",
             "structure_height_agl_m": "150' 6\"", "ground_elevation_amsl_m": "high", "name": "150"}  # fmt: skip
    assert FEET.taken(typed, {}) == typed | {
        "antenna_height_agl_m": "150 ft", "declared_range_m": "12 mi", "antenna_gain_dbi": "6 dBd"
    }  # fmt: skip
    assert METRES.taken(typed, {}) == typed | {
        "antenna_height_agl_m": "150 m", "declared_range_m": "12 km", "antenna_gain_dbi": "6 dBi"
    }  # fmt: skip
    assert OwnUnits().taken(typed, {}) == typed
    assert FEET.with_unit("haat_m", "100-150") == "100-150 ft"
    assert FEET.with_unit("haat_m", "100 m-150 m") == "100 m-150 m"


def test_a_grid_reference_shown_is_no_second_statement_of_the_position():
    on_file = {"latitude": "36.3799", "longitude": "-84.2", OTHER_NOTATION: ""}
    shown = METRES.shown_all(on_file)
    assert shown[OTHER_NOTATION].startswith("16S GF ")
    moved = {**shown, "latitude": "36.4"}
    assert METRES.taken(moved, on_file) == {**on_file, "latitude": "36.4"}
    assert METRES.taken({**shown, OTHER_NOTATION: "16S GF 1 1"}, on_file)[OTHER_NOTATION] == "16S GF 1 1"
    assert METRES.shown_all({"latitude": "", "longitude": "", OTHER_NOTATION: ""})[OTHER_NOTATION] == ""


def test_what_was_typed_is_shown_again_as_it_was_typed():
    on_file = {"haat_m": "45.7 m", "antenna_height_agl_m": "45.72 m"}
    typed = {"haat_m": "45.7 metres too many", "antenna_height_agl_m": "150 ft"}
    taken = FEET.taken(typed, on_file)
    assert FEET.shown_again(typed, taken, {**on_file, **taken}) == typed


def test_only_what_is_offered_can_be_chosen():
    assert own_units_of({"length_units": "us"}) == OwnUnits("us")
    with pytest.raises(CasmError):
        own_units_of({"gain_unit": "bananas"})


def test_every_length_and_gain_of_every_form_is_shown_in_a_unit_that_it_takes():
    seen = set()
    for record_class in record_classes():
        for one in all_fields(record_class.name):
            unit = FEET.unit_of(one.name)
            assert (unit is not None) == ("ft" in one.units or "dBd" in one.units), one.name
            if unit is not None:
                assert unit in one.units
                assert METRES.unit_of(one.name) in one.units
                seen.add(one.name)
    assert seen >= DISTANCES & seen
    assert {"antenna_height_agl_m", "antenna_gain_dbi", "driving_range_m"} <= seen
