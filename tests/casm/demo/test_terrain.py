"""The demo's terrain stands where the mountains stand, and nowhere else."""

from importlib.util import find_spec
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import box
from shapely.ops import unary_union

from casm.demo import terrain
from casm.demo.region import BOUNDS, CELL_DEG, COLS, COUNTY_FIPS, ROWS

SIDE_DEG = 0.004  # to both sides of the county line, 350 to 450 m
MAX_SHIFT_CELLS = 8


@pytest.fixture(scope="module")
def counties() -> geopandas.GeoDataFrame:
    """The counties that touch the tile, Census 1:500,000."""
    package = Path(next(iter(find_spec("_plotly_geo").submodule_search_locations)))
    every = geopandas.read_file(package / "package_data" / "cb_2016_us_county_500k.shp")
    tile = box(BOUNDS.west_deg, BOUNDS.south_deg, BOUNDS.east_deg, BOUNDS.north_deg)
    return every[every.intersects(tile)]


def county_line_steps(counties: geopandas.GeoDataFrame) -> np.ndarray:
    """(longitude, latitude, unit normal east, unit normal north) every 0.001 degree along the county lines inside."""
    inside = box(BOUNDS.west_deg, BOUNDS.south_deg, BOUNDS.east_deg, BOUNDS.north_deg).buffer(-0.02)
    lines = unary_union(counties.boundary.to_numpy()).intersection(inside)
    steps = []
    for line in lines.geoms:
        for along in np.arange(0.001, line.length - 0.001, 0.001):
            before, after = line.interpolate(along - 0.001), line.interpolate(along + 0.001)
            # 0.805: cosine of the latitude, so that the normal is one on the ground.
            east, north = (after.x - before.x) * 0.805, after.y - before.y
            length = np.hypot(east, north)
            if length:
                middle_lon, middle_lat = (before.x + after.x) / 2, (before.y + after.y) / 2
                steps.append((middle_lon, middle_lat, -north / length / 0.805, east / length))
    return np.array(steps)


def crest_or_stream_m(elevation: np.ndarray, steps: np.ndarray, west_deg: float, north_deg: float) -> float:
    """Mean height (metres, either sign) of the county line over the mean of the ground at both sides of it."""

    def ground(offset_deg: float) -> np.ndarray:
        lon = steps[:, 0] + steps[:, 2] * offset_deg
        lat = steps[:, 1] + steps[:, 3] * offset_deg
        rows = ((north_deg - lat) / CELL_DEG).astype(int)
        cols = ((lon - west_deg) / CELL_DEG).astype(int)
        return elevation[rows, cols].astype(float)

    return float(np.mean(np.abs(ground(0.0) - 0.5 * (ground(SIDE_DEG) + ground(-SIDE_DEG)))))


def test_the_tile_lies_in_the_three_counties_of_the_region(counties: geopandas.GeoDataFrame) -> None:
    assert set(counties.GEOID) == set(COUNTY_FIPS)


def test_the_county_line_follows_crests_and_streams_best_with_no_shift_at_all(
    counties: geopandas.GeoDataFrame,
) -> None:
    # The line was drawn along Cross Mountain's crest and the New River's forks long before SRTM flew.
    steps = county_line_steps(counties)
    elevation = terrain.elevation_amsl_m()
    shifts = range(-MAX_SHIFT_CELLS, MAX_SHIFT_CELLS + 1)
    fit = {
        (south_cells, east_cells): crest_or_stream_m(
            elevation,
            steps,
            BOUNDS.west_deg + east_cells * CELL_DEG,
            BOUNDS.north_deg - south_cells * CELL_DEG,
        )
        for south_cells in shifts
        for east_cells in shifts
    }
    assert max(fit, key=fit.__getitem__) == (0, 0)
    assert fit[0, 0] > 70.0


def test_known_places_have_their_known_heights(tmp_path: Path) -> None:
    # Cross Mountain is Campbell County's highest ground, 3,534 ft (1,077 m, USGS). Norris Dam (36.2243 N, 84.0914 W)
    # holds Norris Lake at 1,000 ft (305 m) in the winter of SRTM's flight, 50 m above the Clinch just below it.
    with rasterio.open(terrain.write_terrain(tmp_path)) as raster:
        elevation = raster.read(1)
        peak_row, peak_col = np.unravel_index(elevation.argmax(), elevation.shape)
        peak_lon, peak_lat = raster.xy(peak_row, peak_col)
        dam_row, dam_col = raster.index(-84.0914, 36.2243)
    assert elevation.max() == 1076
    assert (peak_lat, peak_lon) == (pytest.approx(36.198, abs=0.005), pytest.approx(-84.231, abs=0.005))
    assert set(elevation[dam_row - 6 : dam_row - 4, dam_col : dam_col + 8].flat) == {305}
    assert elevation[dam_row + 2 : dam_row + 6, dam_col : dam_col + 4].min() == pytest.approx(256, abs=3)


def test_the_raster_is_georeferenced_and_whole(tmp_path: Path) -> None:
    path = terrain.write_terrain(tmp_path)
    with rasterio.open(path) as raster:
        assert raster.crs.to_epsg() == 4326
        assert raster.shape == (ROWS, COLS)
        assert raster.bounds.left == pytest.approx(-84.41375, abs=1e-9)
        assert raster.bounds.top == pytest.approx(36.44625, abs=1e-9)
        assert raster.bounds.right == pytest.approx(-84.07791667, abs=1e-8)
        assert raster.bounds.bottom == pytest.approx(36.15958333, abs=1e-8)
        # Cell centres are SRTM's nodes: whole multiples of three arc seconds.
        assert (raster.xy(0, 0)[1] * 1200) % 1 == pytest.approx(0.0, abs=1e-6)
        assert np.array_equal(raster.read(1), terrain.elevation_amsl_m())


def test_an_unchanged_raster_is_kept_and_a_damaged_one_replaced(tmp_path: Path) -> None:
    path = terrain.write_terrain(tmp_path)
    written = path.stat().st_mtime_ns
    content = path.read_bytes()
    assert terrain.write_terrain(tmp_path).stat().st_mtime_ns == written
    path.write_bytes(content[:1000])
    assert terrain.write_terrain(tmp_path).read_bytes() == content
