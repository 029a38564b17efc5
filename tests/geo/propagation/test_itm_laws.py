"""What must hold of Longley–Rice on any path, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from repeats import repeats

from geo.errors import GeoError, OutOfValidity
from geo.propagation import itm

EXAMPLES = repeats(1000, quick=60)
MEDIAN = itm.ItmParameters()

profiles = st.integers(12, 200).flatmap(
    lambda count: arrays(np.float64, count, elements=st.floats(0.0, 1500.0, width=32))
)
heights_m = st.floats(1.0, 200.0)
frequencies_mhz = st.floats(40.0, 3000.0)


def loss_db(elevation_m, h_tx_m, h_rx_m, freq_mhz, parameters=MEDIAN, step_m=90.0):
    return itm.point_to_point(
        elevation_m, step_m=step_m, h_tx_m=h_tx_m, h_rx_m=h_rx_m, freq_mhz=freq_mhz, parameters=parameters
    ).path_loss_db


@settings(max_examples=EXAMPLES, deadline=None)
@given(profiles, heights_m, heights_m, frequencies_mhz)
def test_the_way_back_loses_as_much(elevation_m, h_tx_m, h_rx_m, freq_mhz):
    """Reciprocity. Only delta h may differ, being resampled from the transmitter's end: then nothing follows."""
    out = itm.point_to_point(
        elevation_m, step_m=90.0, h_tx_m=h_tx_m, h_rx_m=h_rx_m, freq_mhz=freq_mhz, parameters=MEDIAN
    )
    back = itm.point_to_point(
        elevation_m[::-1], step_m=90.0, h_tx_m=h_rx_m, h_rx_m=h_tx_m, freq_mhz=freq_mhz, parameters=MEDIAN
    )
    assert out.surface_refractivity == pytest.approx(back.surface_refractivity, rel=1e-12)
    if out.delta_h_m == pytest.approx(back.delta_h_m, rel=1e-9, abs=1e-9):
        assert out.path_loss_db == pytest.approx(back.path_loss_db, abs=0.05)


@settings(max_examples=EXAMPLES, deadline=None)
@given(profiles, heights_m, heights_m, frequencies_mhz)
def test_a_rarer_situation_never_loses_less(elevation_m, h_tx_m, h_rx_m, freq_mhz):
    losses = [
        loss_db(elevation_m, h_tx_m, h_rx_m, freq_mhz, itm.ItmParameters(situation_percent=percent))
        for percent in (10.0, 50.0, 90.0, 99.0)
    ]
    assert losses == sorted(losses)


@settings(max_examples=EXAMPLES, deadline=None)
@given(profiles, heights_m, heights_m, frequencies_mhz, st.floats(0.0, 1000.0))
def test_only_relief_and_refractivity_know_the_height_above_sea(
    elevation_m, h_tx_m, h_rx_m, freq_mhz, lift_m
):
    """Lifting the whole profile changes nothing but N_s: with the same N_s the loss is the same."""
    low = itm.point_to_point(
        elevation_m, step_m=90.0, h_tx_m=h_tx_m, h_rx_m=h_rx_m, freq_mhz=freq_mhz, parameters=MEDIAN
    )
    high = itm.point_to_point(
        elevation_m + lift_m, step_m=90.0, h_tx_m=h_tx_m, h_rx_m=h_rx_m, freq_mhz=freq_mhz, parameters=MEDIAN
    )
    assert high.surface_refractivity <= low.surface_refractivity
    if low.horizon_tx_m == high.horizon_tx_m and low.horizon_rx_m == high.horizon_rx_m:
        assert high.delta_h_m == pytest.approx(low.delta_h_m, abs=1e-6)


def test_in_the_clear_it_is_free_space_as_p525_has_it():
    """ITU-R P.525-4, equation 5: 32.4 + 20 log f + 20 log d; at 155 MHz and 5 km 90.19 dB.

    Both antennas 150 m high over 5 km of flat land: well inside the first part of the curve, where the
    reference attenuation is limited to 0 dB and the median gains at most a fraction of a decibel.
    """
    result = itm.point_to_point(
        np.full(101, 200.0), step_m=50.0, h_tx_m=150.0, h_rx_m=150.0, freq_mhz=155.0, parameters=MEDIAN
    )
    assert result.free_space_db == pytest.approx(90.19, abs=0.06)
    assert result.mode == itm.Mode.LINE_OF_SIGHT
    assert result.path_loss_db == pytest.approx(result.free_space_db, abs=6.0)


