"""Accounts as people meet them in a browser: invited, a passkey made and used, an app set up, locked, on a phone."""

import json
import os
import re
import subprocess
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pyotp
import pytest
from werkzeug.serving import make_server

from casm.accounts.invitation import invite
from casm.inventory.owner import Owner
from casm.mail.mailer import Mailer
from casm.mail.settings import MailSettings
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer
from web import create_app
from web.accounts.provider_settings import ProviderSettings
from web.config import WebConfig

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 800}
PASSWORD = "walnut-lantern-57-brook"
PROVIDER = Path(__file__).parents[1] / "web" / "accounts" / "provider.mjs"
PROVIDER_SECRET = "a secret of the client, long enough"
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Set to a folder, this keeps a picture of each page for a person to look at.
PICTURES = os.environ.get("CASM_PICTURES")


@pytest.fixture(scope="module")
def county(module_database):
    """Campbell County in Tennessee; ids by code."""
    with module_database.session(Viewer.local_administrator()) as session:
        state = Owner(kind="state", code="us.tn", name="Tennessee", parent_id=NATION_OWNER_ID)
        session.add(state)
        session.flush()
        county = Owner(kind="county", code="us.tn.campbell", name="Campbell County", parent_id=state.id)
        session.add(county)
        session.flush()
        return {"us.tn": state.id, "us.tn.campbell": county.id}


