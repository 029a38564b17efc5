"""Signing in by a real OpenID provider on loopback, and every answer of it that must not be believed."""

import os
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from casm.errors import CasmError
from web.accounts.provider_settings import ProviderSettings, providers_from_environment

PROVIDER = Path(__file__).with_name("provider.mjs")
ANSWER = "/sign-in/agency/1/answer"
SECRET = "a secret of the client, long enough"
PASSWORD = "walnut-lantern-57-brook"


@pytest.fixture(scope="module")
def issuer():
    """A certified provider, as a process of its own; its issuer."""
    running = subprocess.Popen(
        ["node", PROVIDER, f"http://localhost{ANSWER}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=os.environ | {"NODE_ENV": "test"},
    )  # fmt: skip
    yield running.stdout.readline().strip()
    running.terminate()
    running.wait(10)
    running.stdout.close()


@pytest.fixture(scope="module")
def providers(issuer):
    """The application knows this provider, for the people of two domains."""
    domains = ("agency.example", "ems.example")
    return (ProviderSettings("1", "Agency sign-in", issuer, "casm", domains, SECRET),)


@pytest.fixture(autouse=True)
def straight(issuer, monkeypatch):
    """The provider is on this machine, and its answers are left as it makes them."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield
    requests.get(f"{issuer}/bend", timeout=10)


@pytest.fixture
def bend(issuer):
    """Have the provider's next tokens bent."""

    def bent(how, claims="{}"):
        assert requests.get(f"{issuer}/bend", params={"how": how, "claims": claims}, timeout=10).text == "ok"

    return bent


def at_the_provider(address, person):
    """Sign in at the provider as a person would; the address of ours that it leads back to."""
    with requests.Session() as browser:
        for _ in range(20):
            if not address.startswith("http://127.0.0.1"):
                return address
            answer = browser.get(address, allow_redirects=False, timeout=10)
            if answer.status_code == 200:
                assert "Agency sign-in" in answer.text
                address = f"{address}?{urlencode({'person': person})}"
            else:
                address = requests.compat.urljoin(address, answer.headers["Location"])
    raise AssertionError(f"the provider leads round and round to {address}")


def path_of(address):
    """Path and query of an address of ours."""
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("http", "localhost")
    return f"{parts.path}?{parts.query}"


def sent_back(browser, person, start="/sign-in/agency/1"):
    """From our page to the provider, and the address it leads the browser back to."""
    return path_of(at_the_provider(browser.get(start).headers["Location"], person))


def go_and_come_back(browser, person, start="/sign-in/agency/1"):
    """From our page to the provider and back; our answer."""
    return browser.get(sent_back(browser, person, start))


def query_of(address):
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def linked(town):
    """Make somebody who accepted an invitation by the agency's sign-in; the address."""

    def make(email, role="agency_reader"):
        town.invited(email, town.campbell, role)
        browser = town.browser()
        page = browser.get(town.post.path()).text
        assert "Accept with Agency sign-in" in page
        answer = go_and_come_back(browser, email, f"{town.post.path()}/agency/1")
        assert answer.headers["Location"] == "/", browser.get("/sign-in").text
        return browser

    return make


def is_out(browser, answer, said="could not be verified"):
    """Nobody was signed in, and the page says why."""
    assert answer.headers["Location"] == "/sign-in"
    assert said in browser.get("/sign-in").text
    assert browser.get("/table").status_code == 303
    return True


def test_an_invitation_is_accepted_and_then_opens_by_the_agencys_sign_in(town, linked):
    browser = linked("chief@agency.example")
    assert "Chief" in browser.get("/account").text
    again = town.browser()
    assert "Sign in with Agency sign-in" in again.get("/sign-in").text
    answer = go_and_come_back(again, "chief@agency.example", "/sign-in/agency/1?next=/table")
    assert answer.headers["Location"] == "/table"
    assert again.get("/table").status_code == 200


def test_the_request_carries_state_nonce_and_challenge(town, issuer):
    browser = town.browser()
    address = browser.get("/sign-in/agency/1").headers["Location"]
    assert address.startswith(f"{issuer}/auth?")
    asked = query_of(address)
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", "casm")
    assert asked["redirect_uri"] == f"http://localhost{ANSWER}"
    assert asked["scope"].split() == ["openid", "email", "profile"]
    other = query_of(browser.get("/sign-in/agency/1").headers["Location"])
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 20
        assert other[name] != asked[name]


def test_nobody_without_an_invitation_gets_in(town):
    browser = town.browser()
    assert is_out(browser, go_and_come_back(browser, "stranger@agency.example"), "do not sign in")


def test_an_address_alone_links_nothing(town):
    town.person("has.password@agency.example", town.campbell, "agency_reader")
    browser = town.browser()
    assert is_out(browser, go_and_come_back(browser, "has.password@agency.example"), "do not sign in")
    browser.sign_in("has.password@agency.example")
    answer = go_and_come_back(browser, "has.password@agency.example", "/account/identities/1/link")
    assert answer.headers["Location"] == "/account"
    assert "sign-in opens your account from now on" in browser.get("/account").text
    again = town.browser()
    assert go_and_come_back(again, "has.password@agency.example").headers["Location"] == "/"


def test_one_links_nobody_elses_identity(town):
    town.person("own@agency.example", town.campbell, "agency_reader")
    browser = town.browser()
    browser.sign_in("own@agency.example")
    go_and_come_back(browser, "somebody.else@agency.example", "/account/identities/1/link")
    assert "somebody else" in browser.get("/account").text


def test_a_link_begun_by_one_account_is_not_finished_by_another(town):
    for name in ("first", "second"):
        town.person(f"{name}.of.two@agency.example", town.campbell, "agency_reader")
    browser = town.browser()
    browser.sign_in("first.of.two@agency.example")
    back = sent_back(browser, "second.of.two@agency.example", "/account/identities/1/link")
    browser.send("/sign-out", page="/account")
    browser.sign_in("second.of.two@agency.example")
    browser.get(back)
    assert "from now on" not in browser.get("/account").text


def test_an_answer_brought_by_another_browser_is_refused(town, linked):
    linked("victim@agency.example")
    attacker, victim = town.browser(), town.browser()
    back = sent_back(attacker, "victim@agency.example")
    # The victim has an attempt of his own under way; the attacker's answer, or its code under his state, is not his.
    own = query_of(victim.get("/sign-in/agency/1").headers["Location"])["state"]
    assert is_out(victim, victim.get(f"{ANSWER}?code={query_of(back)['code']}&state={own}"))
    victim.get("/sign-in/agency/1")
    assert is_out(victim, victim.get(back))


def test_states_swapped_between_two_browsers_let_nobody_in(town, linked):
    linked("one.of.two@agency.example")
    browsers = [town.browser(), town.browser()]
    backs = [query_of(sent_back(browser, "one.of.two@agency.example")) for browser in browsers]
    for browser, own, other in ((browsers[0], backs[0], backs[1]), (browsers[1], backs[1], backs[0])):
        # Its own state, and so its own verifier and nonce, with the other's code.
        assert is_out(browser, browser.get(f"{ANSWER}?code={other['code']}&state={own['state']}"))


def test_a_code_is_good_once(town, linked):
    linked("replayed@agency.example")
    browser = town.browser()
    back = sent_back(browser, "replayed@agency.example")
    kept = browser.cookie("casm-forms")
    assert browser.get(back).headers["Location"] == "/"
    # The same browser's cookie from before, which still holds state and verifier.
    thief = town.browser()
    thief.client.set_cookie("casm-forms", kept)
    assert is_out(thief, thief.get(back))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("none", "UnsupportedAlgorithmError"),
        ("nonce", "InvalidClaimError 'invalid_claim nonce'"),
        ("stranger", "BadSignatureError"),
        ("secret", "UnsupportedAlgorithmError"),
    ],
)
def test_a_bent_token_is_refused(town, linked, bend, caplog, how, reason):
    email = f"bent.{how}@agency.example"
    linked(email)
    bend(how)
    browser = town.browser()
    assert is_out(browser, go_and_come_back(browser, email))
    assert reason in caplog.text
    bend("")
    assert go_and_come_back(browser, email).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ('{"iss": "https://evil.example"}', "could not be verified"),
        ('{"aud": "another-client"}', "could not be verified"),
        ('{"exp": 1}', "could not be verified"),
        ('{"email_verified": false}', "verified"),
        ('{"email_verified": "true"}', "verified"),
        ('{"email": 7}', "verified"),
        ('{"email": "chief@elsewhere.example"}', "may not sign in people of elsewhere.example"),
    ],
)
def test_claims_that_prove_nothing_are_refused(town, linked, bend, claims, said):
    email = f"claims{abs(hash(claims))}@agency.example"
    linked(email)
    bend("claims", claims)
    browser = town.browser()
    assert is_out(browser, go_and_come_back(browser, email), said)


