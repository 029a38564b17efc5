"""Geometry for RFC 7946: winding, antimeridian, decimals, bounding boxes."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, shape

from casm.exchange.rfc7946 import BoundingBox, geometry_mapping, rfc7946_geometry, tightest_span


def coordinates(geometry) -> list[float]:
    return [number for position in shapely.get_coordinates(geometry) for number in position.tolist()]


def test_outer_rings_run_counter_clockwise_and_holes_clockwise():
    hole = [(1, 1), (3, 1), (3, 3), (1, 3)]
    wrong = Polygon([(0, 0), (0, 4), (4, 4), (4, 0)], [hole])
    assert not wrong.exterior.is_ccw
    fit = rfc7946_geometry(MultiPolygon([wrong]))
    (part,) = fit.geoms
    assert part.exterior.is_ccw
    assert not part.interiors[0].is_ccw
    assert fit.area == wrong.area


def test_no_place_is_null():
    assert geometry_mapping(None) is None
    assert geometry_mapping(Polygon()) is None


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_seven_decimals_at_most_and_within_6_mm(lon, lat):
    fit = rfc7946_geometry(Point(lon, lat))
    assert all(round(number, 7) == number for number in coordinates(fit))
    assert fit.x == pytest.approx(lon, abs=5.1e-8)
    assert fit.y == pytest.approx(lat, abs=5.1e-8)


def test_a_sliver_pinched_by_rounding_stays_valid():
    sliver = Polygon([(0, 0), (1, 0), (1, 1), (0.5, 1e-9), (0, 1)])
    fit = rfc7946_geometry(sliver)
    assert fit.is_valid
    assert fit.area == pytest.approx(sliver.area, abs=1e-6)


def test_a_line_over_the_antimeridian_is_cut_there():
    # RFC 7946, section 3.1.9: the example's line from 170 E to 170 W; half way at the mean latitude.
    fit = geometry_mapping(LineString([(170.0, 40.0), (-170.0, 50.0)]))
    assert fit["type"] == "MultiLineString"
    assert [[list(p) for p in part] for part in fit["coordinates"]] == [
        [[170.0, 40.0], [180.0, 45.0]],
        [[-180.0, 45.0], [-170.0, 50.0]],
    ]


def test_a_line_from_the_antimeridian_itself_keeps_one_part():
    fit = rfc7946_geometry(LineString([(180.0, 40.0), (-170.0, 50.0)]))
    assert shapely.bounds(fit).tolist() == [-180.0, 40.0, -170.0, 50.0]


def test_box_of_fiji_wraps():
    # RFC 7946, section 5.2: the Fiji archipelago between 16 S and 20 S, 177 E and 178 W.
    fiji = BoundingBox()
    fiji.add(MultiPolygon([box(177.0, -20.0, 180.0, -16.0), box(-180.0, -20.0, -178.0, -16.0)]))
    assert fiji.bbox() == [177.0, -20.0, -178.0, -16.0]


def test_box_of_a_county_does_not_wrap():
    one = BoundingBox()
    one.add(box(-84.4, 36.2, -84.2, 36.4))
    one.add(Point(-60.0, 10.0))
    one.add(None)
    assert one.bbox() == [-84.4, 10.0, -60.0, 36.4]
    assert BoundingBox().bbox() is None


SPAN = st.tuples(st.floats(-180, 180), st.floats(-180, 180)).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(SPAN, min_size=1, max_size=8))
def test_every_span_is_inside_the_tightest(spans):
    west, east = tightest_span(spans)
    for low, high in spans:
        if west <= east:
            assert west <= low
            assert high <= east
        else:
            assert low >= west or high <= east
            assert not (low < west and high > east and low > east)


def test_the_mapping_reads_back_as_the_same_place():
    area = Polygon([(0, 0), (0, 4), (4, 4), (4, 0)])
    assert shape(geometry_mapping(area)).equals(area)