def test_a_ridge_costs_more_the_higher_it_is():
    losses = []
    for ridge_m in (0.0, 50.0, 100.0, 200.0, 400.0):
        elevation_m = np.full(201, 300.0)
        elevation_m[95:106] += ridge_m
        losses.append(loss_db(elevation_m, 30.0, 2.0, 155.0))
    assert losses == sorted(losses)
    assert losses[-1] - losses[0] > 15.0


def test_a_hole_in_the_profile_is_no_data():
    elevation_m = np.full(50, 300.0)
    elevation_m[20] = np.nan
    with pytest.raises(GeoError, match="no data"):
        loss_db(elevation_m, 30.0, 2.0, 155.0)


@pytest.mark.parametrize(
    ("h_tx_m", "h_rx_m", "freq_mhz", "said"),
    [
        (0.2, 2.0, 155.0, "transmitting"),
        (30.0, 3500.0, 155.0, "receiving"),
        (30.0, 2.0, 10.0, "20 MHz"),
        (30.0, 2.0, 25000.0, "20 GHz"),
    ],
)
def test_outside_its_range_the_model_refuses(h_tx_m, h_rx_m, freq_mhz, said):
    with pytest.raises(OutOfValidity, match=said):
        loss_db(np.full(50, 300.0), h_tx_m, h_rx_m, freq_mhz)


@pytest.mark.parametrize(
    "values",
    [
        {"refractivity_n_units": 200.0},
        {"ground_permittivity": 0.5},
        {"ground_conductivity_s_per_m": 0.0},
        {"mdvar": 4},
        {"time_percent": 0.0},
        {"situation_percent": 100.0},
    ],
)
def test_a_parameter_outside_its_range_is_refused(values):
    with pytest.raises(OutOfValidity):
        itm.ItmParameters(**values)


def test_thin_air_and_sea_water_are_refused_where_the_model_ends():
    with pytest.raises(OutOfValidity, match="150 N-units"):
        loss_db(np.full(50, 8000.0), 30.0, 2.0, 155.0)
    with pytest.raises(OutOfValidity, match="conductive"):
        loss_db(
            np.full(50, 0.0),
            30.0,
            2.0,
            155.0,
            itm.ItmParameters(
                ground_permittivity=1.0,
                ground_conductivity_s_per_m=5.0,
                polarization=itm.Polarization.HORIZONTAL,
            ),
        )


def test_where_diffraction_has_no_value_the_loss_says_so():
    """Case 25 of the NTIA tabulation: sea water, vertical, 39.5 MHz, near horizons; x of [V64] is below 0."""
    first_m = [598.328125, 598.96875, 605.796875, 611.71875, 611.9375, 617.15625, 618.25]
    profile_m = np.array([*first_m, 622.71875, 628.765625, 632.46875, 634.203125, 632.234375, 626.734375])
    sea = itm.ItmParameters(
        climate=itm.Climate.MARITIME_SUBTROPICAL,
        ground_permittivity=81.0,
        ground_conductivity_s_per_m=5.0,
        time_percent=84.8,
        location_percent=18.1,
        situation_percent=37.8,
    )
    result = itm.point_to_point(
        profile_m, step_m=90.0, h_tx_m=68.6, h_rx_m=2.0, freq_mhz=39.5, parameters=sea
    )
    assert result.path_loss_db == pytest.approx(63.602211311319316, abs=1e-9)
    assert result.reference_attenuation_db == 0.0
    assert itm.Caveat.DIFFRACTION_UNDEFINED in result.caveats


def test_caveats_say_what_they_mean():
    flags = itm.Caveat.PATH_TOO_SHORT | itm.Caveat.RX_HORIZON_ANGLE
    assert itm.caveat_texts(int(flags)) == (
        "path shorter than 1 km",
        "receiver's horizon steeper than 200 mrad",
    )
    assert set(itm.CAVEAT_TEXT) == set(itm.Caveat)
