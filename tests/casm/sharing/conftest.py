"""Two counties of one state, for looking over the wall between them."""

import uuid
from types import SimpleNamespace

import pytest

from casm.db.tables import Agency, Contact, Fleet, FleetEncryption, Owner, Site
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

POINT = "SRID=4326;POINT(-84.2 36.5)"


@pytest.fixture
def two_counties(database):
    """Two counties of one state, each with a site, an agency, a contact and a fleet's keys."""
    world = SimpleNamespace(database=database, state=uuid.uuid4(), one=uuid.uuid4(), two=uuid.uuid4())
    with database.session(Viewer.local_administrator()) as session:
        session.add(Owner(id=world.state, parent_id=NATION_OWNER_ID, kind="state", name="State", code="us.st"))
        session.flush()
        for county, code in ((world.one, "us.st.one"), (world.two, "us.st.two")):
            session.add(Owner(id=county, parent_id=world.state, kind="county", name=code, code=code))
            session.flush()
            agency = Agency(owner_id=county, name=f"Sheriff of {code}")
            session.add_all([Site(owner_id=county, name=f"Tower of {code}", position=POINT), agency])
            session.flush()
            fleet = Fleet(owner_id=county, name="Portables", agency_id=agency.id)
            session.add_all([fleet, Contact(owner_id=county, name="A. Person", agency_id=agency.id)])
            session.flush()
            session.add(FleetEncryption(owner_id=county, fleet_id=fleet.id, algorithms=["aes_256"]))
    world.viewer_one = Viewer.of_owner("one", world.one, may_write=True)
    world.viewer_two = Viewer.of_owner("two", world.two, may_write=True)
    return world
