"""Sampling between posts and at the edges, and profiles along geodesics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import geodesy
from geo.errors import GeoError
from geo.terrain.elevation import ElevationRaster
from geo.terrain.profile import profile_between

SPACING = 1.0 / 1200.0


def raster(heights) -> ElevationRaster:
    return ElevationRaster(
        height_amsl_m=np.asarray(heights, dtype=np.float32),
        west_post_deg=-84.0,
        north_post_deg=36.0,
        lon_spacing_deg=SPACING,
        lat_spacing_deg=SPACING,
        source="made for a test",
    )


def plane(rows: int = 40, cols: int = 40) -> ElevationRaster:
    """Height = 100 + 2 per post eastwards - 3 per post southwards: bilinear sampling must return the plane."""
    down, right = np.mgrid[0:rows, 0:cols]
    return raster(500.0 + 2.0 * right - 3.0 * down)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.0, 39.0), st.floats(0.0, 39.0))
def test_a_plane_is_read_back_exactly(row, col):
    height = plane().at_point(-84.0 + col * SPACING, 36.0 - row * SPACING)
    assert height == pytest.approx(500.0 + 2.0 * col - 3.0 * row, abs=1e-3)


def test_beyond_half_a_post_there_is_no_terrain():
    terrain = plane()
    assert terrain.at_point(-84.0 - 0.49 * SPACING, 36.0) == pytest.approx(500.0)
    assert np.isnan(terrain.at_point(-84.0 - 0.51 * SPACING, 36.0))
    assert np.isnan(terrain.at_point(-84.0, 36.0 - 39.51 * SPACING))


def test_a_void_spoils_what_lies_beside_it_and_nothing_else():
    heights = np.full((5, 5), 200.0)
    heights[2, 2] = np.nan
    terrain = raster(heights)
    assert np.isnan(terrain.at_point(-84.0 + 2.5 * SPACING, 36.0 - 2.5 * SPACING))
    assert np.isnan(terrain.at_point(-84.0 + 2.0 * SPACING, 36.0 - 2.0 * SPACING))
    for row, col in ((1.0, 1.0), (1.0, 2.5), (3.5, 3.5), (3.0, 2.0)):
        assert terrain.at_point(-84.0 + col * SPACING, 36.0 - row * SPACING) == pytest.approx(200.0)


def test_the_raster_cannot_be_changed_under_a_result():
    heights = np.zeros((3, 3), dtype=np.float32)
    terrain = raster(heights)
    heights[0, 0] = 99.0
    assert terrain.at_point(-84.0, 36.0) == 0.0
    with pytest.raises(ValueError, match="read-only"):
        terrain.height_amsl_m[0, 0] = 1.0


def test_the_digest_knows_heights_and_place():
    first, same = plane(), plane()
    moved = ElevationRaster(first.height_amsl_m, -83.0, 36.0, SPACING, SPACING, "made for a test")
    heights = first.height_amsl_m.copy()
    heights[3, 3] += 1.0
    assert first.sha256 == same.sha256
    assert len({first.sha256, moved.sha256, raster(heights).sha256}) == 3


def test_a_profile_climbs_with_the_plane():
    terrain = plane()
    ends = (-84.0 + 2 * SPACING, 36.0 - 30 * SPACING, -84.0 + 33 * SPACING, 36.0 - 4 * SPACING)
    profile = profile_between(terrain, *ends, step_m=60.0)
    assert profile.distance_m == pytest.approx(geodesy.distance_m(*ends), abs=1e-9)
    assert profile.step_m * (profile.elevation_amsl_m.size - 1) == pytest.approx(profile.distance_m)
    assert profile.step_m == pytest.approx(60.0, rel=0.02)
    assert profile.elevation_amsl_m[0] == pytest.approx(500.0 + 4.0 - 90.0, abs=1e-3)
    assert profile.elevation_amsl_m[-1] == pytest.approx(500.0 + 66.0 - 12.0, abs=1e-3)
    assert np.allclose(np.diff(profile.elevation_amsl_m, 2), 0.0, atol=0.02)
    assert profile.is_complete


def test_a_profile_that_leaves_the_terrain_says_so():
    profile = profile_between(plane(), -84.0, 36.0, -84.1, 36.0, step_m=90.0)
    assert not profile.is_complete
    assert np.isfinite(profile.elevation_amsl_m[0])
    assert np.isnan(profile.elevation_amsl_m[-1])


def test_no_profile_between_a_point_and_itself():
    with pytest.raises(GeoError, match="two different points"):
        profile_between(plane(), -84.0, 36.0, -84.0, 36.0, step_m=90.0)
    with pytest.raises(GeoError, match="above zero"):
        profile_between(plane(), -84.0, 36.0, -84.1, 36.0, step_m=0.0)


@pytest.mark.parametrize("heights", [np.zeros((1, 5)), np.zeros(5)])
def test_too_few_posts_are_refused(heights):
    with pytest.raises(GeoError, match="2 by 2"):
        raster(heights)
