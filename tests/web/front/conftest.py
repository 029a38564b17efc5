"""A server's folder of a test's own, and free ports."""

import os
import shutil
import socket

import pytest

from web.front.layout import FrontLayout
from web.front.nginx import DEBIAN_PLACE


@pytest.fixture(scope="session")
def nginx():
    """Debian's nginx; its absence skips the test on a person's machine and fails it in CI."""
    if not os.access(DEBIAN_PLACE, os.X_OK):
        if os.environ.get("CI"):
            pytest.fail("nginx is not installed; `make setup` installs it")
        pytest.skip("nginx is not installed; `make setup` installs it")
    return DEBIAN_PLACE


@pytest.fixture(scope="module")
def free_port():
    """Ask the system for a port nobody listens on."""

    def found() -> int:
        with socket.socket() as tried:
            tried.bind(("127.0.0.1", 0))
            return tried.getsockname()[1]

    return found


@pytest.fixture
def layout(make_server_folder):
    """A folder that nginx's workers can reach."""
    folder = make_server_folder()
    yield FrontLayout(folder)
    shutil.rmtree(folder, ignore_errors=True)
