"""Areas against the ellipsoid's own geometry, and the way there and back."""

import pytest
import shapely
from pyproj import Geod

from geo import projection
from geo.errors import GeoError


def test_a_degree_cell_has_the_area_of_the_ellipsoid():
    """pyproj.Geod's polygon area (Karney) of finely divided edges is the independent figure."""
    cell = shapely.segmentize(shapely.box(-84.5, 36.0, -83.5, 37.0), 0.01)
    karney_m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(cell)
    assert projection.area_km2(cell) == pytest.approx(abs(karney_m2) / 1e6, rel=1e-6)


def test_there_and_back_within_a_centimetre():
    point = shapely.Point(-84.25, 36.58)
    crs = projection.crs_for(point)
    back = projection.to_4326(projection.to_projected(point, crs), crs)
    assert (back.x, back.y) == pytest.approx((-84.25, 36.58), abs=1e-7)


def test_a_buffer_in_metres():
    circle = projection.in_equal_area(shapely.Point(-84.25, 36.58), lambda shape: shape.buffer(10_000.0, 64))
    assert projection.area_km2(circle) == pytest.approx(314.159, rel=1e-3)


def test_nothing_has_no_area_and_no_projection():
    assert projection.area_km2(shapely.Polygon()) == 0.0
    assert projection.in_equal_area(shapely.Polygon(), lambda shape: shape.buffer(1.0)).is_empty
    with pytest.raises(GeoError, match="empty"):
        projection.crs_for(shapely.Polygon())
