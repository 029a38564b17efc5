"""Rules on sites, stations, links and terms, against figures worked out by hand."""

import json
import math
from datetime import date

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from casm.quality.doubt import ERROR, NOTE, WARNING
from casm.quality.rules.county import County, check_county
from casm.quality.rules.expiry import check_expiry
from casm.quality.rules.heights import check_antenna_height, check_heights
from casm.quality.rules.licensed import LicenceFigures, StationFigures, check_against_licence, check_call_sign
from casm.quality.rules.missing import check_missing
from casm.quality.rules.path_length import allowed_eirp_dbw, check_path_length
from casm.quality.rules.possible import check_at_most, check_erp, check_order, check_phase_2
from casm.quality.rules.stale import check_stale
from geo.outside import distance_to_outline_m
from geo.units import ft_to_m, m_to_ft

TODAY = date(2026, 11, 22)
CAMPBELL, ANDERSON = County("47013", "Campbell County", "TN"), County("47001", "Anderson County", "TN")


def severities(doubts) -> list[str]:
    return [doubt.severity for doubt in doubts]


def test_heights_add_up_within_rounding():
    # Registration 1334621 of the FCC's tower file: 226.4 m ground, 97.5 m above it, 323.9 m above sea level.
    assert check_heights(226.4, 97.5, 323.9) == []
    assert check_heights(226.4, 97.5, 324.3) == []
    assert severities(check_heights(226.4, 97.5, 325.0)) == [WARNING]
    assert check_heights(226.4, 97.5, 325.0, position_accuracy_m=10.0) == []
    (doubt,) = check_heights(226.4, 97.5, None)
    assert doubt.severity == NOTE
    assert dict(doubt.mends[0].columns) == {"overall_height_amsl_m": 323.9}
    (doubt,) = check_heights(None, 97.5, 323.9)
    assert dict(doubt.mends[0].columns) == {"ground_elevation_amsl_m": 226.4}
    assert check_heights(None, None, 323.9) == check_heights(226.4, None, None) == []


def test_a_height_in_feet_among_metres_is_known_by_its_size():
    (doubt,) = check_heights(226.4, 97.5, 1062.7)
    assert doubt.severity == ERROR
    assert "in feet" in doubt.sentence
    assert dict(doubt.mends[0].columns) == {"overall_height_amsl_m": 323.9}
    (doubt,) = check_heights(226.4, 97.5, 500.0)
    assert doubt.severity == ERROR
    assert doubt.mends == ()


def test_no_antenna_above_its_tower():
    assert severities(check_antenna_height(98.1, 97.5, "Cross Mountain")) == [ERROR]
    assert check_antenna_height(97.9, 97.5, "Cross Mountain") == check_antenna_height(None, 97.5, "x") == []
    assert [one.about for one in check_heights(None, 97.5, None, structure_height_agl_m=99.0)] == ["structure"]


@given(ground=st.integers(0, 8000), above=st.integers(0, 2000), accuracy=st.none() | st.floats(0, 50))
def test_heights_in_feet_are_judged_as_the_same_heights_in_metres(ground, above, accuracy):
    feet = check_heights(ft_to_m(ground), ft_to_m(above), ft_to_m(ground + above), position_accuracy_m=accuracy)
    assert feet == []
    assert m_to_ft(ft_to_m(ground)) == pytest.approx(ground)


def test_a_county_and_its_border():
    assert check_county(CAMPBELL, CAMPBELL, 10.0) == []
    assert severities(check_county(CAMPBELL, ANDERSON, 60.0)) == [NOTE]
    assert check_county(CAMPBELL, ANDERSON, 60.0)[0].mends == ()
    assert severities(check_county(CAMPBELL, ANDERSON, 160.0)) == [WARNING]
    assert severities(check_county(CAMPBELL, ANDERSON, 160.0, position_accuracy_m=100.0)) == [NOTE]
    (doubt,) = check_county(CAMPBELL, ANDERSON, 12_345.0)
    assert doubt.severity == ERROR
    assert "12.3 km" in doubt.sentence
    assert dict(doubt.mends[0].columns) == {"county_fips": "47001", "state_code": "TN"}
    assert check_county(CAMPBELL, None, None)[0].mends == ()
    (doubt,) = check_county(None, ANDERSON, 5_000.0)
    assert doubt.severity == NOTE
    assert dict(doubt.mends[0].columns)["county_fips"] == "47001"
    assert check_county(None, ANDERSON, 50.0) == check_county(None, None, None) == []


