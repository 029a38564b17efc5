"""The application on a database that the tests of one module share, filled with the small inventory."""

import pytest

from casm.sharing.viewer import Viewer
from web import create_app
from web.config import WebConfig, map_reader


@pytest.fixture(scope="module")
def ids(module_database, small_inventory):
    """The small inventory, written once."""
    with module_database.session(Viewer.local_administrator()) as session:
        return small_inventory.fill(session)


@pytest.fixture(scope="module")
def terrain_file(tmp_path_factory, small_inventory):
    """A GeoTIFF of elevations over the small inventory's square: a ridge from north to south."""
    import numpy as np

    ridge = 300 + 200 * np.exp(-(((np.arange(small_inventory.COLS) - 20) / 4.0) ** 2))
    elevation_amsl_m = np.tile(ridge.astype(np.float32), (small_inventory.ROWS, 1))
    path = tmp_path_factory.mktemp("terrain") / "ridge.tif"
    path.write_bytes(small_inventory.geotiff(elevation_amsl_m))
    return path


@pytest.fixture(scope="module")
def app(module_database, ids, terrain_file):
    """The application as `casm serve` makes it."""
    return create_app(WebConfig(module_database, map_reader(), terrain=terrain_file, trusted_hosts=("localhost",)))


@pytest.fixture
def client(app):
    """A client without a browser."""
    return app.test_client()
