"""The people a manager rules: inviting, approving, roles, deactivating; and that nobody rules others'."""

import re
import uuid

import pytest

from casm.sharing.viewer import Viewer

PASSWORD = "walnut-lantern-57-brook"


@pytest.fixture(scope="module")
def swic(town):
    """The browser of Tennessee's administrative manager."""
    return town.signed_in("swic@tn.example", town.tennessee, "administrative_manager")


@pytest.fixture(scope="module")
def delegate(town):
    """The browser of Campbell County's own."""
    return town.signed_in("delegate@campbell.example", town.campbell, "administrative_manager")


@pytest.fixture(scope="module")
def kentuckian(town):
    """The browser of Kentucky's."""
    return town.signed_in("swic@ky.example", town.kentucky, "administrative_manager")


def invite(browser, email, owner_id, role="agency_reader", **more):
    """Fill in the invitation's form."""
    fields = {"name": "New Person", "email": email, "owner": str(owner_id), "role": role, "all_layers": "yes"}
    return browser.send("/people/invite", **fields | more)


def accept(town):
    """Accept the newest invitation in a browser of its own."""
    browser, path = town.browser(), town.post.path()
    return browser, browser.send(path, password=PASSWORD, again=PASSWORD)


def page_of(browser, name):
    """The page of a person, by the list."""
    return re.search(rf'href="(/people/[0-9a-f-]{{36}})">{name}</a>', browser.get("/people").text)[1]


def test_invited_by_the_state_one_is_in_at_once(town, swic):
    assert invite(swic, "at.once@campbell.example", town.campbell).status_code == 303
    assert "An invitation is on its way to at.once@campbell.example" in swic.get("/people").text
    browser = town.browser()
    page = browser.get(town.post.path()).text
    assert "swic@tn.example" in page
    assert "Agency reader" in page
    browser, answer = accept(town)
    assert answer.headers["Location"] == "/sign-in"
    assert "Your account is ready" in browser.get("/sign-in").text
    assert browser.sign_in("at.once@campbell.example").status_code == 303
    assert browser.get(town.post.path()).status_code == 410
    assert "Agency reader, Campbell County" in browser.get("/account").text


def test_accepting_signs_out_whoever_was_signed_in_at_that_browser(town, swic):
    browser = town.signed_in("at.the.desk@campbell.example", town.campbell, "agency_reader")
    kept = browser.cookie()
    invite(swic, "new.at.the.desk@campbell.example", town.campbell)
    path = town.post.path()
    assert browser.send(path, password=PASSWORD, again=PASSWORD).headers["Location"] == "/sign-in"
    assert "Your account is ready" in browser.get("/sign-in").text
    browser.client.set_cookie("casm", kept)
    assert browser.get("/table").status_code == 303


def test_invited_by_a_county_one_waits_for_the_state(town, swic, delegate):
    invite(delegate, "in.time@campbell.example", town.campbell, name="In Time")
    browser, _ = accept(town)
    assert "administrative manager now approves" in browser.get("/sign-in").text
    answer = browser.sign_in("in.time@campbell.example")
    assert answer.status_code == 401
    assert "waits to be approved" in answer.text
    assert town.post.letters[-1].to == "swic@tn.example"
    assert town.post.path() == "/people/waiting"
    assert "Waiting for your approval" not in delegate.get("/people").text
    assert "Waiting for your approval" in swic.get("/people").text
    path = page_of(swic, "In Time")
    assert delegate.send(f"{path}/approve", page="/people/invite").status_code == 303
    assert browser.sign_in("in.time@campbell.example").status_code == 401
    assert swic.send(f"{path}/approve", page="/people").status_code == 303
    assert town.post.letters[-1].to == "in.time@campbell.example"
    assert browser.sign_in("in.time@campbell.example").status_code == 303


def test_roles_are_given_and_ended_and_hold_from_the_next_click(town, swic):
    # The last manager of a county is not ended so easily, whichever tests ran before.
    town.person("stays@campbell.example", town.campbell, "administrative_manager")
    browser = town.signed_in("gains.and.loses@campbell.example", town.campbell, "partner")
    path = page_of(swic, "Gains And Loses")
    assert browser.get("/people").status_code == 403
    given = swic.send(
        f"{path}/roles", page=path, owner=str(town.campbell), role="administrative_manager", all_layers="yes"
    )
    assert given.status_code == 303
    assert browser.get("/people").status_code == 200
    ends = re.findall(rf'action="({path}/roles/[^"]+/end)"', swic.get(path).text)
    assert len(ends) == 2
    for end in ends:
        assert swic.send(end, page=path).status_code == 303
    assert browser.get("/people").status_code == 403
    assert swic.get(path).text.count("by swic@tn.example") >= 2


def test_the_last_manager_is_ended_only_knowingly(town, kentuckian):
    path = page_of(kentuckian, "Swic")
    (end,) = re.findall(rf'action="({path}/roles/[^"]+/end)"', kentuckian.get(path).text)
    answer = kentuckian.send(end, page=path)
    assert answer.status_code == 400
    assert "last administrative manager of Kentucky" in answer.text
    assert "I mean it" in answer.text


