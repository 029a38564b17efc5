"""Two counties of one state, for looking over the wall between them."""

import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from casm.db.tables import Agency, Contact, Fleet, FleetEncryption, Owner, Site
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer

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


class People:
    """Accounts, memberships and grants, put in by the database's administrator."""

    def __init__(self, database, migrator_url: str) -> None:
        self.database = database
        self.engine = create_engine(migrator_url, poolclass=NullPool)

    def run(self, statement: str, **values):
        """One statement as the administrator, committed."""
        with self.engine.begin() as connection:
            return connection.execute(text(statement), values)

    def rows(self, statement: str, **values) -> list[tuple]:
        """What one statement finds, as the administrator."""
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def account(self, name: str, home, *, state: str = "active") -> Viewer:
        """A person with an account and no role yet."""
        account_id = uuid.uuid4()
        self.run(
            "INSERT INTO casm_gate.account (id, email, name, state, home_owner_id, approved_at) "
            "VALUES (:id, :email, :name, :state, :home, now())",
            id=account_id, email=f"{name.lower()}@example.gov", name=name, state=state, home=home,
        )  # fmt: skip
        return Viewer.of_account(name, account_id, home)

    def member(self, viewer: Viewer, owner, role: str, fields=FIELD_CLASSES, classes=None) -> uuid.UUID:
        """Give a role."""
        membership_id = uuid.uuid4()
        self.run(
            "INSERT INTO casm.membership (id, owner_id, account_id, role, asset_classes, field_classes, granted_by) "
            "VALUES (:id, :owner, :account, :role, :classes, :fields, 'test')",
            id=membership_id, owner=owner, account=viewer.principal_id, role=role, classes=classes, fields=list(fields),
        )  # fmt: skip
        return membership_id

    def grant(self, giver, classes, *, owner=None, account=None, fields=("public",), area=None, precision_m=0,
              days=30) -> uuid.UUID:  # fmt: skip
        """Show something of a giver's to an owner or an account."""
        grant_id = uuid.uuid4()
        self.run(
            "INSERT INTO casm.sharing_grant (id, owner_id, asset_classes, field_classes, area, precision_m, "
            "recipient_owner_id, recipient_account_id, valid_from, valid_until, granted_by) "
            "VALUES (:id, :giver, :classes, :fields, ST_GeomFromText(:area, 4326), :precision, :owner, :account, "
            "now() - interval '100 days', now() + make_interval(days => :days), 'test')",
            id=grant_id, giver=giver, classes=list(classes), fields=list(fields), area=area, precision=precision_m,
            owner=owner, account=account, days=days,
        )  # fmt: skip
        return grant_id

    def revoke(self, grant_id) -> None:
        """Take a grant back."""
        self.run("UPDATE casm.sharing_grant SET revoked_at = now(), revoked_by = 'test' WHERE id = :id", id=grant_id)


@pytest.fixture
def people(two_counties, database_urls):
    return People(two_counties.database, database_urls.migrator)
