"""Either wall alone keeps what is hidden hidden: the application's narrowed reads, and the database's row security.

With one of the two taken down every class is read and every address asked for: the rows are those read behind both,
and the words that only hidden rows hold show nowhere.
"""

import random
import re
import uuid

import pytest
from repeats import FULL
from sqlalchemy import select

from casm.accounts.account import viewer_of
from casm.db.tables import Base
from casm.sharing.viewer import Viewer
from web import create_app
from web.access import ACCESS_OF_ENDPOINT
from web.config import WebConfig

ASKERS = ("reader", "editor", "manager", "partner", "auditor", "token", "link", "national")
KINDS = ("own", "shared", "foreign")
PLACE = {"lat": "36.3", "lon": "-84.3"}
# Of the addresses of each asker; at full counts every class of record has its own.
CLASSES_DRAWN, ADDRESSES_DRAWN = (100, 10_000) if FULL else (1, 10)
HIDDEN = re.compile("zebra7", re.IGNORECASE)
# What the national viewer, who reads everybody's public fields, must not see either.
SECRET = re.compile("okapi9", re.IGNORECASE)
# Read through no narrowed class: which owners are known by name, and the audit, the database alone decides.
HELD_BY_THE_DATABASE_ALONE = {"owner", "owner_closure", "audit_event", "handling_text"}


@pytest.fixture
def without_row_security(world):
    """The tables of narrowed classes have no row security."""
    wanted = sorted(set(Base.metadata.tables) - HELD_BY_THE_DATABASE_ALONE)
    guarded = world.run(
        "SELECT relname FROM pg_class WHERE relnamespace = 'casm'::regnamespace "
        "AND relrowsecurity AND relname = ANY (:names)",
        names=wanted,
    )
    assert len(guarded) > 35
    world.run(";".join(f"ALTER TABLE casm.{name} DISABLE ROW LEVEL SECURITY" for (name,) in guarded))
    yield
    world.run(";".join(f"ALTER TABLE casm.{name} ENABLE ROW LEVEL SECURITY" for (name,) in guarded))


@pytest.fixture
def without_criteria(monkeypatch):
    """No read is narrowed by the application."""
    monkeypatch.setattr("casm.sharing.application_wall.criteria", lambda _session: [])


@pytest.fixture
def app(world):
    """An application of each test's own: it has kept no page of another's."""
    made = create_app(WebConfig(world.database, trusted_hosts=("localhost",)))
    made.config["WTF_CSRF_METHODS"] = set()
    return made


def viewer(world, asker: str) -> Viewer:
    """On whose behalf somebody reads."""
    if asker == "link":
        return Viewer.of_link(world.others["own"]["link_id"], world.owners["own"])
    if asker == "token":
        return Viewer.of_token("own", world.others["own"]["token_id"], world.owners["own"])
    return viewer_of(world.accounts[asker])


def rows_read(world, asker: str) -> dict[str, set]:
    """Table → keys of the rows that an ORM read of its whole class gives."""
    found = {}
    with world.database.session(viewer(world, asker)) as session:
        for mapper in Base.registry.mappers:
            if mapper.local_table.name not in HELD_BY_THE_DATABASE_ALONE:
                found[mapper.local_table.name] = set(session.scalars(select(mapper.class_.id)))
    return found


@pytest.fixture(scope="module")
def behind_both(world):
    """Asker → what is read with both walls up."""
    return {asker: rows_read(world, asker) for asker in ASKERS}


# The codes that the world gives its owners, by kind of object.
CODES = {"own": "us.aa", "shared": "us.bb", "foreign": "us.cc"}


