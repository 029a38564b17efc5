"""The world of proposals, with a browser for each of its people."""


import pytest
from borrowed import borrow

from casm.accounts.account import Account
from casm.accounts.origin import Origin
from casm.accounts.session import begin_session
from casm.sharing.viewer import Viewer
from web import create_app
from web.config import WebConfig

proposing = borrow("casm/proposals/conftest.py")
browsers = borrow("web/sharing/conftest.py")


@pytest.fixture(scope="module")
def world(module_database, module_database_urls):
    """The world that the tests of one module share."""
    patch = pytest.MonkeyPatch()
    patch.setenv("CASM_SECOND_FACTOR_ROLES", "none")
    yield proposing.make_world(module_database, module_database_urls.migrator)
    patch.undo()


@pytest.fixture(scope="module")
def browser(world):
    """Open a browser in which somebody of the world is signed in."""
    app = create_app(WebConfig(world.database, trusted_hosts=("localhost",)))

    def opened(viewer):
        client = app.test_client()
        with world.database.gate_session(Viewer.local_administrator()) as gate:
            account = gate.get(Account, viewer.principal_id)
            token, _session = begin_session(gate, account, stage="open", method="password", origin=Origin())
        client.set_cookie("casm", token)
        return browsers.Browser(client)

    return opened
