"""The two counties of the sharing pages, and an auditor of each."""


import pytest
from borrowed import borrow

from casm.sharing.members import give_membership
from casm.sharing.viewer import Viewer

_sharing = borrow("web/sharing/conftest.py")

app = _sharing.app
browser_of = _sharing.browser_of
_plain_world = _sharing.world


@pytest.fixture(scope="module")
def world(module_database, ids):
    """Two counties with people, of whom Amy audits Campbell County, Sid Scott County."""
    made = _plain_world.__wrapped__(module_database, ids)
    for name, county in (("amy", made.campbell), ("sid", made.scott)):
        made.accounts[name] = _sharing.person(made.database, f"{name}@audit.example", county, None)
        with made.database.session(Viewer.local_administrator()) as session:
            give_membership(session, county, made.accounts[name].id, "auditor")
    return made
