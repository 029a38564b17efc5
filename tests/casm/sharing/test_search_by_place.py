"""A search by place goes by owner and box together, so that it is quick and walks no rows of others."""

import json
import uuid

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from casm.sharing.viewer import NATION_OWNER_ID, Viewer

OWNERS = [uuid.uuid4() for _ in range(20)]
SITES = 10_000
CROWDED, EMPTY = (-84.5, 36.0, -83.5, 37.0), (-40.0, 36.0, -39.0, 37.0)
SEARCH = "SELECT name FROM site WHERE position && ST_MakeEnvelope({}, {}, {}, {}, 4326)"


@pytest.fixture(scope="module")
def full_country(module_database, module_database_urls):
    """Twenty owners with sites in one county's width, after the server has looked at them."""
    with module_database.session(Viewer.local_administrator()) as session:
        for n, owner in enumerate(OWNERS):
            session.execute(
                text("INSERT INTO owner (id, parent_id, kind, name, code) VALUES (:o, :p, 'state', :c, :c)"),
                {"o": owner, "p": NATION_OWNER_ID, "c": f"us.n{n}"},
            )
    engine = create_engine(module_database_urls.migrator, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO casm.site (id, owner_id, name, position) SELECT gen_random_uuid(), "
                "(CAST(:owners AS uuid[]))[1 + i % 20], 'S' || i, ST_SetSRID(ST_MakePoint(-85 + random() * 2, "
                "36 + random()), 4326) FROM generate_series(1, :sites) i"
            ),
            {"owners": [str(owner) for owner in OWNERS], "sites": SITES},
        )
        connection.execute(text("VACUUM ANALYZE casm.site"))
    return module_database


def walk(plan: dict):
    yield plan
    for below in plan.get("Plans", []):
        yield from walk(below)


@pytest.mark.parametrize("visible", [1, 19])
@pytest.mark.parametrize("limit", ["", " LIMIT 100"])
@pytest.mark.parametrize("box", [CROWDED, EMPTY], ids=["crowded", "empty"])
def test_the_index_is_searched_by_owner_and_box(full_country, visible, limit, box):
    with full_country.session(Viewer("v", OWNERS[0], frozenset(OWNERS[:visible]))) as session:
        plan = session.scalar(text(f"EXPLAIN (FORMAT JSON) {SEARCH.format(*box)}{limit}"))
    nodes = list(walk(plan[0]["Plan"]))
    conditions = [node["Index Cond"] for node in nodes if node.get("Index Name") == "ix_site_owner_position"]
    assert len(conditions) == 1, json.dumps(plan, indent=1)
    assert "owner_id = ANY" in conditions[0]
    assert "&&" in conditions[0]


@pytest.mark.parametrize("box", [CROWDED, EMPTY], ids=["crowded", "empty"])
def test_who_sees_every_site_there_is_searches_by_place_alone(full_country, box):
    with full_country.session(Viewer("v", OWNERS[0], frozenset(OWNERS))) as session:
        plan = session.scalar(text(f"EXPLAIN (FORMAT JSON) {SEARCH.format(*box)}"))
    (condition,) = (
        node["Index Cond"] for node in walk(plan[0]["Plan"]) if node.get("Index Name") == "ix_site_position_alone"
    )
    assert "owner_id" not in condition


def test_a_search_touches_as_few_pages_where_others_are_as_where_nobody_is(full_country):
    """The measure of time that does not depend on the machine: pages read, for a viewer who has nothing here."""
    stranger = Viewer("stranger", NATION_OWNER_ID, frozenset({uuid.uuid4()}))
    touched = []
    with full_country.session(stranger) as session:
        for box in (CROWDED, EMPTY, CROWDED, EMPTY):
            plan = session.scalar(text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {SEARCH.format(*box)}"))
            assert plan[0]["Plan"]["Actual Rows"] == 0
            scan = next(node for node in walk(plan[0]["Plan"]) if node.get("Index Name") == "ix_site_owner_position")
            touched.append(scan["Shared Hit Blocks"] + scan["Shared Read Blocks"])
    crowded, empty = touched[2:]
    assert crowded <= empty + 5


def test_what_is_found_is_what_a_plain_filter_finds(full_country):
    west, south, east, north = CROWDED
    plain = text(
        "SELECT count(*) FROM site WHERE ST_X(position) BETWEEN :w AND :e AND ST_Y(position) BETWEEN :s AND :n"
    )
    for visible in (1, 7, 20):
        with full_country.session(Viewer("v", OWNERS[0], frozenset(OWNERS[:visible]))) as session:
            found = len(session.execute(text(SEARCH.format(*CROWDED))).all())
            # PostGIS compares boxes in single precision, rounded outwards: what lies within 1e-5° of the edge may be
            # found or not.
            least, most = (
                session.scalar(plain, {"w": west - by, "e": east + by, "s": south - by, "n": north + by})
                for by in (-1e-5, 1e-5)
            )
            assert least <= found <= most
            assert found > 0
