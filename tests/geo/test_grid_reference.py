"""Grid references against published ones, and against the projection itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from repeats import repeats

from geo.errors import GeoError
from geo.geodesy import distance_m
from geo.grid_reference import band_of, national_grid_position, to_national_grid, utm_positions

EXAMPLES = repeats(5_000, quick=200)


def test_the_washington_monument_is_where_the_standard_puts_it():
    """FGDC-STD-011-2001, appendix C gives 18S UJ 23480 06470 for the Washington Monument, at 38.8895 N 77.0352 W."""
    found = national_grid_position("18SUJ23480647")
    assert distance_m(found.longitude_deg, found.latitude_deg, -77.0352, 38.8895) < 12


@pytest.mark.parametrize(
    ("reference", "easting_m", "northing_m", "accuracy_m"),
    [
        ("18S UJ 23483 06479", 323_483.5, 4_306_479.5, 0.7071),
        ("18SUJ23480647", 323_485.0, 4_306_475.0, 7.071),
        ("18s uj 234 064", 323_450.0, 4_306_450.0, 70.71),
    ],
)
def test_a_reference_is_the_middle_of_its_square(reference, easting_m, northing_m, accuracy_m):
    found = national_grid_position(reference)
    east, north = Transformer.from_crs(4326, 32618, always_xy=True).transform(found.longitude_deg, found.latitude_deg)
    assert (east, north) == pytest.approx((easting_m, northing_m), abs=1e-3)
    assert found.accuracy_m == pytest.approx(accuracy_m, rel=1e-3)


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("UJ 2348 0647", "no reference"),
        ("18S UJ 23480 647", "same number of digits"),
        ("18S UJ 23 06", "1 km or more"),
        ("18S UJ", "1 km or more"),
        ("18I UJ 2348 0647", "no reference"),
        ("99S UJ 2348 0647", "no square"),
        ("18S ZZ 2348 0647", "no square"),
        ("16S GA 45123 12345", "no square GA in 16S"),
        ("36.5, -84.2", "no reference"),
    ],
)
def test_what_is_no_reference_is_refused(reference, reason):
    with pytest.raises(GeoError, match=reason):
        national_grid_position(reference)


def test_a_utm_letter_is_a_band_or_a_hemisphere():
    """36.2249 N, 84.2728 W is 16S 745123 4012345 by band and 16N by hemisphere (pyproj, EPSG:32616)."""
    by_band, southern = utm_positions("16S 745123 4012345")
    (by_hemisphere,) = utm_positions("16N 745123mE 4012345mN")
    assert by_band == by_hemisphere
    assert (by_band.longitude_deg, by_band.latitude_deg) == pytest.approx((-84.272815, 36.224922), abs=1e-6)
    assert southern.latitude_deg < -50
    assert utm_positions("UTM zone 16S, easting 745123, northing 4012345")[0] == by_band
    assert utm_positions("16T 745123 4012345") == ()


@pytest.mark.parametrize(
    "reference", ["16S 45123 4012345", "61S 745123 4012345", "16 745123 4012345", "745123 4012345"]
)
def test_what_is_no_utm_reference_is_refused(reference):
    with pytest.raises(GeoError):
        utm_positions(reference)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.floats(-179.9, 179.9), st.floats(-79.9, 83.9))
def test_a_position_lies_in_the_square_it_is_written_as(longitude_deg, latitude_deg):
    found = national_grid_position(to_national_grid(longitude_deg, latitude_deg))
    assert distance_m(longitude_deg, latitude_deg, found.longitude_deg, found.latitude_deg) < 1.5


@pytest.mark.parametrize(
    ("latitude_deg", "band"), [(-80, "C"), (-0.1, "M"), (0, "N"), (36.2, "S"), (84, "X"), (84.1, None)]
)
def test_bands_of_latitude(latitude_deg, band):
    assert band_of(latitude_deg) == band
