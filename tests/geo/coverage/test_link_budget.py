"""Budgets worked by hand, term by term."""

import dataclasses

import pytest

from geo.coverage import link_budget
from geo.coverage.link_budget import Unknown
from geo.coverage.tables import subscriber_use


def test_talk_out_by_hand(station, portable, p25):
    """52 dBm EIRP - 5 dBi - 3 dB body; needs -117 - 5.4 + 16.2 = -106.2 dBm: 150.2 dB to spend."""
    budget = link_budget.talk_out(station, portable, p25)
    assert budget.allowed_loss_db == pytest.approx(52.0 - 5.0 - 3.0 + 106.2)
    assert [term.name for term in budget.terms] == [
        "station EIRP, dBm",
        "subscriber antenna gain",
        "body loss",
        "level needed by the subscriber, dBm",
    ]


def test_talk_in_by_hand(station, portable, p25):
    """5 W = 36.99 dBm - 5 - 3 + 5 - 2; needs -119 - 5.4 + 16.2 = -108.2 dBm: 140.19 dB to spend."""
    budget = link_budget.talk_in(station, portable, p25)
    assert budget.allowed_loss_db == pytest.approx(36.9897 - 5.0 - 3.0 + 5.0 - 2.0 + 108.2, abs=1e-3)


def test_noise_above_the_receiver_s_own_costs_as_much(station, portable, p25):
    quiet = link_budget.talk_out(station, portable, p25).allowed_loss_db
    noisy = link_budget.talk_out(station, portable, p25, noise_rise_db=6.0).allowed_loss_db
    assert quiet - noisy == pytest.approx(6.0)


def test_a_building_costs_what_its_row_says(station, portable, p25):
    inside = dataclasses.replace(portable, use=subscriber_use("portable_in_building"))
    street = link_budget.talk_out(station, portable, p25).allowed_loss_db
    assert street - link_budget.talk_out(station, inside, p25).allowed_loss_db == pytest.approx(10 + 12 - 3)


def test_required_level_from_a_noise_figure(p25):
    """kTB at 290 K in 5.5 kHz: -173.975 + 37.404 = -136.57 dBm; plus 7 dB and 16.2 dB: -113.37 dBm."""
    assert link_budget.required_level_dbm(p25, noise_figure_db=7.0) == pytest.approx(-113.37, abs=0.01)
    with pytest.raises(ValueError, match="sensitivity or a noise figure"):
        link_budget.required_level_dbm(p25)


def test_a_missing_figure_makes_that_direction_unknown_and_names_it(station, portable, p25):
    deaf = dataclasses.replace(station, receiver_sensitivity_dbm=None)
    back = link_budget.talk_in(deaf, portable, p25)
    assert isinstance(back, Unknown)
    assert back.missing == ("receiver_sensitivity_dbm or receiver_noise_figure_db of Made Knob",)
    assert "talk-in unknown" in str(back)
    assert not isinstance(link_budget.talk_out(deaf, portable, p25), Unknown)
    unknown_radio = dataclasses.replace(portable, receiver_sensitivity_dbm=None, tx_output_w=None)
    assert link_budget.talk_out(station, unknown_radio, p25).missing == (
        "receiver_sensitivity_dbm of made portable",
    )
    assert link_budget.talk_in(station, unknown_radio, p25).missing == ("tx_output_w of made portable",)
