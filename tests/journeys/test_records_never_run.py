"""Script in every text column of every table that takes it stays text on the pages of records, sharing and people."""

import hashlib
import json
import logging
import random
import uuid
from threading import Thread

import pytest
from borrowed import borrow
from repeats import FULL
from sqlalchemy import create_engine, func, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from werkzeug.serving import make_server

from casm.accounts.account import Account, viewer_of
from casm.accounts.api_token import make_api_token
from casm.accounts.origin import Origin
from casm.accounts.session import begin_session
from casm.inventory.site import Site
from casm.sharing.handling import set_handling_text
from casm.sharing.members import give_membership
from casm.sharing.viewer import FIELD_CLASSES, Viewer
from web import create_app
from web.config import WebConfig

PAGES_DRAWN = 10_000 if FULL else 8
ADMINISTRATOR = Viewer.local_administrator()
SCRIPT = (
    "'\"`><svg onload=window.__ran=1><img src=x onerror=window.__ran=2></title></script>"
    "<script>window.__ran=3</script>"
)
TOKEN = "hostile-" + "x" * 40
NO_TEXT = ("audit_event", "history", "result", "result_layer", "share_link", "membership", "sharing_grant")
PLAIN = (
    "/", "/table", "/records", "/answers", "/sharing", "/sharing/from-others", "/sharing/give", "/sharing/links/new",
    "/sharing/handling", "/sharing/outlines", "/people", "/people/invite", "/people/waiting", "/account",
    "/account/tokens", "/audit", f"/s/{TOKEN}",
)  # fmt: skip


def editing_tests():
    """The typed records of the tests of editing."""
    return borrow("casm/editing/conftest.py")


@pytest.fixture(scope="module")
def hostile(module_database, module_database_urls):
    """One record of each class, with the script at the end of every text that the tables take; and a manager's word."""
    patch = pytest.MonkeyPatch()
    patch.setenv("CASM_SECOND_FACTOR_ROLES", "none")
    world = editing_tests().make_world(module_database)
    with module_database.gate_session(ADMINISTRATOR) as gate:
        manager = Account(email="manager@agency.example", name=f"Ann {SCRIPT}", state="active",
                          home_owner_id=world.state, approved_at=func.now())  # fmt: skip
        gate.add(manager)
    world.manager = manager
    with module_database.session(ADMINISTRATOR) as session:
        for role in ("administrative_manager", "agency_editor"):
            give_membership(session, world.state, manager.id, role, FIELD_CLASSES)
        set_handling_text(session, world.one, words=SCRIPT[:200])
    with module_database.gate_session(viewer_of(manager)) as gate:
        make_api_token(gate, manager, name=SCRIPT[:80], field_classes=FIELD_CLASSES, days=30)
        world.session_word = begin_session(gate, manager, stage="open", method="password", origin=Origin())[0]
    poison(module_database_urls.migrator, world)
    # The audit says it too.
    with module_database.session(viewer_of(manager)) as session:
        session.get_one(Site, world.records["site"]).name += "!"
    yield world
    patch.undo()


def poison(url: str, world) -> None:
    """Put the script behind every text, as whoever may write past every check of the program."""
    engine = create_engine(url, poolclass=NullPool)

    def run(statement: str, **values) -> list:
        with engine.begin() as connection:
            done = connection.execute(text(statement), values)
            return [tuple(row) for row in done] if done.returns_rows else []

    columns = run(
        "SELECT c.relname, t.attname FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid "
        "AND t.atttypid IN ('varchar'::regtype, 'text'::regtype) AND NOT t.attisdropped AND t.attnum > 0 "
        "WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL (:no)",
        no=list(NO_TEXT),
    )
    taken = 0
    for table, column in columns:
        try:
            run(f"UPDATE casm.{table} SET {column} = concat_ws(' ', {column}, CAST(:s AS text))", s=SCRIPT)
            taken += 1
        except DBAPIError:
            # A choice or a code: it takes no other text.
            continue
    assert taken > 60
    run(
        "INSERT INTO casm.sharing_grant (id, owner_id, asset_classes, field_classes, recipient_owner_id, valid_until, "
        "note, granted_by) VALUES (gen_random_uuid(), :o, '{site}', '{public}', :to, now() + interval '9 days', "
        "left(:s, 200), :s)",
        o=world.one, to=world.two, s=SCRIPT,
    )  # fmt: skip
    run(
        "INSERT INTO casm.share_link (id, owner_id, title, token_sha256, asset_classes, field_classes, expires_at, "
        "made_by) VALUES (:id, :o, :s, :sha, '{site,station,agency}', '{public}', now() + interval '9 days', :s)",
        id=uuid.uuid4(), o=world.one, s=SCRIPT, sha=hashlib.sha256(TOKEN.encode()).hexdigest(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def server(hostile):
    """Address of the application, which asks everybody to sign in."""
    made = make_server("127.0.0.1", 0, create_app(WebConfig(hostile.database)), threaded=True)
    thread = Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join(10)


@pytest.fixture
def reports():
    """What browsers have reported as refused by the content security policy."""
    seen = []

    class Keep(logging.Handler):
        def emit(self, record):
            seen.append(json.loads(record.getMessage()))

    keep, logger = Keep(), logging.getLogger("casm.csp")
    logger.addHandler(keep)
    yield seen
    logger.removeHandler(keep)


def addresses(world) -> list[str]:
    """Pages of every kind, and of every class of record its list, its record, its history, forms and who sees it."""
    found = [*PLAIN, f"/sharing/handling/{world.one}", f"/people/{world.manager.id}"]
    for name, record_id in world.records.items():
        at = f"/records/{name}/{record_id}"
        found += [f"/records/{name}", at, f"{at}?history=all", f"{at}/edit", f"{at}/retire", f"/records/{name}/new"]
        found += [f"/sharing/who/{name}/{record_id}", f"{at}/put-back/1"]
    return found


def test_pages_of_every_kind_show_it_as_text(browser, hostile, server, reports):
    context = browser.new_context()
    context.add_cookies([{"name": "casm", "value": hostile.session_word, "url": server}])
    page, said, shown, faults = context.new_page(), [], 0, []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("dialog", lambda dialog: (said.append("dialog"), dialog.dismiss()))
    wanted = addresses(hostile)
    drawn = random.Random(len(wanted)).sample(wanted, min(PAGES_DRAWN, len(wanted)))
    for address in dict.fromkeys(("/", "/audit", f"/s/{TOKEN}", *drawn)):
        answer = page.goto(server + address)
        if answer.status >= 500:
            faults.append(f"{answer.status} {address}")
        if answer.status != 200:
            continue
        if page.locator("#place-map .leaflet-interactive, .leaflet-marker-pane *").count():
            page.evaluate("document.querySelectorAll('.leaflet-interactive').forEach((one) => one.dispatchEvent("
                          "new MouseEvent('click', {bubbles: true})))")  # fmt: skip
        page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
        shown += "window.__ran" in page.locator("body").inner_text()
        if page.evaluate("window.__ran !== undefined"):
            faults.append(f"ran: {address}")
        if page.locator("[onload], [onerror], script:not([src]):has-text('__ran=3')").count():
            faults.append(f"has its elements: {address}")
    context.close()
    assert faults == []
    assert (said, reports) == ([], [])
    assert shown >= (60 if FULL else 2)