@pytest.fixture(scope="module")
def address(module_database, county):
    """Where the application is served, by a name that passkeys take."""
    server = make_server("127.0.0.1", 0, None, threaded=True)
    origin = f"http://localhost:{server.server_port}"
    mailer = Mailer(MailSettings(None, "casm@localhost", origin))
    provider = subprocess.Popen(
        ["node", PROVIDER, f"{origin}/sign-in/agency/1/answer"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    issuer = provider.stdout.readline().strip()
    agency = ProviderSettings("1", "Agency sign-in", issuer, "casm", ("agency.example",), PROVIDER_SECRET)
    config = WebConfig(module_database, trusted_hosts=("localhost",), mailer=mailer, providers=(agency,))
    server.app = create_app(config)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield origin
    server.shutdown()
    thread.join(10)
    provider.terminate()
    provider.wait(10)
    provider.stdout.close()


@pytest.fixture
def invited(module_database, county, address):
    """Invite somebody from this machine; the link, handed over as there is no mail server."""

    def inviting(email, name, owner, role):
        fields = FIELD_CLASSES if role == "administrative_manager" else ("public",)
        mailer = Mailer(MailSettings(None, "casm@localhost", address))
        return invite(
            module_database, Viewer.local_administrator(), mailer, email=email, name=name, owner_id=county[owner],
            role=role, field_classes=fields,
        ).link  # fmt: skip

    return inviting


@pytest.fixture
def device():
    """Give a page's browser a security key of its own, as Chromium's virtual authenticator."""

    def plugged_in(page):
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        found = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return devtools, found["authenticatorId"]

    return plugged_in


def picture(page, name):
    """Keep a picture where one is wanted, and hold the page to what every page must keep."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    if PICTURES:
        size = page.viewport_size
        page.set_viewport_size(size | {"height": page.evaluate("document.querySelector('main').scrollHeight") + 130})
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png")
        page.set_viewport_size(size)


def faults(page):
    """What axe finds wrong with a page for people who see, hear or move differently."""
    page.evaluate(f"(() => {{ {AXE.read_text(encoding='utf-8')} }})()")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))")
    return [(one["id"], one["nodes"][0]["html"]) for one in json.loads(found)]


def accept(page, link):
    """Accept an invitation and sign in."""
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_text("Your account is ready").wait_for()


def sign_in(page, email):
    """Give address and password on the sign-in page."""
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def quiet(watch, address):
    """No error, nothing asked of any other host, nothing refused by the policy."""
    assert watch.errors == []
    assert [line for line in watch.console if "401" not in line and "400" not in line] == []
    assert watch.foreign_requests(urlsplit(address).netloc) == []


def test_a_manager_is_invited_makes_a_passkey_and_signs_in_by_it(open_page, address, invited, device):
    page, watch = open_page(invited("swic@tn.example", "Sam Swic", "us.tn", "administrative_manager"))
    devtools, authenticator = device(page)
    picture(page, "invitation")
    accept(page, page.url)
    picture(page, "sign-in")
    sign_in(page, "swic@tn.example")

    page.get_by_text("Your role asks for a second step").wait_for()
    picture(page, "second-step")
    page.get_by_label("Name of the new passkey").fill("Dispatch phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("They are not shown again.").wait_for()
    picture(page, "recovery-codes")
    assert page.locator("ul.once li").count() == 10
    kept = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [credential["rpId"] for credential in kept] == ["localhost"]
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(f"{address}/")

    # The passkey alone signs in: the device has checked who holds it.
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{address}/")
    page.get_by_role("link", name="Sam Swic").wait_for()

    # After the password it is the second step.
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "swic@tn.example")
    page.get_by_text("One more proof that it is you").wait_for()
    picture(page, "second-factor")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{address}/")

    # Nobody else's device does.
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "swic@tn.example")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()
    quiet(watch, address)


def test_a_manager_invites_and_rules_people(open_page, address, invited, device):
    page, watch = open_page(invited("chief@tn.example", "Chief Administrator", "us.tn", "administrative_manager"))
    device(page)
    accept(page, page.url)
    sign_in(page, "chief@tn.example")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Invite a person").click()
    picture(page, "invite")
    page.get_by_label("Name", exact=True).fill("Rita Reader")
    page.get_by_label("E-mail", exact=True).fill("rita@campbell.example")
    page.get_by_label("Jurisdiction or agency").select_option(label="Campbell County (us.tn.campbell)")
    page.get_by_label("Agency reader").check()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("No letter went out").wait_for()
    picture(page, "invitation-by-hand")
    link = page.locator("p.once").inner_text()
    page.get_by_role("link", name="I have kept it").click()
    assert page.get_by_role("row", name=re.compile("Rita Reader")).get_by_text("Invited").is_visible()
    picture(page, "people")

    rita, rita_watch = open_page(link, PHONE)
    picture(rita, "invitation")
    accept(rita, link)
    picture(rita, "sign-in")
    sign_in(rita, "rita@campbell.example")
    rita.get_by_text("Menu").click()
    picture(rita, "menu")
    rita.get_by_role("link", name="Rita Reader").click()
    picture(rita, "account")
    assert not rita.get_by_role("link", name="People").is_visible()

    page.get_by_role("link", name="Rita Reader").click()
    picture(page, "person")
    page.get_by_role("button", name="Deactivate").click()
    page.get_by_text("The account is deactivated").wait_for()
    rita.reload()
    rita.get_by_role("heading", name="Sign in").wait_for()
    quiet(watch, address)
    quiet(rita_watch, address)


def test_an_app_and_tokens_are_set_up_and_a_pause_locks(open_page, address, invited, module_database_urls, as_owner):
    link = invited("ed@campbell.example", "Ed Editor", "us.tn.campbell", "agency_editor")
    page, watch = open_page(link)
    accept(page, link)
    sign_in(page, "ed@campbell.example")
    page.get_by_role("link", name="Ed Editor").click()
    picture(page, "account")
    page.get_by_role("link", name="Set it up").click()
    page.get_by_role("link", name="Set up an app").click()
    picture(page, "app")
    assert page.locator("svg.qr").bounding_box()["width"] > 150
    secret = page.locator("p.once").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Use this app").click()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="Back to your account").click()
    page.get_by_role("link", name="Make and revoke tokens").click()
    page.get_by_label("Name", exact=True).fill("GIS desk")
    picture(page, "tokens")
    page.get_by_role("button", name="Make the token").click()
    assert re.fullmatch(r"casm_[a-z0-9]{12}_[\w-]{43}", page.locator("#token").inner_text())
    picture(page, "token-made")
    page.get_by_role("link", name="I have kept it").click()
    assert page.get_by_role("row", name=re.compile("GIS desk")).is_visible()

    as_owner("UPDATE casm_gate.web_session SET last_seen_at = now() - interval '31 minutes'")
    page.goto(f"{address}/account/tokens")
    page.get_by_text("Nothing was done here for half an hour").wait_for()
    picture(page, "locked")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"{address}/account/tokens")
    quiet(watch, address)


@pytest.fixture
def as_owner(module_database_urls):
    """Run a statement as the database's administrator: to make time pass."""
    import psycopg2

    def run(statement):
        with psycopg2.connect(module_database_urls.migrator.replace("postgresql+psycopg2", "postgresql", 1)) as opened:
            opened.cursor().execute(statement)
        opened.close()

    return run


@pytest.mark.full
@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_the_pages_have_no_fault_that_axe_finds(open_page, address, invited, viewport, device):
    link = invited(
        f"axe{viewport['width']}@tn.example", f"Axe {viewport['width']}", "us.tn", "administrative_manager"
    )
    page, _ = open_page(link, viewport)
    device(page)
    found = {"/invitation": faults(page)}
    accept(page, link)
    found["/sign-in"] = faults(page)
    sign_in(page, f"axe{viewport['width']}@tn.example")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("They are not shown again.").wait_for()
    found["/codes"] = faults(page)
    for path in (
        "/account", "/account/second-step", "/account/second-step/app", "/account/tokens", "/account/confirm",
        "/people", "/people/invite", "/account/forgotten", "/account/reset/x",
    ):  # fmt: skip
        page.goto(f"{address}{path}")
        found[path] = faults(page)
        picture(page, path.strip("/").replace("/", "-"))
    page.goto(f"{address}/people")
    page.get_by_role("link", name=f"Axe {viewport['width']}").last.click()
    found["/person"] = faults(page)
    picture(page, "person")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_everything_but_passkeys_works_without_scripts(open_page, address, invited):
    link = invited("plain@campbell.example", "Plain Text", "us.tn.campbell", "agency_reader")
    page, _ = open_page(link, PHONE, java_script_enabled=False)
    accept(page, link)
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    sign_in(page, "plain@campbell.example")
    page.goto(f"{address}/account")
    page.get_by_label("Name", exact=True).fill("Plainer Text")
    page.get_by_role("button", name="Change the name").click()
    page.get_by_text("Your name is changed.").wait_for()
    page.get_by_text("Menu").click()
    page.get_by_role("button", name="Sign out").locator("visible=true").first.click()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_an_invitation_is_accepted_and_opened_by_the_agencys_own_sign_in(open_page, address, invited, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    page, watch = open_page(invited("chief@agency.example", "Agency Chief", "us.tn.campbell", "agency_reader"))
    picture(page, "invitation-agency")
    page.get_by_role("link", name="Accept with Agency sign-in").click()
    page.get_by_label("E-mail").fill("chief@agency.example")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Agency Chief").wait_for()
    page.get_by_role("button", name="Sign out").click()
    picture(page, "sign-in-agency")
    page.get_by_role("link", name="Sign in with Agency sign-in").click()
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/account")
    page.get_by_role("button", name="Unlink").wait_for()
    picture(page, "account-agency")
    assert watch.errors == []


def test_the_keyboard_alone_signs_in(open_page, address, invited):
    link = invited("keys@campbell.example", "Keys Only", "us.tn.campbell", "agency_reader")
    page, _ = open_page(link)
    accept(page, link)
    page.goto(f"{address}/sign-in?next=/account")
    assert page.evaluate("document.activeElement.id") == "email"
    page.keyboard.type("keys@campbell.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your account").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
