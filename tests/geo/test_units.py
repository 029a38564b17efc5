"""Conversions against figures from their defining documents, not against the code's own factors."""

import numpy as np
import pytest

from geo import units
from geo.errors import GeoError


def test_lengths_match_nist_sp_811():
    """NIST SP 811 (2008), B.8: foot 3.048 E-01 m, mile 1.609 344 E+03 m, nautical mile 1.852 E+03 m."""
    assert units.ft_to_m(1000.0) == pytest.approx(304.8, abs=1e-12)
    assert units.m_to_ft(304.8) == pytest.approx(1000.0, abs=1e-9)
    assert units.mi_to_km(10.0) == pytest.approx(16.09344, abs=1e-12)
    assert units.km_to_mi(16.09344) == pytest.approx(10.0, abs=1e-12)
    assert units.nmi_to_km(10.0) == pytest.approx(18.52, abs=1e-12)


def test_a_frequency_text_becomes_exact_whole_hertz():
    assert units.mhz_to_hz("155.7525") == 155_752_500
    assert units.mhz_to_hz(155.7525) == 155_752_500
    assert units.mhz_to_hz(" 453.46250 ") == 453_462_500
    assert units.khz_to_hz("12.5") == 12_500
    assert units.hz_to_mhz(155_752_500) == 155.7525
    assert units.hz_to_khz(6_250) == 6.25


@pytest.mark.parametrize("text", ["", "abc", "-1", "0", "nan", "inf", "155,7525"])
def test_what_is_not_a_frequency_is_refused(text):
    with pytest.raises(GeoError):
        units.mhz_to_hz(text)


def test_power_levels():
    """1 W is 30 dBm by definition; 100 W ERP is 164 W EIRP (47 CFR 2.1: half-wave dipole 1.64)."""
    assert units.w_to_dbm(1.0) == 30.0
    assert units.dbm_to_w(50.0) == pytest.approx(100.0)
    assert units.dbw_to_dbm(2.0) == 32.0
    assert units.dbm_to_dbw(32.0) == 2.0
    assert units.erp_w_to_eirp_w(100.0) == pytest.approx(164.0, abs=0.1)
    assert units.eirp_w_to_erp_w(164.0) == pytest.approx(100.0, abs=0.1)
    assert units.erp_w_to_eirp_dbm(100.0) == pytest.approx(52.15)
    assert units.eirp_dbm_to_erp_w(52.15) == pytest.approx(100.0)
    assert units.dbd_to_dbi(6.0) == pytest.approx(8.15)
    assert units.dbi_to_dbd(8.15) == pytest.approx(6.0)


def test_sensitivity_in_microvolts_at_fifty_ohm():
    """0.25 µV across 50 ohm is 1.25e-15 W, that is -119.03 dBm (10 log10 of it, plus 30)."""
    assert units.microvolt_to_dbm(0.25) == pytest.approx(-119.031, abs=5e-4)


def test_arrays_go_through_like_numbers():
    assert np.allclose(units.w_to_dbm(np.array([1.0, 10.0])), [30.0, 40.0])
    assert np.allclose(units.db_to_ratio(units.ratio_to_db(np.array([0.5, 2.0]))), [0.5, 2.0])


def test_no_decibels_of_nothing():
    with pytest.raises(GeoError, match="above zero"):
        units.w_to_dbm(0.0)
    with pytest.raises(GeoError, match="above zero"):
        units.w_to_dbm(np.array([1.0, -1.0]))


def test_wavelength():
    """299.792458 MHz has a wavelength of 1 m by the definition of the metre."""
    assert units.freq_mhz_to_wavelength_m(299.792458) == pytest.approx(1.0, abs=1e-15)