def test_an_unverified_address_accepts_no_invitation(town):
    town.invited("unverified.chief@agency.example", town.campbell, "agency_reader")
    browser, path = town.browser(), town.post.path()
    assert is_out(browser, go_and_come_back(browser, "unverified.chief@agency.example", f"{path}/agency/1"), "verified")
    assert browser.get(path).status_code == 200


def test_an_invitation_to_another_is_not_accepted(town):
    town.invited("meant@agency.example", town.campbell, "agency_reader")
    browser, path = town.browser(), town.post.path()
    answer = go_and_come_back(browser, "other@agency.example", f"{path}/agency/1")
    assert is_out(browser, answer, "signed you in as other@")
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=refused", "?error=%0d%0a"])
def test_an_answer_out_of_nowhere_is_refused(town, query):
    browser = town.browser()
    assert is_out(browser, browser.get(f"{ANSWER}{query}"))


def test_an_answer_of_another_issuer_is_refused(town, linked):
    linked("mixed.up@agency.example")
    browser = town.browser()
    changed = query_of(sent_back(browser, "mixed.up@agency.example")) | {"iss": "https://evil.example"}
    assert is_out(browser, browser.get(f"{ANSWER}?{urlencode(changed)}"), "another provider")


def test_a_deactivated_account_is_kept_out(town, linked):
    browser = linked("dismissed@agency.example")
    town.run(
        "UPDATE casm_gate.account SET state = 'deactivated', deactivated_at = now() WHERE email = %s",
        "dismissed@agency.example",
    )
    assert browser.get("/table").status_code == 303
    assert is_out(browser, go_and_come_back(browser, "dismissed@agency.example"), "do not sign in")


