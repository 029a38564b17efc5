"""One's own account: second factors, recovery codes, passwords, sessions, tokens; and links sent by mail."""

import re
import time
import uuid

import pyotp
import pytest

PASSWORD = "walnut-lantern-57-brook"
NEW_PASSWORD = "gravel-teapot-91-meadow"
STEP_S = 30


@pytest.fixture
def person(town):
    """A browser of a new person, and the address."""
    email = f"person.{uuid.uuid4().hex[:8]}@campbell.example"
    return town.signed_in(email, town.campbell, "agency_reader"), email


def set_up_app(browser):
    """Set up codes from an app; its generator and the recovery codes."""
    page = browser.get("/account/second-step/app").text
    secret = re.search(r'<p class="once">([A-Z2-7 ]+)</p>', page)[1].replace(" ", "")
    codes = pyotp.TOTP(secret)
    made = browser.send("/account/second-step/app", code=codes.now())
    assert made.status_code == 200, made.text
    return codes, re.findall(r"<li>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</li>", made.text)


def test_an_app_is_set_up_by_a_square_and_then_asked_for(town, person):
    browser, email = person
    page = browser.get("/account/second-step/app")
    assert 'class="qr"' in page.text
    assert "style=" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    codes, recovery = set_up_app(browser)
    assert len(recovery) == len(set(recovery)) == 10
    assert "second-step" in browser.get("/account").text
    assert "10 recovery codes left" in browser.get("/account").text

    again = town.browser()
    answer = again.sign_in(email, wanted="/table")
    assert answer.headers["Location"] == "/sign-in/second-factor"
    waiting = again.cookie()
    assert again.get("/table").status_code == 303
    assert again.get("/account").status_code == 303
    assert again.get("/account/second-step").status_code == 303
    assert again.send("/sign-in/second-factor", code="000000").status_code == 401
    answer = again.send("/sign-in/second-factor", code=codes.at(time.time() + STEP_S))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/table")
    assert again.cookie() != waiting
    assert again.get("/table").status_code == 200
    again.client.set_cookie("casm", waiting)
    assert again.get("/table").status_code == 303


def test_a_recovery_code_lets_in_once(town, person):
    browser, email = person
    _, recovery = set_up_app(browser)
    for attempt, status in ((recovery[0].lower(), 303), (recovery[0], 401), (recovery[1].replace("-", ""), 303)):
        again = town.browser()
        again.sign_in(email)
        assert again.send("/sign-in/second-factor", recovery_code=attempt).status_code == status
    assert "8 recovery codes left" in again.get("/account").text
    made = browser.send("/account/second-step/recovery-codes", page="/account/second-step")
    assert "The codes before these are void." in made.text
    again = town.browser()
    again.sign_in(email)
    assert again.send("/sign-in/second-factor", recovery_code=recovery[2]).status_code == 401


def test_a_role_may_ask_for_a_second_factor_before_anything_is_shown(town, monkeypatch):
    town.person("needs.one@campbell.example", town.campbell, "agency_editor")
    monkeypatch.setenv("CASM_SECOND_FACTOR_ROLES", "agency_editor")
    browser = town.browser()
    answer = browser.sign_in("needs.one@campbell.example", wanted="/table")
    assert answer.headers["Location"] == "/account/second-step"
    assert "Your role asks for a second step" in browser.get("/account/second-step").text
    for path in ("/table", "/account", "/account/tokens", "/people"):
        assert browser.get(path).headers["Location"].startswith("/sign-in"), path
    assert browser.get("/sign-in").headers["Location"] == "/account/second-step"
    set_up_app(browser)
    assert browser.get("/table").status_code == 200
    answer = browser.send("/account/second-step/app/remove", page="/account/second-step")
    assert "this is your last" in browser.get("/account/second-step").text


def test_after_ten_minutes_factors_ask_for_the_password_again(town, person):
    browser, _ = person
    town.run("UPDATE casm_gate.web_session SET confirmed_at = now() - interval '11 minutes'")
    answer = browser.get("/account/second-step/app")
    assert answer.headers["Location"] == "/account/confirm?next=/account/second-step/app"
    assert browser.send("/account/confirm", password="wrong").status_code == 401
    answer = browser.send("/account/confirm", password=PASSWORD, next="/account/second-step/app")
    assert answer.headers["Location"] == "/account/second-step/app"
    assert browser.get("/account/second-step/app").status_code == 200


