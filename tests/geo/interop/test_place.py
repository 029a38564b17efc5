"""The place a question is about: overlap, border belt, none; and shares of it that admit what is off the grid."""

import numpy as np
import pytest
from shapely.geometry import box
from small_worlds import GRID, whole_grid

from geo import projection
from geo.interop import place
from geo.interop.cells import pack, unpack

WEST, SOUTH, EAST, NORTH = GRID.bounds


def test_overlap_comes_first() -> None:
    found = place.default_place([("A", box(0, 0, 2, 1)), ("B", box(1, 0, 3, 1))])
    assert found.kind == place.OVERLAP
    assert found.area.equals(box(1, 0, 2, 1))


def test_a_common_border_gives_a_belt_ten_kilometres_wide() -> None:
    """A meridian of 1 degree at the equator is 110.574 km (WGS84), so the belt holds about 1,105.7 km²."""
    found = place.default_place([("A", box(0, 0, 1, 1)), ("B", box(1, 0, 2, 1))])
    assert found.kind == place.BORDER_BELT
    assert projection.area_km2(found.area) == pytest.approx(10.0 * 110.574, rel=0.01)
    west, _, east, _ = found.area.bounds
    assert (east - west) * 111.32 == pytest.approx(10.0, rel=0.02)


def test_outlines_drawn_apart_still_touch() -> None:
    gap_deg = 50.0 / 111_320.0
    found = place.default_place([("A", box(0, 0, 1, 1)), ("B", box(1 + gap_deg, 0, 2, 1))])
    assert found.kind == place.BORDER_BELT


def test_a_seam_where_outlines_cross_is_not_a_place_of_overlap() -> None:
    found = place.default_place([("A", box(0, 0, 1 + 1e-8, 1)), ("B", box(1, 0, 2, 1))])
    assert found.kind == place.BORDER_BELT


def test_areas_apart_have_no_shared_place() -> None:
    found = place.default_place([("A", box(0, 0, 1, 1)), ("B", box(5, 0, 6, 1))])
    assert (found.kind, found.area) == (place.NONE, None)


def test_areas_that_touch_in_a_corner_only_share_a_corner_of_the_belt() -> None:
    found = place.default_place([("A", box(0, 0, 1, 1)), ("B", box(1, 1, 2, 2))])
    assert found.kind in (place.NONE, place.BORDER_BELT)
    if found.area is not None:
        assert projection.area_km2(found.area) < 200.0


def test_without_a_service_area_the_place_is_not_known() -> None:
    found = place.default_place([("A", box(0, 0, 1, 1)), ("B", None)])
    assert found.kind == place.UNKNOWN
    assert "B" in found.text


def test_a_group_has_only_what_all_share() -> None:
    found = place.default_place([("A", box(0, 0, 3, 1)), ("B", box(1, 0, 4, 1)), ("C", box(2, 0, 5, 1))])
    assert found.area.equals(box(2, 0, 3, 1))


def test_cells_are_those_whose_centre_is_inside() -> None:
    west_half = box(WEST, SOUTH, WEST + 2 * GRID.cell_deg, NORTH)
    cells = unpack(place.cells_of(west_half, GRID).bits, GRID.cols)
    assert cells[:, :2].all()
    assert not cells[:, 2:].any()


def test_a_place_smaller_than_a_cell_is_the_cell_it_lies_in() -> None:
    lon, lat = WEST + 0.9 * GRID.cell_deg, NORTH - 0.1 * GRID.cell_deg
    cells = unpack(place.cells_of(box(lon, lat, lon + 1e-6, lat + 1e-6), GRID).bits, GRID.cols)
    assert cells.sum() == 1
    assert cells[0, 0]


def test_what_lies_off_the_grid_is_possible_and_never_proven() -> None:
    cells = place.cells_of(box(WEST, SOUTH, EAST + (EAST - WEST), NORTH), GRID)
    everywhere = pack(np.ones(GRID.shape, dtype=bool))
    assert cells.proven_share(everywhere) == pytest.approx(0.5, abs=0.001)
    assert cells.possible_share(everywhere) == pytest.approx(1.0)
    assert cells.possible_share(everywhere & 0) == pytest.approx(0.5, abs=0.001)


def test_shares_are_by_area_and_not_by_count_of_cells() -> None:
    cells = whole_grid()
    north = np.zeros(GRID.shape, dtype=bool)
    north[0] = True
    expected = GRID.cell_areas_km2()[0].sum() / GRID.cell_areas_km2().sum()
    assert cells.proven_share(pack(north)) == pytest.approx(expected, rel=1e-12)
    assert expected < 1 / 3


def test_bits_come_back_as_they_went_in() -> None:
    cells = np.random.default_rng(7).random((5, 131)) < 0.4
    assert np.array_equal(unpack(pack(cells), 131), cells)