def test_a_role_that_asks_for_a_second_factor_takes_the_providers(town, linked, bend, monkeypatch):
    linked("two.steps@agency.example")
    monkeypatch.setenv("CASM_SECOND_FACTOR_ROLES", "agency_reader")
    browser = town.browser()
    assert go_and_come_back(browser, "two.steps@agency.example").headers["Location"] == "/account/second-step"
    bend("claims", '{"amr": ["pwd", "mfa"]}')
    assert go_and_come_back(browser, "two.steps@agency.example").headers["Location"] == "/"


def test_without_a_password_changes_ask_to_sign_in_anew(town, linked):
    browser = linked("no.password@agency.example")
    town.run("UPDATE casm_gate.web_session SET confirmed_at = now() - interval '11 minutes'")
    answer = browser.get("/account/second-step")
    assert "Sign out, and in again" in browser.get(answer.headers["Location"]).text


def test_an_unknown_provider_is_nothing(town):
    for path in ("/sign-in/agency/2", "/sign-in/agency/2/answer"):
        assert town.browser().get(path).status_code == 404


def test_a_provider_that_is_down_is_said_in_words(module_database):
    from web import create_app
    from web.config import WebConfig

    gone = ProviderSettings("1", "Gone", "http://127.0.0.1:9", "casm", ("agency.example",), SECRET)
    client = create_app(WebConfig(module_database, providers=(gone,))).test_client()
    began = time.monotonic()
    assert client.get("/sign-in/agency/1").headers["Location"] == "/sign-in"
    assert "Gone does not answer." in client.get("/sign-in").text
    assert time.monotonic() - began < 60


def test_a_description_of_another_issuer_is_refused(module_database, issuer):
    from web import create_app
    from web.config import WebConfig

    odd = ProviderSettings("1", "Odd", f"{issuer}/", "casm", ("agency.example",), SECRET)
    client = create_app(WebConfig(module_database, providers=(odd,))).test_client()
    assert client.get("/sign-in/agency/1").headers["Location"] == "/sign-in"
    assert "names another issuer" in client.get("/sign-in").text


GIVEN = {
    "CASM_OIDC_ISSUER": "https://id.agency.example",
    "CASM_OIDC_CLIENT_ID": "casm",
    "CASM_OIDC_CLIENT_SECRET": "hidden",
    "CASM_OIDC_EMAIL_DOMAINS": "Agency.example, ems.example",
}


def test_settings_are_read_from_the_environment():
    more = {name.replace("OIDC", "OIDC_2"): value for name, value in GIVEN.items()}
    more |= {"CASM_OIDC_2_EMAIL_DOMAINS": "fire.example", "CASM_OIDC_2_NAME": "Fire"}
    more["CASM_OIDC_2_SECOND_FACTOR"] = "provider"
    assert providers_from_environment({}) == ()
    first, second = providers_from_environment(GIVEN | more)
    assert first.email_domains == ("agency.example", "ems.example")
    assert (first.label, second.label) == ("id.agency.example", "Fire")
    assert (first.proves_second_factor, second.proves_second_factor) == (False, True)
    assert "hidden" not in repr(first)
    assert first.vouches_for("chief@agency.example")
    for address in ("chief@sub.agency.example", "chief@notagency.example", "agency.example", ""):
        assert not first.vouches_for(address)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"CASM_OIDC_ISSUER": "http://id.agency.example"}, "CASM_OIDC_ISSUER"),
        ({"CASM_OIDC_ISSUER": "agency"}, "CASM_OIDC_ISSUER"),
        ({"CASM_OIDC_CLIENT_ID": ""}, "CASM_OIDC_CLIENT_ID"),
        ({"CASM_OIDC_CLIENT_SECRET": " "}, "CASM_OIDC_CLIENT_SECRET"),
        ({"CASM_OIDC_EMAIL_DOMAINS": ""}, "CASM_OIDC_EMAIL_DOMAINS"),
        ({"CASM_OIDC_EMAIL_DOMAINS": "a@b.example"}, "CASM_OIDC_EMAIL_DOMAINS"),
        ({"CASM_OIDC_SECOND_FACTOR": "maybe"}, "CASM_OIDC_SECOND_FACTOR"),
    ],
)
def test_a_setting_that_is_amiss_is_named(changed, named):
    with pytest.raises(CasmError, match=named):
        providers_from_environment(GIVEN | changed)


def test_two_providers_do_not_vouch_for_one_domain():
    twice = GIVEN | {name.replace("OIDC", "OIDC_2"): value for name, value in GIVEN.items()}
    with pytest.raises(CasmError, match=r"vouch for agency\.example"):
        providers_from_environment(twice)