def test_deactivating_ends_everything_at_once(town, swic):
    browser = town.signed_in("put.out@campbell.example", town.campbell, "agency_reader")
    token_page = browser.send("/account/tokens", name="x", days="7", all_layers="yes").text
    token = re.search(r"casm_[a-z0-9]{12}_[\w-]{43}", token_page)[0]
    path = page_of(swic, "Put Out")
    assert swic.send(f"{path}/deactivate", page=path).status_code == 303
    assert "Deactivated" in swic.get(path).text
    assert browser.get("/table").status_code == 303
    assert browser.get("/api/explain?lat=36&lon=-84", Authorization=f"Bearer {token}").status_code == 401
    assert browser.sign_in("put.out@campbell.example").status_code == 401
    assert swic.send(f"{path}/let-in", page=path).status_code == 303
    assert browser.sign_in("put.out@campbell.example").status_code == 303


def test_nobody_deactivates_himself(swic):
    path = page_of(swic, "Swic")
    assert "Deactivate" not in swic.get(path).text
    swic.send(f"{path}/deactivate", page="/people/invite")
    assert swic.get("/people").status_code == 200


def test_an_invitation_is_taken_back(town, swic):
    invite(swic, "changed.mind@campbell.example", town.campbell, name="Changed Mind")
    link, path = town.post.path(), page_of(swic, "Changed Mind")
    assert town.browser().get(link).status_code == 200
    assert swic.send(f"{path}/invitation/revoke", page=path).status_code == 303
    assert town.browser().get(link).status_code == 410


def test_others_people_look_like_nobody(town, swic, kentuckian):
    path = page_of(swic, "Delegate") if "Delegate" in swic.get("/people").text else page_of(swic, "Swic")
    missing = f"/people/{uuid.uuid4()}"
    answers = [re.sub(r"value=\"[^\"]+\"", "", kentuckian.get(one).text) for one in (path, missing)]
    assert kentuckian.get(path).status_code == 404
    assert answers[0] == answers[1]
    for action in ("approve", "decline", "deactivate", "second-step/reset", "invitation/revoke", "roles"):
        for one in (path, missing):
            assert kentuckian.send(f"{one}/{action}", page="/people/invite").status_code == 404
    assert "swic@tn.example" not in kentuckian.get("/people").text


def test_nobody_invites_into_what_is_not_theirs(town, kentuckian):
    letters = len(town.post.letters)
    for owner_id in (town.campbell, uuid.uuid4(), "x", ""):
        answer = invite(kentuckian, "not.theirs@campbell.example", owner_id)
        assert answer.status_code == 400
    assert len(town.post.letters) == letters


def test_people_pages_are_for_managers(town):
    reader = town.signed_in("only.reads@campbell.example", town.campbell, "agency_reader")
    for path in ("/people", "/people/invite", f"/people/{uuid.uuid4()}"):
        assert reader.get(path).status_code == 403
        assert town.browser().get(path).status_code == 303


def test_without_a_mail_server_the_link_is_shown_to_hand_over(town, monkeypatch):
    from casm.errors import CasmError
    from casm.mail.mailer import Mailer

    def down(*_args):
        raise CasmError("The mail server did not take the letter.")

    browser = town.signed_in("no.mail@tn.example", town.tennessee, "administrative_manager")
    monkeypatch.setattr(type(town.post), "send", down)
    assert issubclass(type(town.post), Mailer)
    answer = invite(browser, "by.hand@campbell.example", town.campbell)
    assert answer.status_code == 201
    (link,) = re.findall(r"http://localhost(/account/invitation/[\w-]+)", answer.text)
    assert town.browser().get(link).status_code == 200
    assert "The mail server did not take the letter." in answer.text


def test_lost_factors_are_taken_away_by_the_manager(town, swic, monkeypatch):
    person = town.signed_in("lost.phone@campbell.example", town.campbell, "agency_reader")
    import pyotp

    page = person.get("/account/second-step/app").text
    secret = re.search(r'<p class="once">([A-Z2-7 ]+)</p>', page)[1].replace(" ", "")
    person.send("/account/second-step/app", code=pyotp.TOTP(secret).now())
    again = town.browser()
    assert again.sign_in("lost.phone@campbell.example").headers["Location"] == "/sign-in/second-factor"
    path = page_of(swic, "Lost Phone")
    assert swic.send(f"{path}/second-step/reset", page=path).status_code == 303
    assert person.get("/table").status_code == 303
    assert again.sign_in("lost.phone@campbell.example").headers["Location"] == "/"


def test_the_machine_itself_rules_no_pages(town, module_database):
    from web import create_app
    from web.config import WebConfig, map_reader

    client = create_app(WebConfig(module_database, map_reader())).test_client()
    assert client.get("/people").status_code == 403
    assert client.get("/account").status_code == 303
    assert Viewer.local_administrator().write_roots
