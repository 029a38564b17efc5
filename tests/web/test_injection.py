"""A route that pastes what it is given into its SQL, as none of ours does: even so nobody becomes somebody else."""

import pytest
from flask import request
from sqlalchemy import text

from casm.db.tables import Owner, Site
from casm.sharing.viewer import NATION_OWNER_ID, Viewer
from web import create_app
from web.access import ACCESS_OF_ENDPOINT
from web.config import WebConfig
from web.viewer import viewer_session

FORGED = "v1|9999999999|x|{owner}|{owner}|{owner}|public|" + "0" * 64

# What an attacker would paste, given the owner whose rows he is after and a context that was once his own.
ATTACKS = (
    "nothing') OR true --",
    "x') UNION SELECT name FROM casm.site --",
    "x') UNION SELECT set_config('casm.context', '{forged}', true) UNION SELECT name FROM casm.site --",
    "x'); SELECT set_config('casm.context', '{forged}', true); SELECT name FROM casm.site --",
    "x'); SELECT set_config('casm.context', '', true); SELECT name FROM casm.site --",
    "x'); SET LOCAL ROLE casm_wide; SELECT name FROM casm.site --",
    "x'); SET LOCAL ROLE casm_owner; SELECT name FROM casm.site --",
    "x'); SET LOCAL ROLE casm_gate; SELECT email FROM casm_gate.account --",
    "x'); RESET ROLE; SELECT name FROM casm.site --",
    "x'); SET SESSION AUTHORIZATION casm_admin; SELECT name FROM casm.site --",
    "x'); SET LOCAL row_security = off; SELECT name FROM casm.site --",
    "x'); SELECT email FROM casm_gate.account --",
    "x'); SELECT encode(inner_pad, 'hex') FROM casm_sec.seal --",
    "x'); SELECT casm_sec.account_scopes('{owner}')::text --",
    "x'); SELECT token_sha256 FROM casm.share_link --",
    "x'); UPDATE casm.membership SET owner_id = '{owner}' --",
    "x'); INSERT INTO casm.membership (id, owner_id, account_id, role, field_classes, granted_by) "
    "SELECT gen_random_uuid(), '{owner}', casm_sec.account_id(), 'administrative_manager', '{{public}}', 'x'; "
    "SELECT name FROM casm.site --",
    "x'); DELETE FROM casm.sharing_grant; SELECT name FROM casm.site --",
    "x'); CREATE TEMP TABLE t AS SELECT 1; SELECT name FROM casm.site --",
    "x'); SELECT name FROM casm.site WHERE 1/(CASE WHEN name LIKE 'Secret%' THEN 0 ELSE 1 END) = 1 --",
)


@pytest.fixture(scope="module")
def world(module_database, module_database_urls):
    """An agency reader of one county, and another county with a secret site."""
    with module_database.session(Viewer.local_administrator()) as session:
        own = Owner(kind="state", code="us.aa", name="Own", parent_id=NATION_OWNER_ID)
        other = Owner(kind="state", code="us.bb", name="Other", parent_id=NATION_OWNER_ID)
        session.add_all([own, other])
        session.flush()
        session.add_all([Site(owner_id=own.id, name="Own tower"), Site(owner_id=other.id, name="Secret tower")])
        return own.id, other.id


@pytest.fixture(scope="module")
def client(module_database, world):
    """The application with one bad route more."""
    reader = Viewer.of_owner("reader", world[0])
    app = create_app(WebConfig(module_database, local_viewer=reader, trusted_hosts=("localhost",)))

    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setitem(ACCESS_OF_ENDPOINT, "bad", "reader")

    @app.get("/bad")
    def bad() -> str:
        with viewer_session() as session:
            cursor = session.connection().connection.cursor()
            cursor.execute(f"SELECT name FROM casm.site WHERE name IN ('{request.args['name']}')")
            first = cursor.fetchall()
            # What follows in the same request must be as much the asker's as what came before.
            return f"{first} {session.scalars(text('SELECT name FROM casm.site')).all()}"

    yield app.test_client()
    monkeypatch.undo()


def test_the_bad_route_is_open_to_injection(client):
    assert "Own tower" in client.get("/bad", query_string={"name": "x') OR ('1'='1"}).text


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_injection_sees_what_its_asker_sees(client, world, attack, module_database):
    _own, other = world
    pasted = attack.format(owner=other, forged=FORGED.format(owner=other))
    answer = client.get("/bad", query_string={"name": pasted})
    for hidden in ("Secret", "@", "inner_pad"):
        assert hidden not in answer.text
    # The next request on the same connection, too.
    assert client.get("/bad", query_string={"name": "Own tower"}).text == "[('Own tower',)] ['Own tower']"
    with module_database.session(Viewer.local_administrator()) as session:
        assert session.scalar(text("SELECT count(*) FROM membership")) == 0
