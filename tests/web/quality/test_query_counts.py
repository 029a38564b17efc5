"""How many statements the pages of findings take: no more with more records, and none more than is stated here."""

import pytest
from borrowed import borrow
from statements import statements_sent

from casm.db.tables import Channel, Site
from web import create_app
from web.config import WebConfig


@pytest.fixture(scope="module")
def world(module_database):
    """The two counties with their doubtful records, and hundreds of records more that are doubtful too."""
    made = borrow("casm/quality/conftest.py").make_world(module_database)
    with made.database.session(made.admin) as session:
        session.add_all(
            Channel(owner_id=made.one, name=f"VTAC36 {n:03d}", rx_freq_hz=159_472_500, tx_freq_hz=151_137_500)
            for n in range(150)
        )
        session.add_all(
            Site(owner_id=made.one, name=f"Tall {n:03d}", ground_elevation_amsl_m=400.0, overall_height_agl_m=30.0,
                 overall_height_amsl_m=500.0, position=f"SRID=4326;POINT({-84.2 + n / 1000} 36.3)")
            for n in range(150)
        )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def client(world):
    """The first county's editor."""
    return create_app(WebConfig(world.database, world.editor_one, trusted_hosts=("localhost",))).test_client()


@pytest.fixture
def statements(world):
    """What is sent to the database."""
    with statements_sent(world.database.engine) as sent:
        yield sent


# Whoever changes a page so that it asks more states the new number here. made: after a change of any record, when the
# findings are computed anew; kept: while nothing has changed.
MERGE = 30
PAGES = {
    "/quality": (70, 20),
    "/quality?owner=us.tn.one": (74, 21),
    "/quality?rule=sides": (67, 17),
    "/quality?rule=heights&page=2": (67, 17),
    "/quality?class=site&severity=error": (67, 17),
    "/quality?state=no_fault": (67, 17),
    "/api/quality/findings": (65, 15),
}


def asked(client, statements, address) -> int:
    """How many statements one page takes."""
    statements.clear()
    assert client.get(address).status_code == 200
    return len(statements)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_findings_takes_no_more_statements_than_stated(address, client, world, statements):
    client.get(address)
    with world.database.session(world.admin) as session:
        session.get(Site, world.ids["On The Line"]).overall_height_agl_m += 0.5
    made = asked(client, statements, address)
    kept = asked(client, statements, address)
    assert (made, kept) <= PAGES[address]
    assert made <= PAGES[address][0]
    assert kept <= PAGES[address][1]


def test_comparing_two_records_takes_no_more_statements_than_stated(client, world, statements):
    address = f"/quality/site/{world.ids['Cross Mountain']}/merge/{world.ids['X Mtn']}"
    client.get(address)
    assert asked(client, statements, address) <= MERGE