def addresses(app, world, asker: str) -> list[tuple[str, str]]:
    """(whose, address) for every address that can be read; whose is "" for those that name nothing."""
    adapter, found = app.url_map.bind("localhost"), []
    draw = random.Random(f"{asker} {len(ACCESS_OF_ENDPOINT)}")
    for rule in app.url_map.iter_rules():
        who = ACCESS_OF_ENDPOINT[rule.endpoint]
        skipped = rule.endpoint in ("static", "asset_files.asset")
        if "GET" not in rule.methods or skipped or (asker == "link" and who != "link"):
            continue
        by_class = {"record_id", "name", "asset_class"} & rule.arguments and "result_id" not in rule.arguments
        classes = sorted(world.records["own"]) if by_class else [""]
        for record_class in draw.sample(classes, min(CLASSES_DRAWN, len(classes))):
            for kind in KINDS if rule.arguments - {"name"} or "result_id" in rule.arguments else ("",):
                known = {
                    "record_id": world.records[kind or "own"].get(record_class), "asset_class": record_class,
                    "name": record_class or "balanced_probability", "owner_id": world.owners[kind or "own"],
                    "token": world.link_tokens[kind or "own"], "number": 1, "key": "none",
                    "owner_code": CODES[kind or "own"], "figure": "here",
                    "other_id": world.records[kind or "own"].get(record_class), **world.others[kind or "own"],
                }  # fmt: skip
                # What the world has none of, as a proposal, is asked for by an id that is nobody's.
                given = {name: known.get(name) or uuid.uuid4() for name in rule.arguments}
                found.append((kind, adapter.build(rule.endpoint, given | PLACE if "explain" in rule.rule else given)))
    drawn = draw.sample(found, min(ADDRESSES_DRAWN, len(found)))
    # A small draw may hold nothing that opens for the asker; this page does.
    if asker == "link":
        return [*drawn, ("own", adapter.build("shared.shared_table", {"link_id": world.others["own"]["link_id"]}))]
    return [*drawn, ("", adapter.build("records.classes"))]


def told(app, world, client_of, asker: str) -> list[str]:
    """The addresses whose answers hold a word hidden from the asker, or show what is foreign; each asked for once."""
    client, word = client_of(asker), SECRET if asker == "national" else HIDDEN
    read, faults = 0, []
    for whose, address in addresses(app, world, asker):
        answer = client.get(address)
        read += answer.status_code == 200
        shown = whose == "foreign" and asker != "national" and answer.status_code == 200
        if answer.status_code >= 500 or shown or word.search(answer.get_data().decode(errors="replace")):
            faults.append(f"{answer.status_code} {address}")
    assert read >= 1
    return faults


def test_each_wall_has_something_to_hide(behind_both, world):
    everything = sum(len(world.run(f"SELECT id FROM casm.{table}")) for table in behind_both["reader"])
    for asker, rows in behind_both.items():
        assert 0 < sum(map(len, rows.values())) < (everything if asker == "national" else everything * 0.7), asker


@pytest.mark.parametrize("asker", ASKERS)
def test_the_application_alone_reads_the_same_rows(world, behind_both, asker, without_row_security):
    assert rows_read(world, asker) == behind_both[asker]


@pytest.mark.parametrize("asker", ASKERS)
def test_the_database_alone_reads_the_same_rows(world, behind_both, asker, without_criteria):
    found = rows_read(world, asker)
    # Who sees the nation may see every owner's results; the application shows one set, so that nothing is told twice.
    several = {"result", "result_layer"} if asker == "national" else set()
    for table, keys in behind_both[asker].items():
        assert found[table] >= keys if table in several else found[table] == keys, table


@pytest.mark.parametrize("asker", ASKERS)
def test_the_application_alone_tells_nothing_hidden(app, world, client_of, asker, without_row_security):
    assert told(app, world, client_of, asker) == []


@pytest.mark.parametrize("asker", ASKERS)
def test_the_database_alone_tells_nothing_hidden(app, world, client_of, asker, without_criteria):
    assert told(app, world, client_of, asker) == []


def test_without_either_wall_it_is_told(app, world, client_of, without_row_security, without_criteria):
    client = client_of("reader")
    for address in ("/records/site", "/api/records/site", "/table"):
        assert HIDDEN.search(client.get(address).text), address
