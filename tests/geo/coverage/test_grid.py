"""The grid's registration, stated by edges and centres, and its cell areas."""

import pytest
import shapely
from pyproj import Geod

from geo.coverage.grid import Grid
from geo.errors import GeoError

DEMO = Grid(west_deg=-84.41375, north_deg=36.73291667, cell_deg=1 / 1200, rows=344, cols=403)


def test_values_belong_to_cell_centres():
    assert DEMO.lons_deg()[0] == pytest.approx(-84.41375 + 0.5 / 1200)
    assert DEMO.lats_deg()[0] == pytest.approx(36.73291667 - 0.5 / 1200)
    assert DEMO.east_deg == pytest.approx(-84.07791667, abs=1e-8)
    assert DEMO.south_deg == pytest.approx(36.44625, abs=1e-8)
    assert DEMO.shape == (344, 403)


def test_every_centre_falls_in_its_own_cell():
    for row in (0, 171, 343):
        for col in (0, 200, 402):
            assert DEMO.cell_of(DEMO.lons_deg()[col], DEMO.lats_deg()[row]) == (row, col)
    assert DEMO.cell_of(-84.5, 36.6) is None
    assert DEMO.cell_of(-84.2, 36.8) is None


def test_cell_areas_add_up_to_the_ellipsoid():
    edge = shapely.segmentize(shapely.box(*DEMO.bounds), 0.001)
    karney_m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(edge)
    assert DEMO.cell_areas_km2().shape == DEMO.shape
    assert DEMO.cell_areas_km2().sum() == pytest.approx(abs(karney_m2) / 1e6, rel=1e-6)


def test_a_grid_over_bounds_covers_them():
    grid = Grid.covering((-84.4, 36.5, -84.1, 36.7), 0.01)
    assert (grid.rows, grid.cols) == (20, 30)
    assert grid.bounds == pytest.approx((-84.4, 36.5, -84.1, 36.7))
    assert Grid.covering((-84.4, 36.5, -84.1, 36.7001), 0.01).rows == 21


@pytest.mark.parametrize(
    "values",
    [(-84.0, 36.0, 0.01, 0, 5), (-84.0, 36.0, 0.0, 5, 5), (179.0, 36.0, 0.1, 5, 50), (0.0, 91.0, 1.0, 2, 2)],
)
def test_an_impossible_grid_is_refused(values):
    with pytest.raises(GeoError):
        Grid(*values)
