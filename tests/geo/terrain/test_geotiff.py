"""Reading terrain: registration, voids, windows, and what is refused."""

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from geo.errors import GeoError
from geo.terrain.geotiff import read_elevation

# Published summits (USGS GNIS and NGS data sheets): latitude, longitude, height in metres.
SUMMITS = {
    "Mount Washington": (44.2706, -71.3033, 1917.0),
    "Mount Adams": (44.3206, -71.2914, 1766.0),
    "Mount Lafayette": (44.1607, -71.6444, 1600.0),
    "Mount Moosilauke": (44.0239, -71.8314, 1464.0),
    "Carter Dome": (44.2672, -71.1790, 1473.0),
}


def write(path, heights, *, nodata=None, crs="EPSG:4326", transform=None, area_or_point=None, unit=None):
    rows, cols = heights.shape
    transform = transform or Affine(0.01, 0.0, -84.5, 0.0, -0.01, 36.5)
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=cols, count=1, dtype=heights.dtype, crs=crs,
        transform=transform, nodata=nodata,
    ) as raster:  # fmt: skip
        raster.write(heights, 1)
        if area_or_point:
            raster.update_tags(AREA_OR_POINT=area_or_point)
        if unit:
            raster.set_band_unit(1, unit)
    return path


def test_a_post_is_the_centre_of_its_cell(tmp_path):
    heights = np.arange(12, dtype=np.int16).reshape(3, 4)
    terrain = read_elevation(write(tmp_path / "cells.tif", heights))
    assert (terrain.west_post_deg, terrain.north_post_deg) == pytest.approx((-84.495, 36.495))
    assert terrain.bounds == pytest.approx((-84.5, 36.47, -84.46, 36.5))
    assert terrain.at_point(-84.495, 36.495) == 0.0
    assert terrain.at_point(-84.465, 36.475) == 11.0
    assert terrain.at_point(-84.48, 36.495) == pytest.approx(1.5)


def test_a_real_node_registered_tile_has_its_first_post_on_the_degree(shared_file):
    """N57E011.hgt: SRTM's definition puts its north-west post exactly at 11 E, 58 N, 1201 posts a side."""
    terrain = read_elevation(shared_file("data", "terrain", "N57E011.hgt"))
    assert (terrain.west_post_deg, terrain.north_post_deg) == pytest.approx((11.0, 58.0), abs=1e-9)
    assert terrain.height_amsl_m.shape == (1201, 1201)
    assert terrain.at_point(11.0, 58.0) == terrain.height_amsl_m[0, 0]


def test_real_summits_lie_where_they_are_published(shared_file, tmp_path):
    """White Mountains: each summit's highest post within 150 m and 25 m of the published place and height.

    The tile came out of a SPLAT! data file with longitude along its rows: put upright, its north-west post is
    at 72 W and one post south of 45 N (SPLAT! leaves the tile's northernmost row to its neighbour).
    """
    with rasterio.open(shared_file("data", "terrain", "n44w072_3s.tif")) as raster:
        upright = np.ascontiguousarray(raster.read(1).T)
    post = 1.0 / 1200.0
    place = Affine(post, 0.0, -72.0 - post / 2, 0.0, -post, 45.0 - post / 2)
    terrain = read_elevation(write(tmp_path / "upright.tif", upright, transform=place))
    for name, (lat, lon, height_m) in SUMMITS.items():
        row = round((terrain.north_post_deg - lat) / post)
        col = round((lon - terrain.west_post_deg) / post)
        around = terrain.height_amsl_m[max(row - 8, 0) : row + 9, max(col - 8, 0) : col + 9]
        found_row, found_col = np.unravel_index(np.nanargmax(around), around.shape)
        north_m = (max(row - 8, 0) + found_row - row) * 92.6
        east_m = (max(col - 8, 0) + found_col - col) * 66.3
        assert np.hypot(north_m, east_m) < 150.0, name
        assert np.nanmax(around) == pytest.approx(height_m, abs=25.0), name


def test_voids_are_no_data(tmp_path):
    heights = np.array([[100, -32768, 300], [100, 200, -9999], [100, 200, 300]], dtype=np.int16)
    terrain = read_elevation(write(tmp_path / "void.tif", heights, nodata=-9999))
    assert np.isnan(terrain.height_amsl_m).tolist() == [
        [False, True, False],
        [False, False, True],
        [False, False, False],
    ]
    assert terrain.void_share() == pytest.approx(2 / 9)


def test_feet_become_metres(tmp_path):
    heights = np.full((2, 2), 1000.0, dtype=np.float32)
    assert read_elevation(write(tmp_path / "feet.tif", heights, unit="ft")).at_point(
        -84.495, 36.495
    ) == pytest.approx(304.8)


def test_a_window_holds_what_the_whole_holds(tmp_path):
    heights = np.random.default_rng(5).integers(200, 900, (50, 60)).astype(np.int16)
    path = write(tmp_path / "whole.tif", heights)
    whole = read_elevation(path)
    part = read_elevation(path, (-84.3, 36.2, -84.2, 36.3))
    assert part.height_amsl_m.size < whole.height_amsl_m.size / 4
    lons = np.linspace(-84.3, -84.2, 37)
    lats = np.linspace(36.2, 36.3, 37)
    assert np.allclose(part.at(lons, lats), whole.at(lons, lats), atol=1e-3)


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ("does not say its coordinate system", {"crs": None}),
        (
            "not in degrees",
            {"crs": "EPSG:26916", "transform": Affine(90.0, 0, 700000.0, 0, -90.0, 4000000.0)},
        ),
        ("not north-up", {"transform": Affine(0.01, 0.001, -84.5, 0.0, -0.01, 36.5)}),
        ("fathom", {"unit": "fathom"}),
    ],
)
def test_what_cannot_be_read_right_is_refused_by_name(tmp_path, said, options):
    path = write(tmp_path / "odd.tif", np.zeros((4, 4), dtype=np.int16), **options)
    with pytest.raises(GeoError, match=said) as caught:
        read_elevation(path)
    assert "odd.tif" in str(caught.value)


def test_a_file_that_is_no_raster_and_a_place_it_does_not_reach(tmp_path):
    text = tmp_path / "text.tif"
    text.write_text("not a raster")
    with pytest.raises(GeoError, match=r"text\.tif"):
        read_elevation(text)
    path = write(tmp_path / "here.tif", np.zeros((4, 4), dtype=np.int16))
    with pytest.raises(GeoError, match="does not reach"):
        read_elevation(path, (10.0, 50.0, 11.0, 51.0))