def test_the_distance_to_an_outline_is_geodesic():
    """At 60 N a degree of longitude is half as long: the nearest side is not the nearest in degrees."""
    area = shapely.box(0.0, 60.0, 10.0, 70.0)
    # 0.02 degrees west of the side (1.1 km on the ground), 0.015 north of the lower one would be 1.7 km.
    away_m = distance_to_outline_m(shapely.Point(-0.02, 60.015), area)
    radius_m = 6_378_137.0
    expected_m = math.radians(0.02) * radius_m * math.cos(math.radians(60.015)) / math.sqrt(
        1 - 0.00669438 * math.sin(math.radians(60.015)) ** 2
    )  # fmt: skip
    assert away_m == pytest.approx(expected_m, rel=1e-4)
    assert distance_to_outline_m(shapely.Point(0.02, 60.015), area) == pytest.approx(expected_m, rel=1e-4)


ENTERED = StationFigures(-84.40, 36.22, 42.7, 100.0, frozenset({154_265_000}))
LICENSED = StationFigures(-84.40, 36.22, 42.7, None, frozenset({154_265_000}), ((154_265_000, 100.0),))


def about(entered, licensed=LICENSED, **more):
    return [(one.about, one.severity) for one in check_against_licence(entered, [licensed], "WQXY123", **more)]


def test_entered_against_licensed():
    from dataclasses import replace

    assert about(ENTERED) == []
    # 0.001 degrees of latitude are 111 m.
    assert about(replace(ENTERED, latitude_deg=36.221)) == [("position", WARNING)]
    assert about(replace(ENTERED, latitude_deg=36.221), position_accuracy_m=100.0) == []
    assert about(replace(ENTERED, latitude_deg=36.24)) == [("position", ERROR)]
    assert about(replace(ENTERED, antenna_height_agl_m=45.0)) == [("antenna", WARNING)]
    assert about(replace(ENTERED, antenna_height_agl_m=40.0)) == []
    assert about(replace(ENTERED, antenna_height_agl_m=None)) == [("antenna", NOTE)]
    assert about(replace(ENTERED, erp_w=150.0)) == [("erp", ERROR)]
    assert about(replace(ENTERED, freqs_hz=frozenset({154_280_000}))) == [("frequency", ERROR)]
    unknown = StationFigures()
    assert about(unknown, replace(LICENSED, antenna_height_agl_m=None)) == []
    assert check_against_licence(ENTERED, [], "WQXY123") == []


def test_the_nearest_licensed_location_that_shares_a_frequency_is_the_one_compared():
    far = StationFigures(-84.0, 36.0, 10.0, None, frozenset({154_265_000}), ((154_265_000, 10.0),))
    other = StationFigures(-84.40, 36.22, 5.0, None, frozenset({155_000_000}), ((155_000_000, 1.0),))
    assert check_against_licence(ENTERED, [far, other, LICENSED], "WQXY123") == []


def test_a_licence_behind_a_call_sign():
    def licence(**figures):
        return LicenceFigures(**{"call_sign": "WQXY123", "status": "active", "expires_on": date(2030, 1, 1)} | figures)

    assert check_call_sign("WQXY123", licence(), TODAY) == check_call_sign(None, None, TODAY) == []
    assert severities(check_call_sign("WQXY123", None, TODAY)) == [NOTE]
    assert severities(check_call_sign("WQXY123", licence(status="cancelled"), TODAY)) == [ERROR]
    assert severities(check_call_sign("WQXY123", licence(expires_on=date(2026, 11, 21)), TODAY)) == [ERROR]
    assert check_call_sign("WQXY123", licence(expires_on=TODAY), TODAY) == []


