"""The fixed grid: the same cell for everybody, nested levels, and no better guess than its middle."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from repeats import repeats
from shapely.geometry import Point, box

from geo.errors import GeoError
from geo.generalise import COARSEST_LEVEL, Cell, cell_of, connected_parts, covered_cells, crowded_cells
from geo.geodesy import WGS84

LONGITUDES = st.floats(-179.9, 179.9)
LATITUDES = st.floats(-85.0, 85.0)
LEVELS = st.integers(0, COARSEST_LEVEL)
# What docs/public-release.md promises.
RADIUS_M = 400.0
SHARE = 0.99
SITES = repeats(20_000, quick=3_000)


@given(LONGITUDES, LATITUDES, LEVELS)
def test_a_cell_holds_its_place_within_its_radius(lon_deg, lat_deg, level):
    cell = cell_of(lon_deg, lat_deg, level)
    west, south, east, north = cell.bounds
    assert west - 1e-6 <= lon_deg <= east + 1e-6
    assert south - 1e-6 <= lat_deg <= north + 1e-6
    assert WGS84.inv(lon_deg, lat_deg, *cell.centre)[2] <= cell.radius_m + 1.0
    assert cell_of(*cell.centre, level) == cell


@given(LONGITUDES, LATITUDES, st.integers(0, COARSEST_LEVEL - 1))
def test_a_coarser_cell_is_whole_finer_ones(lon_deg, lat_deg, level):
    finer = cell_of(lon_deg, lat_deg, level)
    west, south, east, north = cell_of(*finer.centre, level + 1).bounds
    assert west <= finer.bounds[0]
    assert south <= finer.bounds[1]
    assert finer.bounds[2] <= east
    assert finer.bounds[3] <= north


@given(LATITUDES, LEVELS)
def test_cells_are_never_slivers(lat_deg, level):
    west, south, east, north = cell_of(-98.0, lat_deg, level).bounds
    _, _, wide_m = WGS84.inv(west, (south + north) / 2, east, (south + north) / 2)
    _, _, high_m = WGS84.inv(west, south, west, north)
    assert wide_m / high_m > (0.6 if abs(lat_deg) < 72 else 0.3)


def test_edges_belong_to_the_cell_they_begin():
    assert cell_of(-84.3, 36.2) == Cell(0, 362, -843)
    assert cell_of(-84.3, 36.2).bounds == (-84.3, 36.2, -84.2, 36.3)
    assert cell_of(0.0, 0.0) == Cell(0, 0, 0)
    assert cell_of(-150.0, 61.2).bounds == (-150.0, 61.2, -149.8, 61.3)


@pytest.mark.parametrize(("position", "level"), [((200.0, 36.0), 0), ((float("nan"), 36.0), 0), ((0.0, 0.0), 9)])
def test_what_is_no_place_or_level_is_refused(position, level):
    with pytest.raises(GeoError):
        cell_of(*position, level)


@given(
    st.dictionaries(
        st.integers(), st.tuples(st.floats(-85.0, -83.0), st.floats(35.0, 37.0)), max_size=25
    ),
    st.integers(1, 5),
)  # fmt: skip
def test_every_place_is_in_one_crowded_cell_or_left_out(positions, least_count):
    cells, alone = crowded_cells(positions, least_count=least_count)
    told = [key for keys in cells.values() for key in keys]
    assert sorted(told + alone) == sorted(positions)
    assert all(len(keys) >= least_count for keys in cells.values())
    for cell, keys in cells.items():
        assert {cell_of(*positions[key], cell.level) for key in keys} == {cell}


def test_an_area_is_the_cells_it_half_covers():
    assert covered_cells(box(-84.3, 36.2, -84.14, 36.3)) == {Cell(0, 362, -843), Cell(0, 362, -842)}
    assert covered_cells(box(-84.3, 36.2, -84.16, 36.3)) == {Cell(0, 362, -843)}
    assert covered_cells(shapely.Polygon()) == set()


def test_patches_touch_also_at_corners():
    one, corner, far = Cell(0, 0, 0), Cell(0, 1, 1), Cell(0, 5, 5)
    parts = connected_parts([one, corner, far])
    assert sorted(parts, key=len) == [{far}, {one, corner}]
    assert connected_parts([]) == []


@pytest.mark.parametrize("gathered", [False, True])
def test_the_middle_of_a_cell_is_off_by_the_promise(gathered):
    """Also for sites gathered along a ridge, and averaging many releases is the middle again."""
    random = np.random.default_rng(20261122)
    longitudes, latitudes = random.uniform(-124.0, -68.0, SITES), random.uniform(25.0, 49.0, SITES)
    if gathered:
        along = random.uniform(0.0, 6.0, SITES)
        longitudes, latitudes = -84.0 + along + random.normal(0, 0.01, SITES), 36.0 + along * 0.6
    centres = np.array([cell_of(*place).centre for place in zip(longitudes, latitudes, strict=True)])
    again = np.array([cell_of(*place).centre for place in zip(longitudes, latitudes, strict=True)])
    guesses = (centres + again) / 2
    _, _, off_m = WGS84.inv(longitudes, latitudes, guesses[:, 0], guesses[:, 1])
    assert np.mean(off_m >= RADIUS_M) >= SHARE
    assert np.median(off_m) > 3_000


def test_two_levels_of_one_place_say_no_more_than_the_finer():
    place = (-84.2173, 36.3308)
    fine, coarse = cell_of(*place, 0).polygon, cell_of(*place, 2).polygon
    assert fine.intersection(coarse).equals(fine)
    assert fine.contains(Point(place))
