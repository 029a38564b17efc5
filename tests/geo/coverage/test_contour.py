"""Polygons of covered cells: their area, holes, validity; and rasters written so that others place them right."""

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo import projection
from geo.coverage.contour import covered_area, polygons_of
from geo.coverage.grid import Grid
from geo.coverage.raster import geotiff_bytes, read_geotiff
from geo.errors import GeoError

GRID = Grid(-84.2, 36.6, 1.0 / 1200.0, 120, 140)


def disc(radius_cells: float) -> np.ndarray:
    down, right = np.mgrid[0 : GRID.rows, 0 : GRID.cols]
    return np.hypot(down - 60.0, (right - 70.0) * 0.803) <= radius_cells


def test_stairs_cover_exactly_the_cells():
    cells = disc(40.0)
    polygon = polygons_of(GRID, cells, simplify_cells=0.0)
    assert polygon.is_valid
    assert projection.area_km2(polygon) == pytest.approx(GRID.cell_areas_km2()[cells].sum(), rel=1e-5)


def test_simplified_outlines_keep_the_area_and_lose_the_stairs():
    cells = disc(40.0)
    stairs = polygons_of(GRID, cells, simplify_cells=0.0)
    smooth = polygons_of(GRID, cells)
    assert smooth.is_valid
    assert projection.area_km2(smooth) == pytest.approx(projection.area_km2(stairs), rel=0.02)
    assert shapely.get_num_coordinates(smooth) < shapely.get_num_coordinates(stairs) / 2


def test_a_hole_is_a_hole_and_no_data_is_not_covered():
    probabilities = np.where(disc(40.0), 0.99, 0.1)
    probabilities[disc(15.0)] = 0.5
    probabilities[:, :50] = np.nan
    polygon = covered_area(GRID, probabilities, 0.95)
    assert polygon.is_valid
    assert not polygon.contains(shapely.Point(GRID.lons_deg()[70], GRID.lats_deg()[60]))
    assert polygon.contains(shapely.Point(GRID.lons_deg()[70], GRID.lats_deg()[30]))
    assert not polygon.intersects(shapely.box(-84.3, 36.0, GRID.west_deg + 49 * GRID.cell_deg, 37.0))


def test_the_polygon_lies_where_the_cells_lie():
    cells = np.zeros(GRID.shape, dtype=bool)
    cells[20:30, 40:60] = True
    west, south, east, north = polygons_of(GRID, cells, simplify_cells=0.0).bounds
    assert west == pytest.approx(GRID.west_deg + 40 * GRID.cell_deg, abs=1e-6)
    assert east == pytest.approx(GRID.west_deg + 60 * GRID.cell_deg, abs=1e-6)
    assert north == pytest.approx(GRID.north_deg - 20 * GRID.cell_deg, abs=1e-6)
    assert south == pytest.approx(GRID.north_deg - 30 * GRID.cell_deg, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(arrays(np.bool_, (12, 15), elements=st.booleans()))
def test_any_pattern_of_cells_gives_a_valid_polygon(cells):
    small = Grid(-84.2, 36.6, 1.0 / 1200.0, 12, 15)
    stairs = polygons_of(small, cells, simplify_cells=0.0)
    smooth = polygons_of(small, cells)
    assert stairs.is_valid
    assert smooth.is_valid
    assert stairs.is_empty == (not cells.any())
    assert smooth.is_empty == stairs.is_empty
    assert projection.area_km2(stairs) == pytest.approx(
        small.cell_areas_km2()[cells].sum(), rel=1e-4, abs=1e-9
    )


def test_a_target_nowhere_reached_is_an_empty_polygon():
    assert covered_area(GRID, np.full(GRID.shape, 0.3), 0.95).is_empty
    assert covered_area(GRID, np.full(GRID.shape, np.nan), 0.95).is_empty


def test_cells_of_another_grid_are_refused():
    with pytest.raises(ValueError, match="do not lie"):
        polygons_of(GRID, np.ones((3, 3), dtype=bool))


def test_a_written_raster_is_read_by_others_at_the_right_place(tmp_path):
    values = np.random.default_rng(1).random(GRID.shape).astype(np.float32)
    values[3, 4] = np.nan
    path = tmp_path / "coverage.tif"
    path.write_bytes(geotiff_bytes(GRID, {"talk-out": values, "talk-in": values / 2}, {"METHOD": "made"}))
    with rasterio.open(path) as raster:
        assert raster.crs.to_epsg() == 4326
        assert raster.descriptions == ("talk-out", "talk-in")
        assert raster.xy(7, 9) == pytest.approx((GRID.lons_deg()[9], GRID.lats_deg()[7]))
        assert next(raster.sample([(GRID.lons_deg()[9], GRID.lats_deg()[7])]))[0] == values[7, 9]
        assert np.isnan(raster.nodata)
        assert raster.tags()["METHOD"] == "made"
    grid, bands, tags = read_geotiff(path)
    assert grid.bounds == pytest.approx(GRID.bounds)
    assert np.array_equal(bands["talk-out"], values, equal_nan=True)
    assert tags["METHOD"] == "made"
    with pytest.raises(GeoError, match="cells"):
        geotiff_bytes(GRID, {"odd": np.zeros((2, 2))})
