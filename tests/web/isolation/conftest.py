"""A world with something of everything: one's own, shared with one, somebody else's; and browsers of every role."""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import ModuleType

import numpy as np
import pytest
from borrowed import borrow
from sqlalchemy import create_engine, func, make_url, text
from sqlalchemy.exc import DBAPIError

from casm.accounts import password as passwords
from casm.accounts.account import Account, viewer_of
from casm.accounts.api_token import make_api_token
from casm.accounts.origin import Origin
from casm.accounts.session import begin_session
from casm.attachments.attach import Upload, attach
from casm.custom_fields.define import define_field
from casm.db.session import open_database
from casm.db.tables import Owner, Result, ResultLayer
from casm.editing.change_record import change_record, create_record
from casm.proposals.propose import propose_change
from casm.proposals.rules import end_rule, set_rule
from casm.quality.merging.merge import merge_records
from casm.sharing.members import give_membership
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer
from web import create_app
from web.config import WebConfig

# In every text of whom the asker may not see; nowhere else.
MARKER = "Zebra7"
# Beside it in what even the national viewer may not see.
CLOSER_MARKER = "Okapi9"
CLOSED_TABLES = (
    "contact", "comm_unit_member_contact", "resource_encryption", "fleet_encryption", "site_sensitive",
    "backhaul_link_sensitive", "broadband_service_sensitive", "radio",
)  # fmt: skip
ADMINISTRATOR = Viewer.local_administrator()
OWN, SHARED, FOREIGN = "own", "shared", "foreign"
# Classes shown to the asker's county by the neighbour that shares.
GRANTED = ("site", "station", "agency")


def typed_records() -> ModuleType:
    """The texts that the tests of editing type for a record of each class."""
    return borrow("casm/editing/conftest.py")


@dataclass
class World:
    """Owners by how the asker stands to them, and what each has: kind of object → id."""

    database: object
    administrator: object
    raster: bytes = field(repr=False)
    owners: dict[str, uuid.UUID] = field(default_factory=dict)
    records: dict[str, dict[str, uuid.UUID]] = field(default_factory=dict)
    others: dict[str, dict[str, uuid.UUID]] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    link_tokens: dict[str, str] = field(default_factory=dict)

    def run(self, statement: str, **values) -> list[tuple]:
        """One statement as the database's administrator, whom no wall binds."""
        with self.administrator.begin() as connection:
            done = connection.execute(text(statement), values)
            return [tuple(row) for row in done] if done.returns_rows else []

    def fingerprint(self) -> str:
        """A hash of every foreign row of the inventory."""
        tables = self.run(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'owner_id' "
            "WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r' AND c.relname <> 'audit_event' ORDER BY 1"
        )
        found = [
            self.run(f"SELECT md5(t::text) FROM casm.{name} t WHERE owner_id = :o ORDER BY 1", o=self.owners[FOREIGN])
            for (name,) in tables
        ]
        return hashlib.sha256(repr(found).encode()).hexdigest()


def build_world(database, migrator_url: str, raster: bytes) -> World:
    """Fill a database; raster: a GeoTIFF for every result."""
    world = World(database, create_engine(migrator_url), raster)
    typed = typed_records()
    with database.session(ADMINISTRATOR) as session:
        for kind, code in ((OWN, "us.aa"), (SHARED, "us.bb"), (FOREIGN, "us.cc")):
            owner = Owner(parent_id=NATION_OWNER_ID, kind="state", name=f"State {kind}", code=code)
            session.add(owner)
            session.flush()
            world.owners[kind] = owner.id
    for kind, owner_id in world.owners.items():
        world.records[kind] = {}
        with database.session(ADMINISTRATOR) as session:
            for record_class, texts in (*typed.NAMED, ("agency", {"name": "Port Authority"})):
                create_record(session, record_class, owner_id, texts)
        with database.session(ADMINISTRATOR) as session:
            create_record(session, "fleet", owner_id, {"name": "Mobiles", "agency": "Fire"})
        for record_class, texts in typed.TYPED.items():
            with database.session(ADMINISTRATOR) as session:
                world.records[kind][record_class] = create_record(session, record_class, owner_id, texts).record_id
        world.others[kind] = make_others(world, kind, owner_id)
    mark_foreign(world)
    make_owners_to_move(world)
    make_people(world)
    make_proposals(world)
    make_merges(world)
    return world


