"""What a viewer with SQL of its own can learn of others without reading their rows: each way found is shut."""

import uuid

import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.pool import NullPool

from casm.db.backup import backup
from casm.db.engine import SEARCH_PATH
from casm.db.locate import autocommit
from casm.db.restore import restore
from casm.db.server import embedded_server
from casm.db.tables import ImportBatch, ImportProblem, Owner
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

FILL = """
INSERT INTO {table} (id, owner_id, {columns}) SELECT gen_random_uuid(), :owner, {values} FROM generate_series(1, 3000) i
"""


@pytest.fixture
def migrator(database_urls):
    engine = create_engine(
        database_urls.migrator, poolclass=NullPool, isolation_level="AUTOCOMMIT",
        connect_args={"options": f"-c search_path={SEARCH_PATH}"},
    )  # fmt: skip
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def hidden_crowd(two_counties, migrator):
    """County two with 3,000 more sites, channels and contacts, after the server has looked at its tables."""
    owner = {"owner": two_counties.two}
    place = "ST_SetSRID(ST_MakePoint(-90 + random(), 36 + random()), 4326)"
    migrator.execute(
        text(
            FILL.format(
                table="site", columns="name, overall_height_agl_m, position", values=f"'S' || i, i % 100, {place}"
            )
        ),
        owner,
    )
    migrator.execute(text(FILL.format(table="channel", columns="name, rx_freq_hz", values="i, 150000000 + i")), owner)
    agency = "(SELECT id FROM agency WHERE owner_id = :owner)"
    migrator.execute(
        text(FILL.format(table="contact", columns="name, phone, agency_id", values=f"i, 423000 + i, {agency}")), owner
    )
    migrator.execute(
        text(
            "INSERT INTO site_sensitive (id, owner_id, site_id, battery_hours) "
            "SELECT gen_random_uuid(), owner_id, id, overall_height_agl_m FROM site WHERE owner_id = :owner"
        ),
        owner,
    )
    migrator.execute(text("ANALYZE"))
    return two_counties


def estimate(session, query: str, **given) -> float:
    """Rows the planner expects at the top of the query's plan."""
    plan = session.scalar(text(f"EXPLAIN (FORMAT JSON) {query}"), given)
    return plan[0]["Plan"]["Plan Rows"]


ESTIMATES = (
    ("SELECT FROM contact WHERE phone < :x", "423500", "425500"),
    ("SELECT FROM site WHERE overall_height_agl_m < :x", 5, 95),
    ("SELECT FROM site_sensitive WHERE battery_hours < :x", 5, 95),
    ("SELECT FROM channel WHERE rx_freq_hz < :x", 150_000_100, 150_002_900),
    ("SELECT FROM owner WHERE code < :x", "us.a", "us.zz"),
    ("SELECT FROM site WHERE position && ST_MakeEnvelope(:x, 36, -89, 37, 4326)", -90, -89.1),
    ("SELECT FROM site WHERE position OPERATOR(public.&&) ST_MakeEnvelope(:x, 36, -89, 37, 4326)", -90, -89.1),
)


def test_an_estimate_is_the_same_wherever_others_have_rows(hidden_crowd):
    owners = ("SELECT FROM site WHERE owner_id = :x", uuid.uuid4(), hidden_crowd.two)
    with hidden_crowd.database.session(hidden_crowd.viewer_one) as session:
        for query, few, many in (*ESTIMATES, owners):
            assert estimate(session, query, x=few) == estimate(session, query, x=many), query


def test_no_statistics_are_kept_on_what_rows_say(hidden_crowd, migrator):
    kept = migrator.execute(
        text(
            "SELECT starelid::regclass::text, attname FROM pg_statistic "
            "JOIN pg_attribute ON attrelid = starelid AND attnum = staattnum JOIN pg_class c ON c.oid = starelid "
            "WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r' AND c.relname <> 'owner_closure'"
        )
    ).all()
    assert kept, "references by id keep theirs"
    assert [row for row in kept if not row.attname.endswith("_id") or row.attname.endswith("owner_id")] == []


@pytest.mark.parametrize(
    "question",
    [
        "SELECT ST_EstimatedExtent('casm', 'site', 'position')",
        "SELECT _postgis_index_extent('casm.site', 'position')",
        "SELECT _postgis_stats('casm.site', 'position')",
        "SELECT _postgis_selectivity('casm.site', 'position', ST_MakeEnvelope(-90, 36, -89, 37, 4326))",
        "SELECT query FROM pg_stat_activity",
        "SELECT pg_stat_get_backend_activity(1)",
        "SELECT pg_terminate_backend(1)",
        "SELECT pg_cancel_backend(1)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "CREATE TEMPORARY TABLE site (name text)",
        "CREATE FUNCTION pg_temp.visible_owners() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT last_value FROM history_id_seq",
        "SELECT casm_sec.keep_history()",
    ],
)
def test_the_app_may_not_ask(two_counties, question):
    with two_counties.database.session(two_counties.viewer_one) as session, pytest.raises(
        ProgrammingError, match="permission denied"
    ):
        session.execute(text(question))


