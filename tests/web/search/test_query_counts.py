"""How many statements each kind of page takes: no more with more rows, and none more than is stated here."""

import pytest
from statements import statements_sent

from casm.db.tables import Channel, Site, Station


@pytest.fixture(scope="module")
def statements(typed_world):
    """What is sent to the database."""
    with statements_sent(typed_world.database.engine) as sent:
        yield sent


@pytest.fixture(scope="module")
def many(typed_world):
    """Hundreds of records more."""
    one = typed_world.one
    with typed_world.database.session(typed_world.admin) as session:
        session.add_all(Channel(owner_id=one, name=f"Many {n:03d}", rx_freq_hz=154_265_000) for n in range(300))
        session.add_all(Site(owner_id=one, name=f"Many Hill {n:03d}") for n in range(300))
        session.add_all(
            Station(owner_id=one, name=f"Many Station {n:03d}", site_owner_id=one, site_id=typed_world.records["site"])
            for n in range(300)
        )


# Whoever changes a page so that it asks more states the new number here.
PAGES = {
    "/search?q=many": 18,
    "/search?q=154.265": 19,
    "/search?q=mnay+hlil": 17,
    "/search?q=zzzzqqqq": 12,
    "/search?q=many&class=site": 15,
    "/records/channel": 14,
    "/records/channel?rx_freq_hz.is=154.265+MHz": 14,
    "/records/site?sort=-name": 14,
}
RECORDS = {"channel": 49, "site": 59, "station": 43}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_takes_no_more_statements_than_stated(address, client_of, typed_world, statements, many):
    client = client_of(typed_world.reader_one)
    assert client.get(address).status_code == 200
    statements.clear()
    client.get(address)
    assert len(statements) <= PAGES[address]


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_takes_no_more_statements_than_stated(name, client_of, typed_world, statements, many):
    client = client_of(typed_world.reader_one)
    address = f"/records/{name}/{typed_world.records[name]}"
    assert client.get(address).status_code == 200
    statements.clear()
    client.get(address)
    assert len(statements) <= RECORDS[name]