def make_others(world: World, kind: str, owner_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """A result with a raster, a grant and a share link of an owner."""
    program = Viewer.of_owner("program", owner_id, may_write=True, all_fields=True)
    word = MARKER if kind == FOREIGN else "Plain"
    result = Result(
        owner_id=owner_id, kind="system_coverage", result_key=f"{world.records[kind]['radio_system']}|portable",
        title=f"{word} coverage", method=f"{word} method", method_version="1", inputs_sha256="0" * 64, input_ids=[],
        field_classes=["public"], audience=[owner_id], caveats=[f"{word} caveat"], summary={"note": word},
    )  # fmt: skip
    with world.database.session(program) as session:
        session.add(result)
        session.flush()
        session.add(
            ResultLayer(
                owner_id=owner_id, result_id=result.id, name="balanced_probability", media_type="image/tiff",
                content=world.raster, content_sha256="0" * 64,
            )
        )  # fmt: skip
    grant_id, link_id, token = uuid.uuid4(), uuid.uuid4(), f"{kind}-{uuid.uuid4().hex}"
    recipient = world.owners[OWN] if kind == SHARED else NATION_OWNER_ID
    world.run(
        "INSERT INTO casm.sharing_grant (id, owner_id, asset_classes, field_classes, recipient_owner_id, valid_until, "
        "note, granted_by) VALUES (:id, :owner, :classes, '{public}', :to, now() + interval '90 days', :note, 'test')",
        id=grant_id, owner=owner_id, classes=[*GRANTED, "coverage"], to=recipient, note=f"{word} note",
    )  # fmt: skip
    if kind == FOREIGN:
        world.run("UPDATE casm.sharing_grant SET revoked_at = now(), revoked_by = 'test' WHERE id = :id", id=grant_id)
    world.run(
        "INSERT INTO casm.share_link (id, owner_id, title, token_sha256, asset_classes, field_classes, expires_at, "
        "made_by, revoked_at, revoked_by) VALUES (:id, :owner, :title, :sha, '{site}', '{public}', :until, 'test', "
        ":gone, :by)",
        id=link_id, owner=owner_id, title=f"{word} link", sha=hashlib.sha256(token.encode()).hexdigest(),
        until=datetime.now(UTC) + timedelta(days=30), gone=datetime.now(UTC) if kind == FOREIGN else None,
        by="test" if kind == FOREIGN else None,
    )  # fmt: skip
    world.link_tokens[kind] = token
    return {"result_id": result.id, "grant_id": grant_id, "link_id": link_id, **make_attached(world, kind, owner_id)}


def make_attached(world: World, kind: str, owner_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """Fields that the owner added to sites, what a site has in them, and a file on it."""
    with world.database.session(ADMINISTRATOR) as session:
        for label, field_class in (("Roof access", "public"), ("Alarm", "sensitive")):
            field_row = define_field(
                session, owner_id,
                {"record_class": "site", "label": label, "kind": "text", "field_class": field_class},
            )  # fmt: skip
    with world.database.session(ADMINISTRATOR) as session:
        texts = {"custom_roof_access": "a ladder", "custom_alarm": "in the hall"}
        change_record(session, "site", world.records[kind]["site"], 1, texts)
        word = MARKER if kind == FOREIGN else "Plain"
        note = Upload(f"{word}.txt", f"{word} note\n".encode())
        file_id = attach(session, "site", world.records[kind]["site"], note, caption=f"{word} caption").id
    return {"field_id": field_row.id, "file_id": file_id}


def make_owners_to_move(world: World) -> None:
    """Below each owner an agency, which could be moved to where it is."""
    for kind, owner_id in world.owners.items():
        code = f"{world.run('SELECT code FROM casm.owner WHERE id = :o', o=owner_id)[0][0]}.moved"
        name = f"{MARKER} Moved" if kind == FOREIGN else "Moved Agency"
        with world.database.session(ADMINISTRATOR) as session:
            moved = Owner(parent_id=owner_id, kind="agency", name=name, code=code)
            session.add(moved)
            session.flush()
        world.others[kind] |= {"moved_id": moved.id, "to_owner_id": owner_id}


def mark_foreign(world: World) -> None:
    """Put the marker into every text of the foreign owner's that takes it."""
    owner = world.owners[FOREIGN]
    columns = world.run(
        "SELECT c.relname, t.attname FROM pg_class c "
        "JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname = 'owner_id' "
        "JOIN pg_attribute t ON t.attrelid = c.oid AND t.atttypid = 'varchar'::regtype AND NOT t.attisdropped "
        "WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r' "
        "AND c.relname NOT IN ('audit_event', 'result', 'result_layer', 'share_link', 'sharing_grant', 'membership')"
    )
    marked = 0
    with world.administrator.begin() as connection:
        for table, column in columns:
            word = f"{MARKER} {CLOSER_MARKER}" if table in CLOSED_TABLES else MARKER
            change = text(
                f"UPDATE casm.{table} SET {column} = concat_ws(' ', {column}, CAST(:m AS varchar)) WHERE owner_id = :o"
            )
            try:
                with connection.begin_nested():
                    connection.execute(change, {"m": word, "o": owner})
                marked += 1
            except DBAPIError:
                # A choice, a date in words or a code: it takes no other text.
                continue
    assert marked > 60
    # A state's name is common knowledge and stands in the list of whom one may share with; an agency's is not.
    with world.database.session(ADMINISTRATOR) as session:
        session.add(Owner(parent_id=owner, kind="agency", name=f"{MARKER} Agency", code="us.cc.agency"))


def make_people(world: World) -> None:
    """Somebody in each role at home, and people of the other owners, with sessions and memberships."""
    own = world.owners[OWN]
    for name, role, owner_id in (
        ("manager", "administrative_manager", own),
        ("editor", "agency_editor", own),
        ("reader", "agency_reader", own),
        ("partner", "partner", own),
        ("auditor", "auditor", own),
        ("national", "national_viewer", NATION_OWNER_ID),
        # Whom the manager may send away without anybody being missed.
        (OWN, "agency_reader", own),
        (SHARED, "agency_reader", world.owners[SHARED]),
        (FOREIGN, "agency_reader", world.owners[FOREIGN]),
    ):
        fields = FIELD_CLASSES if role in ("administrative_manager", "agency_editor", "agency_reader") else ("public",)
        shown = f"{MARKER} Person" if name == FOREIGN else name.title()
        with world.database.gate_session(ADMINISTRATOR) as gate:
            account = Account(
                email=f"{MARKER.lower() if name == FOREIGN else name}@agency.example", name=shown, state="active",
                home_owner_id=owner_id, approved_at=func.now(),
            )  # fmt: skip
            gate.add(account)
        with world.database.session(ADMINISTRATOR) as session:
            give_membership(session, owner_id, account.id, role, fields)
        world.accounts[name] = account
    for kind in (OWN, SHARED, FOREIGN):
        account = world.accounts[kind]
        world.others[kind]["account_id"] = account.id
        ((membership_id,),) = world.run("SELECT id FROM casm.membership WHERE account_id = :a", a=account.id)
        world.others[kind]["membership_id"] = membership_id
        with world.database.gate_session(ADMINISTRATOR) as gate:
            _token, session_row = begin_session(gate, account, stage="open", method="password", origin=Origin())
            world.others[kind]["session_id"] = session_row.id
        token_id = uuid.uuid4()
        world.run(
            "INSERT INTO casm_gate.api_token (id, account_id, key_id, secret_sha256, name, expires_at) "
            "VALUES (:id, :account, :key, sha256(:secret), 'feed', now() + interval '30 days')",
            id=token_id, account=account.id, key=uuid.uuid4().hex[:12], secret=kind.encode(),
        )  # fmt: skip
        world.others[kind]["token_id"] = token_id


def make_proposals(world: World) -> None:
    """A change of a need of each owner that its editor proposed, under a rule that has ended since."""
    for kind, owner_id in world.owners.items():
        word = MARKER if kind == FOREIGN else "Plain"
        with world.database.gate_session(ADMINISTRATOR) as gate:
            proposer = Account(
                email=f"proposer-{word.lower()}-{kind}@agency.example", name=f"{word} Proposer", state="active",
                home_owner_id=owner_id, approved_at=func.now(),
            )  # fmt: skip
            gate.add(proposer)
        with world.database.session(ADMINISTRATOR) as session:
            give_membership(session, owner_id, proposer.id, "agency_editor", FIELD_CLASSES)
            rule_id = set_rule(session, owner_id, "need").id
        need_id = world.records[kind]["need"]
        ((version,),) = world.run("SELECT version FROM casm.need WHERE id = :id", id=need_id)
        with world.database.session(viewer_of(proposer)) as session:
            texts = {"justification": f"{word} justification"}
            proposal_id = propose_change(session, "need", need_id, version, texts, f"{word} reason").id
        with world.database.session(ADMINISTRATOR) as session:
            end_rule(session, rule_id)
        world.others[kind] |= {"proposal_id": proposal_id, "rule_id": rule_id}


def make_merges(world: World) -> None:
    """Two agencies of each owner that were on record twice, made one; the merge can still be undone."""
    for kind, owner_id in world.owners.items():
        word = MARKER if kind == FOREIGN else "Plain"
        with world.database.session(ADMINISTRATOR) as session:
            kept, merged = (
                create_record(session, "agency", owner_id, {"name": f"{word} {name}"}).record_id
                for name in ("Harbor Police", "Harbour Police")
            )
        with world.database.session(ADMINISTRATOR) as session:
            world.others[kind]["merge_id"] = merge_records(session, "agency", kept, 1, merged, 1).id


@pytest.fixture(scope="session", autouse=True)
def quick_hashes():
    """The same argon2id with one pass over little memory: what is tested is not how slow it is."""
    before = passwords.HASHER
    passwords.HASHER = type(before)(time_cost=1, memory_cost=64, parallelism=1)
    passwords.decoy_hash.cache_clear()
    yield
    passwords.HASHER = before
    passwords.decoy_hash.cache_clear()


@pytest.fixture(scope="session")
def built_world(make_database, small_inventory):
    """(name of a database, its world): made once, and copied for each module that needs one."""
    flat = np.full((small_inventory.ROWS, small_inventory.COLS), 0.97, dtype=np.float32)
    with make_database() as urls:
        database = open_database(urls)
        made = build_world(database, urls.migrator, small_inventory.geotiff(flat))
        database.close()
        made.administrator.dispose()
        yield make_url(urls.migrator).database, made


@pytest.fixture(scope="module")
def world(built_world, make_database):
    """The world that the tests of one module share, in a database of its own."""
    name, made = built_world
    patch = pytest.MonkeyPatch()
    patch.setenv("CASM_SECOND_FACTOR_ROLES", "none")
    with make_database(name) as urls:
        opened = replace(
            made, database=open_database(urls), administrator=create_engine(urls.migrator),
            link_tokens=dict(made.link_tokens),
        )  # fmt: skip
        yield opened
        opened.database.close()
        opened.administrator.dispose()
    patch.undo()


@pytest.fixture(scope="module")
def app(world):
    """The application without its check of form tokens, so that what is behind it is reached."""
    made = create_app(WebConfig(world.database, trusted_hosts=("localhost",)))
    made.config["WTF_CSRF_METHODS"] = set()
    return made


# What differs from one request to the next, and says nothing: nonces, form tokens, ids of requests, the time.
CHANGING = re.compile(
    r'nonce="[^"]*"|\'nonce-[^\']*\'|name="csrf_token" value="[^"]*"|[0-9a-f]{32}|'
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(\+00:00|Z| UTC)?"
)
HEADERS = ("Content-Type", "Content-Length", "ETag", "Location", "Allow", "CASM-Marking", "Content-Disposition")


@pytest.fixture(scope="session")
def normalised():
    """An answer without what differs from one request to the next."""

    def cleaned(answer) -> tuple:
        headers = [(name, CHANGING.sub("…", answer.headers.get(name) or "")) for name in HEADERS]
        if answer.mimetype.startswith("image/"):
            return answer.status_code, headers, answer.data
        shown = CHANGING.sub("…", answer.get_data(as_text=True))
        return answer.status_code, [pair for pair in headers if pair[0] != "Content-Length"], shown

    return cleaned


@pytest.fixture(scope="session")
def sign_in() -> Callable[[object, World, str], object]:
    """A client of an application signed in as somebody; "anonymous", "token" and "link" have no session."""

    def opened(app, world: World, name: str):
        client = app.test_client()
        if name in world.accounts:
            account = world.accounts[name]
            with world.database.gate_session(ADMINISTRATOR) as gate:
                token, _session = begin_session(gate, account, stage="open", method="password", origin=Origin())
            client.set_cookie("casm", token)
        if name == "link":
            client.get(f"/s/{world.link_tokens[OWN]}")
        if name == "token":
            reader = world.accounts["reader"]
            if "token" not in world.link_tokens:
                with world.database.gate_session(viewer_of(reader)) as gate:
                    made = make_api_token(gate, reader, name="feed", field_classes=FIELD_CLASSES, days=30)
                world.link_tokens["token"] = made.text
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {world.link_tokens['token']}"
        return client

    return opened


@pytest.fixture
def client_of(app, world, sign_in) -> Callable[[str], object]:
    """A new client of the module's application, signed in as somebody."""
    return partial(sign_in, app, world)
