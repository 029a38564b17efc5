"""Signing in and out: cookies, forms, where one goes then, what a pause does, and what nobody can plant."""

import re

import pytest

from web import create_app
from web.accounts.entering import own_page
from web.config import WebConfig

PASSWORD = "walnut-lantern-57-brook"


@pytest.fixture(scope="module")
def ada(town):
    """A reader of Campbell County."""
    return town.person("ada.reader@campbell.example", town.campbell, "agency_reader")


ADA = "ada.reader@campbell.example"


def test_the_right_password_lets_in_and_leads_where_one_wanted(town, ada):
    browser = town.browser()
    assert browser.get("/table").headers["Location"] == "/sign-in?next=%2Ftable"
    assert 'name="next" value="/table"' in browser.get("/sign-in?next=%2Ftable").text
    answer = browser.sign_in(ADA, wanted="/table")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/table")
    page = browser.get("/table").text
    assert "Ada Reader" in page
    assert "Sign out" in page
    assert ">People<" not in page


@pytest.mark.parametrize(
    ("email", "password"), [(ADA, "not the password"), ("nobody@campbell.example", PASSWORD), ("", ""), ("\0", "\0")]
)
def test_a_refusal_says_the_same_of_everybody(town, ada, email, password):
    answer = town.browser().sign_in(email, password)
    assert answer.status_code == 401
    assert "This address and password do not sign in." in answer.text
    assert password == "" or password not in answer.text
    assert "Set-Cookie" not in answer.headers or "casm=" not in answer.headers["Set-Cookie"].split("-forms")[0]


def test_the_cookie_is_out_of_scripts_reach(town, ada):
    answer = town.browser().sign_in(ADA)
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("casm=")]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"


def test_over_tls_the_cookies_are_bound_to_it(town, ada, module_database):
    app = create_app(WebConfig(module_database, public_url="https://casm.example", trusted_hosts=("casm.example",)))
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://casm.example")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    data = {"csrf_token": token, "email": ADA, "password": PASSWORD}
    answer = client.post("/sign-in", base_url="https://casm.example", data=data)
    assert answer.status_code == 303
    given = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert {line.partition("=")[0] for line in given} == {"__Host-casm", "__Host-casm-forms"}
    assert all("Secure" in line.split("; ") for line in given)


def test_signing_in_makes_a_new_session_and_drops_what_was_there(town, ada):
    browser = town.browser()
    browser.sign_in(ADA)
    first = browser.cookie()
    planted = town.browser()
    planted.client.set_cookie("casm", first)
    planted.get("/sign-out")
    stranger = town.browser()
    stranger.client.set_cookie("casm", "planted-by-somebody")
    stranger.sign_in(ADA)
    assert stranger.cookie() not in ("planted-by-somebody", first)


def test_signing_out_ends_the_session_for_good(town, ada):
    browser = town.browser()
    browser.sign_in(ADA)
    kept = browser.cookie()
    answer = browser.send("/sign-out", page="/account")
    assert answer.headers["Location"] == "/sign-in"
    assert browser.cookie() is None
    browser.client.set_cookie("casm", kept)
    assert browser.get("/table").status_code == 303


def test_nothing_is_taken_without_the_token_of_its_page(town, ada):
    browser = town.browser()
    answer = browser.client.post("/sign-in", data={"email": ADA, "password": PASSWORD})
    assert answer.status_code == 400
    assert "Open the page again" in answer.text
    browser.sign_in(ADA)
    for path in ("/sign-out", "/account/name", "/account/tokens"):
        assert browser.client.post(path, data={"name": "X"}).status_code == 400
    other = town.browser()
    foreign = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/sign-in").text)[1]
    assert browser.client.post("/sign-out", data={"csrf_token": foreign}).status_code == 400
    assert browser.get("/table").status_code == 200


