"""Patterns, radiated power, and the fields whose absence makes a direction unknown."""

import dataclasses

import numpy as np
import pytest

from geo.coverage.transmitter import BeamPattern, OmniPattern, eirp_from
from geo.errors import GeoError


def test_a_beam_is_three_db_down_at_half_its_width():
    """3GPP TR 38.901 V16, table 7.3-1: 12 (phi / phi_3dB)^2, at most 30 dB."""
    beam = BeamPattern(boresight_azimuth_deg=350.0, beamwidth_deg=60.0)
    gains = beam.relative_gain_db(np.array([350.0, 20.0, 320.0, 170.0, 50.0]))
    assert gains == pytest.approx([0.0, -3.0, -3.0, -30.0, -12.0])


def test_an_omni_favours_nobody():
    assert (OmniPattern().relative_gain_db(np.linspace(0, 359, 40)) == 0.0).all()


@pytest.mark.parametrize("beamwidth_deg", [0.0, -10.0, 361.0])
def test_an_impossible_beam_is_refused(beamwidth_deg):
    with pytest.raises(GeoError, match="beamwidth"):
        BeamPattern(0.0, beamwidth_deg)


def test_eirp_from_erp_or_from_the_chain():
    """100 W ERP: 50 dBm + 2.15 dB. 100 W through 2 dB of line into 8.15 dBi: 56.15 dBm."""
    nothing = {"erp_w": None, "tx_output_w": None, "antenna_gain_dbi": None, "line_loss_db": None}
    assert eirp_from(**nothing | {"erp_w": 100.0}) == pytest.approx(52.15)
    chain = {"tx_output_w": 100.0, "antenna_gain_dbi": 8.15, "line_loss_db": 2.0}
    assert eirp_from(**nothing | chain) == pytest.approx(56.15)
    assert eirp_from(**nothing | chain | {"erp_w": 100.0}) == pytest.approx(52.15)
    for lacking in chain:
        assert eirp_from(**nothing | chain | {lacking: None}) is None
    assert eirp_from(**nothing | {"erp_w": 0.0}) is None


def test_what_is_not_on_record_is_named(station):
    assert station.missing_for_talk_out() == ()
    assert station.missing_for_talk_in() == ()
    bare = dataclasses.replace(
        station, eirp_dbm=None, pattern=None, line_loss_db=None, receiver_sensitivity_dbm=None
    )
    assert bare.missing_for_talk_out() == (
        "erp_w, or tx_output_w with antenna_gain_dbi and line_loss_db",
        "antenna_pattern",
    )
    assert bare.missing_for_talk_in() == (
        "line_loss_db",
        "receiver_sensitivity_dbm or receiver_noise_figure_db",
        "antenna_pattern",
    )


def test_a_place_off_the_globe_is_refused(station):
    with pytest.raises(GeoError, match="longitude"):
        dataclasses.replace(station, lat_deg=136.0)
