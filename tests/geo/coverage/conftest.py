"""Made terrain and a made station, and real hills where they are at hand."""

import numpy as np
import pytest

from geo.coverage.grid import Grid
from geo.coverage.station_coverage import Terms
from geo.coverage.subscriber import SubscriberProfile
from geo.coverage.tables import criterion, subscriber_use
from geo.coverage.transmitter import OmniPattern, Transmitter
from geo.propagation.itm import ItmParameters
from geo.terrain.elevation import ElevationRaster

POST = 1.0 / 1200.0


@pytest.fixture
def hills() -> ElevationRaster:
    """Rolling ground of 160 by 160 posts with a ridge along its meridian 84 W, heights 270 to 860 m."""
    down, right = np.mgrid[0:160, 0:160]
    rolling = 60.0 * np.sin(right / 9.0) * np.cos(down / 13.0) + 30.0 * np.sin(right / 3.1 + down / 4.7)
    ridge = 450.0 * np.exp(-(((right - 110) / 6.0) ** 2))
    return ElevationRaster(360.0 + rolling + ridge, -84.1, 36.6, POST, POST, "made hills")


@pytest.fixture
def grid(hills) -> Grid:
    """One cell around every post of the hills."""
    rows, cols = hills.height_amsl_m.shape
    return Grid(-84.1 - POST / 2, 36.6 + POST / 2, POST, rows, cols)


@pytest.fixture
def station() -> Transmitter:
    return Transmitter(
        id="station",
        name="Made Knob",
        lon_deg=-84.1 + 60.3 * POST,
        lat_deg=36.6 - 79.6 * POST,
        antenna_height_agl_m=30.0,
        freq_mhz=155.1,
        pattern=OmniPattern(),
        eirp_dbm=52.0,
        antenna_gain_dbi=5.0,
        line_loss_db=2.0,
        receiver_sensitivity_dbm=-119.0,
    )


@pytest.fixture
def portable() -> SubscriberProfile:
    return SubscriberProfile(
        name="made portable",
        use=subscriber_use("portable_street"),
        tx_output_w=5.0,
        antenna_gain_dbi=-5.0,
        receiver_sensitivity_dbm=-117.0,
    )


@pytest.fixture
def p25():
    return criterion("p25_phase1", 3.4)


@pytest.fixture
def terms() -> Terms:
    return Terms(parameters=ItmParameters(), location_sigma_db=8.0)