def test_another_site_can_send_nothing_even_with_the_token(town, ada):
    browser = town.browser()
    browser.sign_in(ADA)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)[1]
    for source in ("cross-site", "same-site"):
        answer = browser.client.post("/sign-out", data={"csrf_token": token}, headers={"Sec-Fetch-Site": source})
        assert answer.status_code == 403
    assert browser.get("/table").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example", "javascript:alert(1)",
        "/\t/evil.example", "/\n/evil.example", "///evil.example", "http:evil.example", "/nowhere", "sign-in", "",
        "/sign-out", "/sign-in", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(town, address):
    with town.app.test_request_context():
        assert own_page(address) == "/"


@pytest.mark.parametrize("address", ["/", "/table", "/table?a=1", "/account/tokens"])
def test_our_own_pages_are_led_to(town, address):
    with town.app.test_request_context():
        assert own_page(address) == address


def test_after_half_an_hour_the_password_is_asked_for_and_one_goes_on(town, ada):
    browser = town.browser()
    browser.sign_in(ADA)
    before = browser.cookie()
    town.run("UPDATE casm_gate.web_session SET last_seen_at = now() - interval '31 minutes'")
    answer = browser.get("/table?kept=1")
    assert answer.headers["Location"] == "/sign-in?next=%2Ftable%3Fkept%3D1"
    answer = browser.get(answer.headers["Location"])
    assert answer.headers["Location"] == "/sign-in/locked?next=/table?kept%3D1"
    page = browser.get(answer.headers["Location"]).text
    assert "Nothing was done here for half an hour" in page
    assert "Sign out" in page
    assert browser.send("/sign-in/locked", password="wrong", next="/table").status_code == 401
    answer = browser.send("/sign-in/locked", password=PASSWORD, next="/table?kept=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/table?kept=1")
    assert browser.cookie() != before
    assert browser.get("/table").status_code == 200
    browser.client.set_cookie("casm", before)
    assert browser.get("/table").status_code == 303


def test_a_locked_session_shows_nothing_to_programs_either(town, ada):
    browser = town.browser()
    browser.sign_in(ADA)
    town.run("UPDATE casm_gate.web_session SET last_seen_at = now() - interval '31 minutes'")
    assert browser.get("/api/explain?lat=36&lon=-84").status_code == 401


def test_after_twelve_hours_one_signs_in_anew(town, ada):
    browser = town.browser()
    browser.sign_in(ADA)
    town.run(
        "UPDATE casm_gate.web_session "
        "SET created_at = now() - interval '13 hours', expires_at = now() - interval '1 hour'"
    )
    assert browser.get("/sign-in/locked").headers["Location"].startswith("/sign-in?")
    assert "Forgotten your password?" in browser.get("/sign-in").text


def test_an_ended_session_cannot_be_unlocked(town, ada):
    browser = town.browser()
    browser.sign_in(ADA)
    town.run("UPDATE casm_gate.web_session SET last_seen_at = now() - interval '31 minutes'")
    page = browser.get("/sign-in/locked").text
    town.run("UPDATE casm_gate.web_session SET ended_at = now()")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = browser.client.post("/sign-in/locked", data={"csrf_token": token, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/sign-in?")


def test_too_many_attempts_are_told_to_wait(town):
    browser = town.browser()
    for _ in range(10):
        assert browser.sign_in("guessed@campbell.example", "a guess").status_code in (401, 429)
    answer = browser.sign_in("guessed@campbell.example", "a guess")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "too many attempts" in answer.text
    town.run("DELETE FROM casm_gate.throttle")


def test_somebody_signed_in_is_not_asked_again(town, ada):
    browser = town.browser()
    browser.sign_in(ADA)
    assert browser.get("/sign-in?next=/table").headers["Location"] == "/table"


def test_a_deactivated_account_is_out_with_the_next_request(town):
    browser = town.signed_in("soon.gone@campbell.example", town.campbell, "agency_reader")
    assert browser.get("/table").status_code == 200
    town.run(
        "UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now() WHERE email = %s",
        "soon.gone@campbell.example",
    )
    assert browser.get("/table").status_code == 303
