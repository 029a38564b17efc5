"""Two counties where the first wants its editors' changes proposed, and people of every kind around them."""

import uuid
from types import SimpleNamespace

import pytest
from borrowed import borrow

from casm.db.tables import Owner
from casm.editing.change_record import create_record
from casm.proposals.rules import set_rule
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

sharing = borrow("casm/sharing/conftest.py")


def make_world(database, migrator_url):
    """mia manages county one, ed and eve edit there, cy there without sensitive fields, ray reads; zoe is of two."""
    world = SimpleNamespace(
        database=database, admin=Viewer.local_administrator("Ann Admin"), state=uuid.uuid4(), one=uuid.uuid4(),
        two=uuid.uuid4(), people=sharing.People(database, migrator_url),
    )  # fmt: skip
    with database.session(world.admin) as session:
        session.add(Owner(id=world.state, parent_id=NATION_OWNER_ID, kind="state", name="State", code="us.st"))
        session.flush()
        for county, code in ((world.one, "us.st.one"), (world.two, "us.st.two")):
            session.add(Owner(id=county, parent_id=world.state, kind="county", name=code, code=code))
            session.flush()
    people = world.people
    for name, owner, role, fields in (
        ("Mia", world.one, "administrative_manager", sharing.FIELD_CLASSES),
        ("Ed", world.one, "agency_editor", sharing.FIELD_CLASSES),
        ("Eve", world.one, "agency_editor", sharing.FIELD_CLASSES),
        ("Cy", world.one, "agency_editor", ("public",)),
        ("Ray", world.one, "agency_reader", sharing.FIELD_CLASSES),
        ("Zoe", world.two, "administrative_manager", sharing.FIELD_CLASSES),
        ("Pam", world.two, "partner", ("public",)),
    ):
        viewer = people.account(name, owner)
        people.member(viewer, owner, role, fields)
        setattr(world, name.lower(), viewer)
    with database.session(world.admin) as session:
        world.site = create_record(
            session, "site", world.one,
            {"name": "Tower", "address": "1 Ridge", "access_notes": "Gate 7", "verified_by": "Ray"},
        ).record_id  # fmt: skip
        world.foreign = create_record(session, "site", world.two, {"name": "Other tower"}).record_id
        agency = create_record(session, "agency", world.one, {"name": "Sheriff"}).record_id
        world.contact = create_record(
            session, "contact", world.one, {"name": "Jo Doe", "phone": "555-0100"}, known={"agency": ("agency", agency)}
        ).record_id
    with database.session(world.mia) as session:
        world.rule = set_rule(session, world.one, None).id
    return world


@pytest.fixture
def world(database, database_urls):
    """A world of the test's own."""
    return make_world(database, database_urls.migrator)
