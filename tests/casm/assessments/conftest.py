"""A county with hills, a repeater system of two stations, and the radios that use it."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import rasterio
from geoalchemy2.shape import from_shape
from rasterio import Affine
from shapely.geometry import Point

from casm.assessments.coverage_study import Study, open_study
from casm.db.tables import (
    Agency,
    Channel,
    Fleet,
    Owner,
    RadioSystem,
    Site,
    Station,
    StationFrequency,
    Template,
    TemplateSlot,
)  # fmt: skip
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

POST = 1.0 / 1200.0
ROWS, COLS = 100, 120
WEST_POST, NORTH_POST = -84.3, 36.4


@dataclass
class County:
    """Ids of what the tests point at."""

    owner: uuid.UUID = field(default_factory=uuid.uuid4)
    other_owner: uuid.UUID = field(default_factory=uuid.uuid4)
    system: uuid.UUID = field(default_factory=uuid.uuid4)
    channel: uuid.UUID = field(default_factory=uuid.uuid4)
    ridge: uuid.UUID = field(default_factory=uuid.uuid4)
    knob: uuid.UUID = field(default_factory=uuid.uuid4)
    fleet: uuid.UUID = field(default_factory=uuid.uuid4)
    ridge_site: uuid.UUID = field(default_factory=uuid.uuid4)


@pytest.fixture(scope="session")
def terrain_file(tmp_path_factory) -> Path:
    """Made hills, 270 to 700 m, as a GeoTIFF."""
    down, right = np.mgrid[0:ROWS, 0:COLS]
    heights = 360 + 60 * np.sin(right / 9.0) * np.cos(down / 13.0) + 300 * np.exp(-(((right - 80) / 6.0) ** 2))
    path = tmp_path_factory.mktemp("terrain") / "made_hills.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=ROWS, width=COLS, count=1, dtype="int16", crs="EPSG:4326",
        transform=Affine(POST, 0, WEST_POST - POST / 2, 0, -POST, NORTH_POST + POST / 2), nodata=-32768,
    ) as raster:  # fmt: skip
        raster.write(heights.astype(np.int16), 1)
    return path


@pytest.fixture
def study(terrain_file) -> Study:
    """A study over the hills."""
    return open_study(terrain_file)


@pytest.fixture
def administrator() -> Viewer:
    """Who sees and may write everything."""
    return Viewer.local_administrator()


@pytest.fixture
def county(database, administrator) -> County:
    """The county's rows, in this test's own database."""
    ids = County()
    with database.session(administrator) as session:
        write(session, ids)
    return ids


def write(session, ids: County) -> None:
    """Owners, a system with two stations on two sites, a channel, a fleet programmed with it."""
    common = {"owner_id": ids.owner, "remarks": "EXERCISE: made for a test"}
    for owner_id, code in ((ids.owner, "us.tn"), (ids.other_owner, "us.ky")):
        session.add(Owner(id=owner_id, parent_id=NATION_OWNER_ID, kind="state", name=code, code=code))
    session.flush()
    session.add(RadioSystem(id=ids.system, name="Made VHF", technology="analog", bands=["VHF"], **common))
    places = {ids.ridge: (ids.ridge_site, "Ridge", -84.25, 36.36), ids.knob: (uuid.uuid4(), "Knob", -84.22, 36.33)}
    for site_id, name, lon, lat in places.values():
        session.add(Site(id=site_id, name=name, position=from_shape(Point(lon, lat), srid=4326), **common))
    session.add(
        Channel(
            id=ids.channel, name="MADE 1", configuration="repeater", rx_freq_hz=154_190_000, tx_freq_hz=153_830_000,
            mode="analog_fm", bandwidth_hz=12_500, radio_system_owner_id=ids.owner, radio_system_id=ids.system,
            **common,
        )
    )  # fmt: skip
    session.flush()
    for station_id, (site_id, name, _, _) in places.items():
        session.add(
            Station(
                id=station_id, name=f"{name} VHF", site_owner_id=ids.owner, site_id=site_id,
                radio_system_owner_id=ids.owner, radio_system_id=ids.system, channel_owner_id=ids.owner,
                channel_id=ids.channel, antenna_height_agl_m=30.0, antenna_pattern="omni", polarization="vertical",
                antenna_gain_dbi=5.15, line_loss_db=1.5, erp_w=100.0, receiver_sensitivity_dbm=-119.0, **common,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            StationFrequency(
                station_id=station_id, station_tx_freq_hz=154_190_000, station_rx_freq_hz=153_830_000,
                emission_designators="11K2F3E", **common,
            )
        )  # fmt: skip
    agency, template = uuid.uuid4(), uuid.uuid4()
    session.add(Agency(id=agency, name="Made Fire", **common))
    session.flush()
    session.add(
        Fleet(
            id=ids.fleet, name="Made portables", agency_id=agency, form_factor="portable", tx_output_w=5.0,
            antenna_gain_dbi=-5.0, receiver_sensitivity_dbm=-119.0, antenna_height_agl_m=1.5, **common,
        )
    )  # fmt: skip
    session.flush()
    session.add(Template(id=template, fleet_id=ids.fleet, name="2026", **common))
    session.flush()
    session.add(
        TemplateSlot(template_id=template, position=1, channel_owner_id=ids.owner, channel_id=ids.channel, **common)
    )
