"""Radio-to-radio reach over ground of a stated roughness."""

import dataclasses

import numpy as np
import pytest

from geo.coverage.direct_reach import direct_reach, terrain_irregularity_around
from geo.coverage.link_budget import Unknown
from geo.errors import GeoError
from geo.propagation import itm
from geo.terrain.elevation import ElevationRaster

POST = 1.0 / 1200.0


def reach(portable, criterion, terms, **changes):
    values = {"freq_mhz": 155.1, "delta_h_m": 90.0, "terms": terms}
    return direct_reach(portable, portable, criterion, **(values | changes))


def test_reach_ends_where_the_budget_does(portable, p25, terms):
    """5 W, -5 dBi and 3 dB body at both ends, -106.2 dBm needed, 14 dB clutter, 1.645 x 8 dB margin.

    36.99 - 8 - 8 + 106.2 - 14 - 13.16 = 100.03 dB to spend: the area loss first exceeds it just beyond.
    """
    result = reach(portable, p25, terms)
    for distance_km, within in ((result.reach_km, True), (result.reach_km + 0.05, False)):
        loss_db = itm.area(
            distance_m=distance_km * 1000.0,
            delta_h_m=90.0,
            h_tx_m=1.5,
            h_rx_m=1.5,
            tx_siting=itm.Siting.RANDOM,
            rx_siting=itm.Siting.RANDOM,
            freq_mhz=155.1,
            parameters=itm.ItmParameters(),
        ).path_loss_db
        assert (loss_db <= 100.03) == within
    assert any("local clutter loss at the receiver" in caveat for caveat in result.caveats)


def test_more_power_reaches_further_and_rougher_ground_less(portable, p25, terms):
    mobile = dataclasses.replace(portable, tx_output_w=50.0, antenna_gain_dbi=2.0)
    assert reach(mobile, p25, terms).reach_km > reach(portable, p25, terms).reach_km > 0.0
    assert (
        reach(mobile, p25, terms, delta_h_m=300.0).reach_km
        < reach(mobile, p25, terms, delta_h_m=10.0).reach_km
    )


def test_a_higher_target_reaches_less(portable, p25, terms):
    assert (
        reach(portable, p25, terms, target=0.5).reach_km > reach(portable, p25, terms, target=0.97).reach_km
    )


def test_a_missing_figure_is_unknown(portable, p25, terms):
    unknown = direct_reach(
        dataclasses.replace(portable, tx_output_w=None),
        portable,
        p25,
        freq_mhz=155.1,
        delta_h_m=90.0,
        terms=terms,
    )
    assert isinstance(unknown, Unknown)
    assert unknown.missing == ("tx_output_w of made portable",)


def test_roughness_of_flat_and_of_hilly_ground(hills):
    flat = ElevationRaster(np.full((160, 160), 300.0), -84.1, 36.6, POST, POST, "flat")
    bounds = (-84.08, 36.49, -83.99, 36.58)
    assert terrain_irregularity_around(flat, bounds) == pytest.approx(0.0, abs=1e-6)
    assert terrain_irregularity_around(hills, bounds) > 80.0


def test_no_terrain_is_no_answer(hills):
    with pytest.raises(GeoError, match="no terrain"):
        terrain_irregularity_around(hills, (-90.0, 40.0, -89.9, 40.1))
