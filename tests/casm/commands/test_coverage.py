"""`casm coverage` as it is typed: what it says, writes and refuses."""

import uuid
from pathlib import Path

import numpy as np
import pytest
import rasterio
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from casm.commands.coverage import command, ids_of
from casm.db.tables import Owner, RadioSystem, Site, Station, StationFrequency
from casm.errors import CasmError
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

POST = 1.0 / 1200.0


@pytest.fixture
def terrain_file(tmp_path) -> Path:
    """A slope rising eastwards."""
    path = tmp_path / "slope.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=60, width=60, count=1, dtype="int16", crs="EPSG:4326",
        transform=rasterio.Affine(POST, 0, -84.3, 0, -POST, 36.4),
    ) as raster:  # fmt: skip
        raster.write(np.tile(np.arange(300, 360, dtype=np.int16), (60, 1)), 1)
    return path


@pytest.fixture
def station_id(database) -> uuid.UUID:
    """A VHF repeater of a system that nobody is programmed for."""
    owner, site, system, station = (uuid.uuid4() for _ in range(4))
    with database.session(Viewer.local_administrator()) as session:
        session.add(Owner(id=owner, parent_id=NATION_OWNER_ID, kind="state", name="Made", code="us.tn"))
        session.flush()
        session.add(Site(id=site, owner_id=owner, name="Slope", position="SRID=4326;POINT(-84.28 36.38)"))
        session.add(RadioSystem(id=system, owner_id=owner, name="Made VHF", technology="analog"))
        session.flush()
        session.add(
            Station(
                id=station, owner_id=owner, name="Slope VHF", site_owner_id=owner, site_id=site,
                radio_system_owner_id=owner, radio_system_id=system, antenna_height_agl_m=30.0,
                antenna_pattern="omni", polarization="vertical", erp_w=100.0, antenna_gain_dbi=5.0, line_loss_db=1.0,
                receiver_sensitivity_dbm=-119.0,
            )
        )  # fmt: skip
        session.flush()
        session.add(StationFrequency(owner_id=owner, station_id=station, station_tx_freq_hz=154_190_000))
    return station


@pytest.fixture
def casm(database_server, database_urls, monkeypatch):
    """Run the command on this test's own database."""
    monkeypatch.setenv("CASM_DATA_DIR", str(database_server.layout.data_dir))
    monkeypatch.delenv("CASM_DATABASE_URL", raising=False)
    name = make_url(database_urls.app).database

    def run(*arguments):
        return CliRunner().invoke(command, ["--database", name, *map(str, arguments)])

    return run


def test_coverage_is_computed_said_and_written(casm, station_id, terrain_file, tmp_path):
    out = tmp_path / "out" / "coverage.tif"
    result = casm("--terrain", terrain_file, "--out", out)
    assert result.exit_code == 0, result.output
    assert "1 stations, 1 systems and repeaters: 2 results computed (1 path-loss rasters)" in result.output
    with rasterio.open(out) as raster:
        assert raster.shape == (60, 60)
    again = casm("--terrain", terrain_file)
    assert "0 results computed (0 path-loss rasters), 2 kept" in again.output


def test_one_station_by_name(casm, station_id, terrain_file):
    assert "1 stations, 0 systems" in casm("--station", "Slope VHF", "--terrain", terrain_file).output


def test_a_name_that_is_not_there_is_refused(database, station_id):
    with (
        database.session(Viewer.local_administrator()) as session,
        pytest.raises(CasmError, match="There is no station 'Elsewhere'"),
    ):
        ids_of(session, (Station,), ("Elsewhere",), "station")


def test_station_and_system_do_not_go_together(casm, terrain_file):
    result = casm("--station", "a", "--system", "b", "--terrain", terrain_file)
    assert result.exit_code == 2
    assert "not both" in result.output


def test_without_terrain_nothing_is_computed(casm, station_id, tmp_path):
    result = casm("--terrain", tmp_path / "none.tif")
    assert isinstance(result.exception, CasmError)
    assert "no terrain file" in str(result.exception)
