"""Owners transferred and merged on their pages: seen beforehand, confirmed by the password, foreign as if missing."""

import re
import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.pool import NullPool

from casm.accounts.account import Account
from casm.accounts.password import hash_password
from casm.db.tables import Owner, Site
from casm.sharing.viewer import Viewer

TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
PASSWORD = "walnut-lantern-57-brook"
ADMINISTRATOR = Viewer.local_administrator()


@pytest.fixture
def town(world, module_database_urls):
    """Two agencies below Campbell County, each with a site "Twin Tower"; and the migrator's own door."""
    word = uuid.uuid4().hex[:8]
    migrator = create_engine(module_database_urls.migrator, poolclass=NullPool)
    made = SimpleNamespace(world=world, word=word, engine=migrator)
    with world.database.session(ADMINISTRATOR) as session:
        for name in ("police", "fire"):
            code = f"us.tn.campbell.{name}-{word}"
            owner = Owner(parent_id=world.campbell, kind="agency", name=f"{name.title()} {word}", code=code)
            session.add(owner)
            session.flush()
            session.add(Site(owner_id=owner.id, name="Twin Tower", sensitivity="restricted"))
            setattr(made, name, owner.id)
    return made


def owner_of(town, owner_id) -> Owner:
    with town.world.database.session(ADMINISTRATOR) as session:
        return session.get(Owner, owner_id)


def events(town, action: str, subject_id) -> int:
    with town.engine.begin() as connection:
        asked = text("SELECT count(*) FROM casm.audit_event WHERE action = :a AND subject_id = :s")
        return connection.execute(asked, {"a": action, "s": subject_id}).scalar_one()


def test_an_owner_is_chosen_looked_at_and_transferred(browser_of, town):
    swic, world = browser_of("swic"), town.world
    listed = swic.text("/owners")
    assert f"Police {town.word}" in listed
    assert 'value="transfer" checked' in listed
    chosen = swic.get(f"/owners?act=transfer&owner={town.police}&other={world.scott}", 303).headers["Location"]
    assert chosen == f"/owners/{town.police}/transfer/{world.scott}"
    page = swic.get(chosen)
    assert f"us.tn.scott.police-{town.word}" in page.text
    assert "Transfer it" in page.text
    assert "TLP:AMBER" in page.headers["CASM-Marking"]
    assert owner_of(town, town.police).parent_id == world.campbell
    assert swic.post(chosen, page=chosen).headers["Location"] == "/owners"
    assert "is now below Scott County" in swic.text("/owners")
    assert owner_of(town, town.police).code == f"us.tn.scott.police-{town.word}"
    assert events(town, "owner transferred", town.police) == 1
    assert "is below Scott County already" in swic.text(chosen)


def test_a_clash_is_named_and_once_mended_the_owners_are_merged(browser_of, town):
    swic, address = browser_of("swic"), f"/owners/{town.police}/merge/{town.fire}"
    page = swic.get(address)
    assert ">Twin Tower<" in page.text
    assert "Merge them" not in page.text
    assert "TLP:RED" in page.headers["CASM-Marking"]
    assert "Twin Tower" in swic.post(address, page="/people", status=400).text
    assert owner_of(town, town.police).merged_into_id is None
    with town.world.database.session(ADMINISTRATOR) as session:
        session.scalar(select(Site).where(Site.owner_id == town.police)).name = "Former Tower"
    assert "Merge them" in swic.text(address)
    swic.post(address, page=address)
    assert owner_of(town, town.police).merged_into_id == town.fire
    with town.world.database.session(ADMINISTRATOR) as session:
        assert session.scalar(select(func.count()).where(Site.owner_id == town.fire)) == 2
    assert events(town, "owner merged", town.police) == 1
    swic.get(address, 404)


def test_what_is_foreign_or_not_ones_own_to_move_is_as_if_missing(browser_of, town):
    ann, bob, world = browser_of("ann"), browser_of("bob"), town.world
    assert "Scott County" not in ann.text("/owners")
    missing = TOKEN.sub("", bob.get(f"/owners/{uuid.uuid4()}/merge/{world.scott}", 404).text)
    for moved, other in ((town.police, world.scott), (world.hidden, town.police), (world.scott, world.scott)):
        for act in ("transfer", "merge"):
            address = f"/owners/{moved}/{act}/{other}"
            assert TOKEN.sub("", bob.get(address, 404).text) == missing
            assert TOKEN.sub("", bob.post(address, page="/people", status=404).text) == missing
    assert "none is chosen" in ann.get("/owners?act=merge&owner=x", 400).text
    browser_of("eve").get("/owners", 403)
    assert owner_of(town, town.police).parent_id == world.campbell


def test_nothing_moves_before_the_password_is_given_once_more(browser_of, town):
    ann, address = browser_of("ann"), f"/owners/{town.police}/transfer/{town.fire}"
    with town.world.database.gate_session(ADMINISTRATOR) as gate:
        gate.get(Account, town.world.accounts["ann"].id).password_hash = hash_password(PASSWORD)
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE casm_gate.web_session SET confirmed_at = now() - interval '11 minutes'"))
    asked = f"/account/confirm?next={address}"
    assert ann.get(address, 303).headers["Location"] == asked
    assert ann.post(address, page="/people").headers["Location"] == asked
    assert ann.post("/account/confirm", {"password": "wrong", "next": address}, page=asked, status=401)
    assert ann.post(address, page="/people").headers["Location"] == asked
    assert owner_of(town, town.police).parent_id == town.world.campbell
    confirmed = ann.post("/account/confirm", {"password": PASSWORD, "next": address}, page=asked)
    assert confirmed.headers["Location"] == address
    assert ann.post(address, page=address).headers["Location"] == "/owners"
    assert owner_of(town, town.police).parent_id == town.fire