def test_the_side_doors_stay_shut_after_a_restore(database_server, database_urls, tmp_path):
    server = embedded_server(database_server, make_url(database_urls.migrator).database)
    backup(server, tmp_path / "whole.zip")
    spare = embedded_server(database_server, "casm_shut_after_restore")
    restore(spare, tmp_path / "whole.zip", replace=False)
    try:
        with autocommit(spare.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE proname IN ('pg_stat_get_activity', "
                "'pg_terminate_backend', 'lo_create', 'st_estimatedextent', '_postgis_index_extent') "
                "AND has_function_privilege('casm_app', p.oid, 'EXECUTE')"
            )
            assert cursor.fetchall() == []
            cursor.execute(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = 'casm.site'::regclass AND attstattarget = 0"
            )
            assert cursor.fetchone()[0] > 30
    finally:
        with autocommit(server.connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("DROP DATABASE casm_shut_after_restore WITH (FORCE)")


def test_a_taken_owner_code_tells_nothing_elsewhere(two_counties):
    for code in ("us.st.two", "us.nowhere", "us.st.one.", "us.st.onemore"):
        with (
            pytest.raises(IntegrityError, match="an owner's code is its parent's code"),
            two_counties.database.session(two_counties.viewer_one) as session,
        ):
            session.add(Owner(parent_id=two_counties.one, kind="agency", name="Probe", code=code))
    for parent in (two_counties.two, uuid.uuid4()):
        with (
            pytest.raises(IntegrityError, match="an owner's code is its parent's code"),
            two_counties.database.session(two_counties.viewer_one) as session,
        ):
            session.add(Owner(parent_id=parent, kind="agency", name="Probe", code="us.st.two.probe"))


def batch(owner_id: uuid.UUID, **fields) -> ImportBatch:
    return ImportBatch(
        id=uuid.uuid4(), owner_id=owner_id, file_name="f.csv", file_sha256="0" * 64, reader="csv", state="running",
        **fields,
    )  # fmt: skip


def problem(owner_id: uuid.UUID, import_batch_id: uuid.UUID, **fields) -> ImportProblem:
    return ImportProblem(
        owner_id=owner_id, import_batch_id=import_batch_id, severity="error", file_name="f.csv", reason="r", mend="m",
        **fields,
    )  # fmt: skip


def test_a_problem_cannot_be_pinned_on_another_owners_import(two_counties):
    theirs = batch(two_counties.two, actor="two")
    with two_counties.database.session(two_counties.viewer_two) as session:
        session.add(theirs)
    for pinned in (theirs.id, uuid.uuid4()):
        with (
            pytest.raises(IntegrityError, match="fk_import_problem_owner_id_import_batch_id"),
            two_counties.database.session(two_counties.viewer_one) as session,
        ):
            session.add(problem(two_counties.one, pinned))


def test_a_problem_with_a_contact_is_as_closed_as_contacts(two_counties):
    own = batch(two_counties.one, actor="one")
    with two_counties.database.session(two_counties.viewer_one) as session:
        session.add(own)
    full = Viewer.of_owner("full", two_counties.one, may_write=True, all_fields=True)
    with two_counties.database.session(full) as session:
        session.add(problem(two_counties.one, own.id, value="555-0100", field_class="contact"))
    for viewer, count in ((two_counties.viewer_one, 0), (full, 1)):
        with two_counties.database.session(viewer) as session:
            assert len(session.scalars(select(ImportProblem)).all()) == count


def test_the_nations_rows_are_not_its_counties(two_counties):
    with two_counties.database.session(Viewer.local_administrator()) as session:
        session.execute(
            text("INSERT INTO site (id, owner_id, name) VALUES (gen_random_uuid(), :nation, 'Bunker')"),
            {"nation": NATION_OWNER_ID},
        )
    with two_counties.database.session(two_counties.viewer_one) as session:
        assert session.scalars(text("SELECT name FROM site")).all() == ["Tower of us.st.one"]
        assert session.scalars(text("SELECT code FROM owner ORDER BY 1")).all() == [
            "public", "us", "us.st", "us.st.one",
        ]  # fmt: skip


def test_nothing_that_a_viewer_leaves_behind_reaches_the_next(two_counties):
    database = two_counties.database
    with database.session(two_counties.viewer_one) as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        own = session.scalar(text("SELECT current_setting('casm.context')"))
        for left in (
            "SET SESSION search_path = public",
            "SET SESSION row_security = off",
            "PREPARE left_plan AS SELECT 1",
            "LISTEN left_channel",
            "SELECT pg_advisory_lock(1)",
        ):
            session.execute(text(left))
        session.execute(text("SELECT set_config('casm.context', :own, false)"), {"own": own})
        session.execute(text("SET LOCAL row_security = on"))
        session.execute(text("DECLARE left_cursor CURSOR WITH HOLD FOR SELECT name FROM casm.site"))
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == pid, "the drill needs the same connection"
        assert connection.scalar(text("SHOW search_path")).startswith("casm,")
        assert connection.scalar(text("SELECT count(*) FROM site")) == 0
        for trace in ("pg_prepared_statements", "pg_cursors", "pg_listening_channels()"):
            assert connection.scalar(text(f"SELECT count(*) FROM {trace}")) == 0, trace
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        assert connection.scalar(text(held)) == 0