@pytest.mark.parametrize(
    ("kind", "ends_on", "severity"),
    [
        ("licence", date(2026, 11, 21), ERROR), ("licence", date(2026, 11, 22), WARNING),
        ("licence", date(2027, 2, 20), WARNING), ("licence", date(2027, 2, 21), None),
        ("agreement", date(2027, 2, 21), WARNING), ("agreement", date(2027, 5, 22), None), ("lease", None, None),
        ("end of life", date(2020, 1, 1), WARNING), ("certificate", date(2026, 1, 1), ERROR),
    ],
)  # fmt: skip
def test_what_ends(kind, ends_on, severity):
    assert severities(check_expiry(kind, ends_on, TODAY)) == ([severity] if severity else [])
    assert check_expiry(kind, ends_on, TODAY, in_force=False) == []


def test_what_nobody_confirmed():
    assert check_stale(date(2025, 11, 22), TODAY, 12) == []
    assert severities(check_stale(date(2025, 11, 21), TODAY, 12)) == [WARNING]
    assert severities(check_stale(None, TODAY, 12)) == [NOTE]
    assert check_stale(None, TODAY, None) == []


def test_a_short_path_by_hand():
    # 6 GHz, 8.5 km: half of 17 km, so 40 log10(2) = 12.04 dB less than 55 dBW.
    assert allowed_eirp_dbw(6_000_000_000, 8_500.0) == pytest.approx(42.959, abs=1e-3)
    assert allowed_eirp_dbw(6_000_000_000, 20_000.0) == 55.0
    assert allowed_eirp_dbw(18_000_000_000, 1_000.0) is None
    assert check_path_length(6_000_000_000, 8_500.0, 72.9) == []
    assert severities(check_path_length(6_000_000_000, 8_500.0, 73.2)) == [ERROR]
    assert severities(check_path_length(11_200_000_000, 4_900.0, None)) == [NOTE]
    assert check_path_length(11_200_000_000, 5_100.0, 90.0) == check_path_length(None, 10.0, 90.0) == []
    assert check_path_length(18_000_000_000, 100.0, 90.0) == []


@given(length=st.floats(100.0, 50_000.0), more=st.floats(1.0, 10_000.0))
def test_a_longer_path_is_never_allowed_less(length, more):
    assert allowed_eirp_dbw(6_100_000_000, length) <= allowed_eirp_dbw(6_100_000_000, length + more)


def test_power_by_hand():
    # 100 W, 3 dB of line, 8.15 dBi = 6 dBd: 3 dB more than 100 W, 199.5 W.
    assert check_erp(100.0, 3.0, 8.15, 200.0) == check_erp(100.0, 3.0, 8.15, 110.0) == []
    assert [one.about for one in check_erp(100.0, 3.0, 8.15, 90.0)] == ["erp"]
    assert check_erp(None, 3.0, 8.15, 90.0) == check_erp(100.0, None, 8.15, 1000.0) == []


def test_figures_that_cannot_hold_together():
    assert severities(check_at_most("sworn staff", 43, "all staff", 42)) == [ERROR]
    assert check_at_most("sworn staff", 42, "all staff", 42) == check_at_most("sworn staff", None, "x", 1) == []
    assert severities(check_order("built", date(2026, 1, 2), "torn down", date(2026, 1, 1))) == [ERROR]
    assert severities(check_phase_2(["p25_phase2"], False)) == [ERROR]
    assert severities(check_phase_2(["p25_phase1"], True)) == [NOTE]
    assert check_phase_2(["p25_phase2"], True) == check_phase_2(None, None) == []


def test_what_is_missing_is_said_with_what_is_lost():
    every = {"rx_freq_hz", "rx_squelch_kind", "mode", "bandwidth_hz"}
    (doubt,) = check_missing("channel", every)
    assert doubt.severity == WARNING or doubt.severity == NOTE
    assert [what for what, _ in doubt.figures] == ["TX frequency", "TX tone or NAC"]
    assert check_missing("channel", every, receive_only=True) == []
    assert check_missing("station", {"site_id", "channel_id", "call_sign", "antenna_height_agl_m", "erp_w"}) == []
    assert check_missing("nothing of ours", set()) == []
    assert json.dumps(doubt.figures)
