"""Station and system coverage: laws of power, unknowns that stay unknown, best server."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.coverage.composite import NO_SERVER, Composite, composite
from geo.coverage.grid import Grid
from geo.coverage.link_budget import Budget, Unknown
from geo.coverage.loss_raster import path_loss_raster
from geo.coverage.station_coverage import StationCoverage, Terms, station_coverage
from geo.coverage.transmitter import BeamPattern
from geo.errors import GeoError
from geo.propagation.itm import ItmParameters

SMALL = Grid(-84.0, 36.0, 0.01, 1, 3)


@pytest.fixture
def losses(hills, grid, station):
    return path_loss_raster(
        station, hills, grid, receiver_height_agl_m=1.5, parameters=ItmParameters(), radius_km=30.0
    )


@pytest.fixture
def covered(station, losses, portable, p25, terms):
    def cover(**changes) -> StationCoverage:
        return station_coverage(
            dataclasses.replace(station, **changes), losses, portable, p25, terms=terms, clutter_loss_db=14.0
        )

    return cover


def made(station_id, talk_out, talk_in) -> StationCoverage:
    nothing = Budget("made", ())
    return StationCoverage(
        station_id,
        np.array([talk_out], dtype=np.float32),
        np.array([talk_in], dtype=np.float32),
        nothing,
        nothing,
    )


def test_a_cell_by_hand(covered, losses):
    """Talk-out: 150.2 dB to spend less path loss less 14 dB clutter, over 8 dB, through the normal law."""
    index = np.unravel_index(np.argmin(np.abs(losses.path_loss_db - 128.2)), losses.path_loss_db.shape)
    z = (150.2 - losses.path_loss_db[index] - 14.0) / 8.0
    assert z == pytest.approx(1.0, abs=0.02)
    assert covered().talk_out[index] == pytest.approx(0.8413, abs=0.005)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(20.0, 60.0), st.floats(0.0, 20.0))
def test_more_power_never_covers_less(covered, eirp_dbm, more_db):
    weak, strong = covered(eirp_dbm=eirp_dbm), covered(eirp_dbm=eirp_dbm + more_db)
    assert (strong.talk_out >= weak.talk_out).all()
    assert (strong.talk_in == weak.talk_in).all()


def test_both_directions_hold_where_the_weaker_does(covered):
    result = covered()
    assert (result.balanced == np.minimum(result.talk_out, result.talk_in)).all()
    assert (result.balanced <= result.talk_out).all()


def test_a_beam_takes_from_what_is_behind_it(covered, losses):
    omni, beam = covered(), covered(pattern=BeamPattern(90.0, 60.0))
    behind = np.abs(losses.azimuth_deg - 270.0) < 30.0
    ahead = np.abs(losses.azimuth_deg - 90.0) < 1.0
    assert beam.talk_out[behind].mean() < omni.talk_out[behind].mean()
    assert beam.talk_out[ahead] == pytest.approx(omni.talk_out[ahead], abs=0.01)


def test_a_missing_figure_is_unknown_everywhere_and_named(covered):
    result = covered(line_loss_db=None)
    assert np.isnan(result.talk_in).all()
    assert np.isfinite(result.talk_out).all()
    assert [type(unknown) for unknown in result.unknowns] == [Unknown]
    assert "line_loss_db of Made Knob" in str(result.unknowns[0])


def test_quantiles_of_the_model_and_a_margin_do_not_go_together():
    with pytest.raises(GeoError, match="twice"):
        Terms(parameters=ItmParameters(time_percent=90.0), location_sigma_db=8.0)


def test_the_best_station_counts_and_unknown_ones_leave_the_cell_open():
    nan = np.nan
    system = composite(
        SMALL, [made("a", [0.9, 0.2, nan], [0.8, 0.9, nan]), made("b", [0.5, nan, nan], [0.9, nan, nan])]
    )
    assert system.station_ids == ("a", "b")
    assert system.talk_out.at_least[0, :2].tolist() == pytest.approx([0.9, 0.2])
    assert np.isnan(system.talk_out.at_least[0, 2])
    assert system.talk_out.unsettled.tolist() == [[False, True, True]]
    # One station must do both: a with min(0.9, 0.8), not a's talk-out with b's talk-in.
    assert system.balanced.at_least[0, 0] == pytest.approx(0.8)
    assert system.best_server.tolist() == [[0, 0, NO_SERVER]]


def test_unknown_only_where_it_could_change_the_answer():
    system = composite(
        SMALL, [made("a", [0.97, 0.5, 0.5], [1, 1, 1]), made("b", [np.nan] * 2 + [0.6], [1, 1, 1])]
    )
    told = system.talk_out.nan_where_unknown(0.95)
    assert told[0, 0] == pytest.approx(0.97)
    assert np.isnan(told[0, 1])
    assert told[0, 2] == pytest.approx(0.6)
    assert np.isnan(system.talk_out.possible()).tolist() == [[True, True, False]]


def test_a_composite_is_never_below_a_member(covered):
    members = [covered(eirp_dbm=40.0), covered(eirp_dbm=30.0, pattern=BeamPattern(10.0, 90.0))]
    system = composite(Grid(-84.1, 36.6, 1 / 1200, 160, 160), iter(members))
    for member in members:
        assert (system.talk_out.at_least >= member.talk_out).all()
        assert (system.balanced.at_least >= member.balanced).all()


def test_a_system_without_stations_covers_nothing_and_hides_nothing():
    system = composite(SMALL, [])
    assert np.isnan(system.talk_out.at_least).all()
    assert not system.talk_out.unsettled.any()
    assert (system.best_server == NO_SERVER).all()


def test_a_station_of_which_nothing_is_known_may_serve_any_cell():
    together = Composite(SMALL)
    together.add(made("a", [0.97, 0.5, 0.1], [1, 1, 1]))
    together.add_unknown("b")
    system = together.result()
    assert system.station_ids == ("a", "b")
    assert system.talk_out.unsettled.all()
    assert np.isnan(system.talk_out.nan_where_unknown(0.95)).tolist() == [[False, True, True]]
    assert system.best_server.tolist() == [[0, 0, 0]]
