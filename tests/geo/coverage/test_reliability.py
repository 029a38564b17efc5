"""Probabilities against the normal table and published practice; the two area figures kept apart."""

import numpy as np
import pytest

from geo.coverage.reliability import check_counted_once, margin_for_db, over_area, probability
from geo.errors import GeoError
from geo.propagation.itm import ItmParameters


def test_the_normal_table():
    """z = 0, 1, 1.2816, 1.6449, 1.8808, 2.3263: 50, 84.13, 90, 95, 97, 99 % (any table of the normal law)."""
    margins = np.array([0.0, 1.0, 1.2816, 1.6449, 1.8808, 2.3263]) * 8.0
    assert probability(margins, 8.0) == pytest.approx([0.5, 0.8413, 0.9, 0.95, 0.97, 0.99], abs=1e-4)


def test_ten_db_take_half_the_places_to_nine_tenths():
    """Published practice (ATDI): with 8 dB spread 10 dB of margin bring 50 % of locations to about 90 %."""
    assert probability(np.array([10.0]), 8.0)[0] == pytest.approx(0.9, abs=0.01)
    assert margin_for_db(0.97, 8.0) == pytest.approx(1.881 * 8.0, abs=0.005)


def test_no_data_stays_no_data_and_shape_is_kept():
    result = probability(np.array([[np.nan, 100.0], [-100.0, 0.0]]), 8.0)
    assert result.shape == (2, 2)
    assert result.dtype == np.float32
    assert np.isnan(result[0, 0])
    assert result[0, 1] == 1.0
    assert result[1, 0] == pytest.approx(0.0, abs=1e-30)


def test_variability_is_never_counted_twice():
    check_counted_once(ItmParameters(), 8.0)
    with pytest.raises(GeoError, match="counted twice"):
        check_counted_once(ItmParameters(situation_percent=90.0), 8.0)
    with pytest.raises(GeoError, match="not above zero"):
        check_counted_once(ItmParameters(), 0.0)


def test_mean_of_probabilities_and_share_above_target_are_two_figures():
    """Half the area at 0.94, half at 0.96: mean 0.95, share above 0.95 a half. By hand."""
    probabilities = np.array([[0.94, 0.96], [0.94, 0.96]])
    figures = over_area(probabilities, np.ones((2, 2)), target=0.95)
    assert figures.service_area_reliability == pytest.approx(0.95)
    assert figures.bounded_area_share == pytest.approx(0.5)
    assert figures.known_share == 1.0
    assert figures.area_km2 == 4.0


def test_cells_weigh_by_their_area_and_unknown_ones_are_told():
    probabilities = np.array([[1.0, 0.0, np.nan]])
    figures = over_area(probabilities, np.array([[3.0, 1.0, 4.0]]), target=0.95)
    assert figures.service_area_reliability == pytest.approx(0.75)
    assert figures.bounded_area_share == pytest.approx(0.75)
    assert figures.known_share == pytest.approx(0.5)


def test_a_place_is_only_its_own_cells():
    probabilities = np.array([[1.0, 0.0]])
    inside = np.array([[False, True]])
    assert over_area(probabilities, np.ones((1, 2)), target=0.95, inside=inside).bounded_area_share == 0.0
    nowhere = over_area(np.full((1, 2), np.nan), np.ones((1, 2)), target=0.95, inside=inside)
    assert nowhere.known_share == 0.0
    assert np.isnan(nowhere.service_area_reliability)
