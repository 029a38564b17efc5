"""Two counties with a person each, signed in at browsers of their own."""

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import func
from werkzeug.test import Client

from casm.accounts import password as passwords
from casm.accounts.account import Account, viewer_of
from casm.accounts.origin import Origin
from casm.accounts.session import begin_session
from casm.db.tables import Agency, Owner, Site, Station
from casm.sharing.members import give_membership
from casm.sharing.viewer import FIELD_CLASSES, Viewer
from web import create_app
from web.config import WebConfig

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """A client that reads the forms' tokens as a browser would."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, address: str, status: int = 200):
        """A page, with the status it must have."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
        return answer

    def text(self, address: str) -> str:
        """A page's text."""
        return self.get(address).get_data(as_text=True)

    @staticmethod
    def content(answer) -> str:
        """An answer's text without the form's token, which tells the second that it was made in."""
        return TOKEN.sub("", answer.get_data(as_text=True))

    def post(self, address: str, fields: dict | None = None, page: str = "/sharing", status: int = 303):
        """Send a form of a page."""
        answer = self.send(address, fields or {}, page)
        assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
        return answer

    def send(self, address: str, fields: dict, page: str):
        """Send a form of a page, whatever comes of it."""
        found = TOKEN.search(self.client.get(page).get_data(as_text=True))
        assert found, f"{page} has no form"
        return self.client.post(address, data={**fields, "csrf_token": found[1]})


@pytest.fixture(scope="session", autouse=True)
def quick_hashes():
    """The same argon2id with one pass over little memory: what is tested is not how slow it is."""
    before = passwords.HASHER
    passwords.HASHER = type(before)(time_cost=1, memory_cost=64, parallelism=1)
    passwords.decoy_hash.cache_clear()
    yield
    passwords.HASHER = before
    passwords.decoy_hash.cache_clear()


@pytest.fixture(scope="module")
def app(module_database, ids):
    """The application with nobody let in unasked."""
    return create_app(WebConfig(module_database, trusted_hosts=("localhost",)))


@pytest.fixture(scope="module")
def world(module_database, ids):
    """Beside Campbell County (with the small inventory) Scott County, and a manager of each."""
    database = module_database
    with database.session(Viewer.local_administrator()) as session:
        scott = Owner(parent_id=ids.state_owner, kind="county", name="Scott County", code="us.tn.scott")
        session.add(scott)
        session.flush()
        hidden = Owner(parent_id=scott.id, kind="agency", name="Quiet Agency", code="us.tn.scott.quiet")
        session.add_all([hidden, Agency(owner_id=scott.id, name="Scott Sheriff")])
        tower = Site(owner_id=scott.id, name="Scott Tower", position="SRID=4326;POINT(-84.5 36.4)")
        session.add(tower)
        session.flush()
        session.add(Station(owner_id=scott.id, name="Scott Station", site_owner_id=scott.id, site_id=tower.id))
    made = SimpleNamespace(
        database=database, ids=ids, scott=scott.id, campbell=ids.county_owner, state=ids.state_owner,
        scott_tower=tower.id, ridge=ids.ridge, hidden=hidden.id,
    )  # fmt: skip
    made.accounts = {
        "swic": person(database, "swic@tn.example", ids.state_owner, "administrative_manager"),
        "ann": person(database, "ann@campbell.example", ids.county_owner, "administrative_manager"),
        "bob": person(database, "bob@scott.example", scott.id, "administrative_manager"),
        "eve": person(database, "eve@scott.example", scott.id, "agency_editor"),
        "ray": person(database, "ray@scott.example", scott.id, "agency_reader"),
        "pat": person(database, "pat@elsewhere.example", ids.state_owner, None),
    }
    return made


def person(database, email: str, owner_id, role: str | None) -> Account:
    """An account in use, with a role at an owner."""
    administrator = Viewer.local_administrator()
    with database.gate_session(administrator) as gate:
        account = Account(
            email=email, name=email.partition("@")[0].title(), state="active", home_owner_id=owner_id,
            approved_at=func.now(),
        )  # fmt: skip
        gate.add(account)
    if role:
        with database.session(administrator) as session:
            give_membership(session, owner_id, account.id, role, FIELD_CLASSES)
    return account


@pytest.fixture
def browser_of(app, world):
    """A browser at which somebody is signed in: `browser_of("ann")`; None for nobody."""

    def opened(name: str | None) -> Browser:
        client = app.test_client()
        if name is not None:
            account = world.accounts[name]
            with world.database.gate_session(viewer_of(account)) as gate:
                token, _session = begin_session(gate, account, stage="open", method="password", origin=Origin())
            client.set_cookie("casm", token)
        return Browser(client)

    return opened
