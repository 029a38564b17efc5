"""What is hatched round an overlay: exactly the part of a place that the raster does not cover."""

import pytest
from shapely.geometry import MultiPolygon, Point, box, shape

from web.maps.beyond import beyond

RASTER = (-84.4, 36.2, -84.2, 36.4)


def test_a_place_inside_the_raster_leaves_nothing():
    assert beyond(RASTER, box(-84.4, 36.2, -84.3, 36.4)) is None


def test_the_part_outside_is_left_and_no_more():
    place = MultiPolygon([box(-84.5, 36.25, -84.3, 36.35), box(-84.0, 36.0, -83.9, 36.1)])
    left = shape(beyond(RASTER, place))
    assert left.bounds == pytest.approx((-84.5, 36.0, -83.9, 36.35))
    assert left.area == pytest.approx(0.1 * 0.1 + 0.1 * 0.1)


def test_without_a_place_everywhere_else_is_left():
    left = shape(beyond(RASTER))
    assert left.contains(Point(-84.41, 36.3))
    assert left.contains(Point(100.0, -40.0))
    assert not left.intersects(Point(-84.3, 36.3))


def test_a_place_that_only_touches_the_raster_s_edge_from_inside_draws_no_sliver():
    assert beyond(RASTER, Point(-84.3, 36.3).buffer(0.1)) is None
