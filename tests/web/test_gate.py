"""The gate: nothing is shown to nobody, pages lead to signing in, programs get a problem."""

import pytest

from web import create_app
from web.access import ACCESS_OF_ENDPOINT
from web.config import WebConfig, map_reader


@pytest.fixture(scope="module")
def closed(module_database, ids):
    """The application as `casm serve` makes it without --local."""
    return create_app(WebConfig(module_database, trusted_hosts=("localhost",)))


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/sign-in"),
        ("/table", "/sign-in?next=%2Ftable"),
        ("/table?a=1&b=2", "/sign-in?next=%2Ftable%3Fa%3D1%26b%3D2"),
        ("/map/relief.png", "/sign-in?next=%2Fmap%2Frelief.png"),
    ],
)
def test_a_page_leads_to_signing_in(closed, path, leads_to):
    response = closed.test_client().get(path)
    assert response.status_code == 303
    assert response.headers["Location"] == leads_to


def test_a_program_is_told_to_sign_in(closed, ids):
    for path in ("/api/explain?lat=36.3&lon=-84.3", f"/map/overlays/{ids.pair_result}/levels"):
        response = closed.test_client().get(path)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="CASM"'
        assert response.mimetype == "application/problem+json"


def test_what_holds_no_records_is_open(closed):
    client = closed.test_client()
    for path in ("/health", "/static/site.css", "/assets/leaflet/leaflet.js"):
        assert client.get(path).status_code == 200


def test_every_endpoint_is_registered(closed):
    assert {rule.endpoint for rule in closed.url_map.iter_rules()} == set(ACCESS_OF_ENDPOINT)


def test_an_address_nobody_registered_stays_shut(module_database):
    app = create_app(WebConfig(module_database, map_reader()))
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 404


@pytest.mark.parametrize("address", ["192.0.2.7", "", "2001:db8::1"])
def test_open_reading_is_for_this_machine_alone(module_database, ids, address):
    client = create_app(WebConfig(module_database, map_reader())).test_client()
    assert client.get("/table").status_code == 200
    assert client.get("/table", environ_base={"REMOTE_ADDR": address}).status_code == 303