def test_a_new_password_signs_out_everywhere_else(town, person):
    browser, email = person
    other = town.browser()
    other.sign_in(email)
    fields = {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert "differ" in browser.send("/account/password", page="/account", **fields | {"again": "x"}).text
    assert browser.send("/account/password", page="/account", **fields | {"current": "wrong"}).status_code == 400
    weak = browser.send("/account/password", page="/account", **fields | {"password": "short", "again": "short"})
    assert "fewer than 12 characters" in weak.text
    assert browser.send("/account/password", page="/account", **fields).status_code == 303
    assert "You are signed out in 1 other place." in browser.get("/account").text
    assert other.get("/table").status_code == 303
    assert town.browser().sign_in(email).status_code == 401
    assert town.browser().sign_in(email, NEW_PASSWORD).status_code == 303


def test_one_sees_where_one_is_signed_in_and_signs_out_there(town, person):
    browser, email = person
    other = town.browser()
    other.sign_in(email)
    page = browser.get("/account").text
    assert page.count("(this one)") == 1
    found = re.findall(r'action="(/account/sessions/[^"]+)".*?Sign out( there)?</button>', page, re.DOTALL)
    (there,) = [path for path, there in found if there]
    assert browser.send(there, page="/account").status_code == 303
    assert other.get("/table").status_code == 303
    assert browser.get("/table").status_code == 200


def test_nobody_ends_the_session_of_another(town, person):
    browser, _ = person
    other = town.signed_in("stays.in@campbell.example", town.campbell, "agency_reader")
    (own,) = re.findall(r'action="(/account/sessions/[^"]+)"', other.get("/account").text)
    browser.send(own, page="/account")
    assert other.get("/table").status_code == 200


def test_a_token_is_shown_once_and_reads_with_no_more_than_its_owner(town, person):
    browser, _ = person
    made = browser.send("/account/tokens", name="Nightly copy", days="7", all_layers="yes")
    assert made.status_code == 201
    (token,) = re.findall(r"casm_[a-z0-9]{12}_[\w-]{43}", made.text)
    page = browser.get("/account/tokens").text
    assert "Nightly copy" in page
    assert token not in page
    program = town.browser()
    assert program.get("/api/explain?lat=36&lon=-84", Authorization=f"Bearer {token}").status_code == 200
    assert program.get("/api/explain?lat=36&lon=-84", Authorization=f"bearer  {token}").status_code == 200
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "casm_x", "", token + "x"):
        assert program.get("/api/explain?lat=36&lon=-84", Authorization=f"Bearer {wrong}").status_code == 401
    for path in ("/account", "/account/tokens", "/people"):
        assert program.get(path, Authorization=f"Bearer {token}").status_code in (303, 403)
    (revoke,) = re.findall(r'action="(/account/tokens/[^"]+/revoke)"', page)
    assert browser.send(revoke, page="/account/tokens").status_code == 303
    assert program.get("/api/explain?lat=36&lon=-84", Authorization=f"Bearer {token}").status_code == 401


def test_a_wrong_token_is_not_helped_by_a_cookie(town, person):
    browser, _ = person
    assert browser.get("/api/explain?lat=36&lon=-84").status_code == 200
    assert browser.get("/api/explain?lat=36&lon=-84", Authorization="Bearer casm_no").status_code == 401


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "days": "7", "all_layers": "yes"}, "Name"),
        ({"name": "x", "days": "9999", "all_layers": "yes"}, "Days"),
        ({"name": "x", "days": "-1", "all_layers": "yes"}, "Days"),
        ({"name": "x", "days": "7"}, "Layers"),
        ({"name": "x", "days": "7", "all_layers": "yes", "details": ["keys"]}, "Details"),
    ],
)
def test_a_token_form_says_what_is_wrong(person, fields, said):
    browser, _ = person
    answer = browser.send("/account/tokens", **fields)
    assert answer.status_code == 400
    assert f"{said}:" in answer.text


def test_a_forgotten_password_is_set_anew_by_a_link_and_everything_else_ends(town, person):
    browser, email = person
    token_page = browser.send("/account/tokens", name="Nightly copy", days="7", all_layers="yes").text
    token = re.search(r"casm_[a-z0-9]{12}_[\w-]{43}", token_page)[0]
    letters = len(town.post.letters)
    outside = town.browser()
    for given in (email, "nobody.such@campbell.example"):
        assert outside.send("/account/forgotten", email=given).headers["Location"] == "/sign-in"
        assert "If this address has an account, a letter" in outside.get("/sign-in").text
    assert len(town.post.letters) == letters + 1
    assert town.post.letters[-1].to == email
    path = town.post.path()
    assert email in outside.get(path).text
    assert outside.send(path, password=NEW_PASSWORD, again="another").status_code == 400
    assert outside.send(path, password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 303
    assert outside.get(path).status_code == 410
    assert browser.get("/table").status_code == 303
    assert browser.get("/api/explain?lat=36&lon=-84", Authorization=f"Bearer {token}").status_code == 401
    assert outside.sign_in(email, NEW_PASSWORD).status_code == 303


def test_links_that_never_were_look_like_those_that_are_spent(town):
    browser = town.browser()
    for path in ("/account/reset/", "/account/invitation/"):
        pages = [browser.get(path + token) for token in ("x", "y" * 43, "%00", "../../account")]
        assert {page.status_code for page in pages[:3]} == {410}
        assert len({page.data for page in pages[:3]}) == 1


def test_one_changes_ones_own_name(person):
    browser, _ = person
    assert browser.send("/account/name", page="/account", name="  Ada   <b>Lovelace</b> ").status_code == 303
    page = browser.get("/account").text
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in page
    assert "<b>Lovelace" not in page
    assert browser.send("/account/name", page="/account", name="").status_code == 400
