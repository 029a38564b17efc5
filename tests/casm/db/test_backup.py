"""A backup comes back row for row, wall and all, into a new server or over the old database, or not at all."""

import contextlib
import datetime
import json
import signal
import time
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from casm.db import archive, revisions
from casm.db import cluster as clusters
from casm.db.backup import backup, default_name
from casm.db.doctor import examine
from casm.db.locate import autocommit, locate_server, urls_of
from casm.db.restore import restore
from casm.db.server import Server, embedded_server
from casm.db.session import open_database
from casm.db.tables import Owner, Site
from casm.errors import CasmError
from casm.sharing.viewer import NATION_OWNER_ID, Viewer
from web.cli import cli

COUNTY = uuid.UUID("00000000-0000-4000-8000-00000000c0de")


@pytest.fixture(scope="module")
def filled(database_server, module_database_urls, module_database) -> Server:
    """A database with a state, a county, and the county's sites."""
    state = uuid.uuid4()
    with module_database.session(Viewer.local_administrator()) as session:
        session.add(Owner(id=state, parent_id=NATION_OWNER_ID, kind="state", name="State", code="us.st"))
        session.flush()
        session.add(Owner(id=COUNTY, parent_id=state, kind="county", name="County", code="us.st.co"))
        session.flush()
        point = "SRID=4326;POINT(-84.2 36.5)"
        session.add_all([Site(owner_id=COUNTY, name=f"Peñasco Nº {n}", position=point) for n in range(50)])
    return embedded_server(database_server, make_url(module_database_urls.migrator).database)


@pytest.fixture(scope="module")
def file(filled, tmp_path_factory) -> Path:
    """A backup of the filled database."""
    target = tmp_path_factory.mktemp("backup") / "filled.backup.zip"
    backup(filled, target)
    return target


@pytest.fixture
def spare(database_server) -> Iterator[Server]:
    """A database of the running server that is not there yet; dropped with whatever was kept of it."""
    server = embedded_server(database_server, "casm_spare")
    yield server
    with autocommit(server.connect("postgres")) as connection, connection.cursor() as cursor:
        for name in databases(replace(server, database="postgres")):
            if name.startswith("casm_spare"):
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_manifest_tells_what_is_inside(file, filled):
    manifest = archive.read_manifest(file)
    assert manifest.rows["casm.site"] == 50
    assert manifest.rows["casm.owner"] == 4
    assert manifest.schema_revision == revisions.newest_revision()
    with contextlib.closing(filled.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT extversion, current_setting('server_version_num')::int / 10000 FROM pg_extension "
                       "WHERE extname = 'postgis'")  # fmt: skip
        assert (manifest.postgis, manifest.postgresql) == cursor.fetchone()
    assert file.stat().st_mode & 0o077 == 0, "it holds everything"


def test_backup_is_readable_with_ordinary_tools(file):
    with zipfile.ZipFile(file) as opened:
        assert opened.testzip() is None
        assert json.loads(opened.read("manifest.json"))["rows"]["casm.site"] == 50
        assert opened.read("database.dump").startswith(b"PGDMP")


def test_backup_comes_back_on_a_new_server_with_its_wall(file, filled, folder, settings):
    server = locate_server(settings)
    assert restore(server, file, replace=False) is None
    assert contents(server) == contents(filled)
    assert wall(server) == wall(filled)
    assert [finding.problem for finding in examine(settings) if not finding.sound] == []
    database = open_database(urls_of(server))
    with database.session(Viewer.of_owner("county", COUNTY)) as session:
        assert session.query(Site).count() == 50
    with database.session(Viewer.of_owner("nobody", uuid.uuid4())) as session:
        assert session.query(Site).count() == 0
    database.close()


def test_restore_over_data_asks_first_and_keeps_the_old(filled, file, spare):
    server = spare
    assert restore(server, file, replace=False) is None
    with autocommit(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE casm.site SET remarks = 'changed since'")
    with pytest.raises(CasmError, match=r"holds data \([\d,]+ rows\)") as raised:
        restore(server, file, replace=False)
    assert "--yes" in raised.value.mend
    assert "changed since" in str(contents(server)["casm.site"])

    looker = server.connect()
    aside = restore(server, file, replace=True)
    with pytest.raises(psycopg2.OperationalError), looker.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert contents(server) == contents(filled)
    assert "changed since" in str(contents(replace(server, database=aside))["casm.site"])
    assert databases(server) >= {"casm_spare", aside}
    assert "casm_spare_restoring" not in databases(server)


def test_restore_over_an_empty_database_needs_no_word(file, filled, spare, template_database):
    with autocommit(spare.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE casm_spare TEMPLATE {template_database}")
    before = databases(spare)
    assert restore(spare, file, replace=False) is None
    assert databases(spare) == before
    assert contents(spare) == contents(filled)


def damage_dump(file: Path) -> None:
    """Flip one bit in the middle of the dump."""
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)


def cut(file: Path) -> None:
    """Lose the last tenth."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 9 // 10])


def lose_a_row(file: Path) -> None:
    """Say in the manifest that there was one more site."""
    change_manifest(file, lambda values: values["rows"].update({"casm.site": 51}))


def come_from_a_newer_casm(file: Path) -> None:
    """Say in the manifest that the schema is of the future."""
    change_manifest(file, lambda values: values.update(schema_revision="9999"))


def come_from_a_newer_postgresql(file: Path) -> None:
    """Say in the manifest that the server was of the future."""
    change_manifest(file, lambda values: values.update(postgresql=99))


def become_text(file: Path) -> None:
    """Be no zip file at all."""
    file.write_text("name,latitude\n")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (damage_dump, "is damaged"),
        (cut, "is not a whole backup"),
        (lose_a_row, "casm.site has 50 rows instead of 51"),
        (come_from_a_newer_casm, "schema revision 9999"),
        (come_from_a_newer_postgresql, "PostgreSQL 99"),
        (become_text, "is not a whole backup"),
        (Path.unlink, "There is no file"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_spoiled_backup_is_refused_and_changes_nothing(spoil, message, file, filled, tmp_path):
    copy = tmp_path / "copy.zip"
    copy.write_bytes(file.read_bytes())
    spoil(copy)
    before, present = contents(filled), databases(filled)
    with pytest.raises(CasmError, match=message):
        restore(filled, copy, replace=True)
    assert contents(filled) == before
    assert databases(filled) == present


def test_two_restores_at_once_are_refused(filled, file):
    with autocommit(filled.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(x'6361736D'::int)")
        with pytest.raises(CasmError, match="Another restore"):
            restore(filled, file, replace=True)


def test_restore_killed_halfway_leaves_the_old_database(settings, file, begin):
    server = locate_server(settings)
    restore(server, file, replace=False)
    before = contents(server)
    program = begin("db", "restore", "--yes", str(file))
    deadline = time.monotonic() + 20
    while "casm_restoring" not in databases(server):
        assert program.poll() is None, program.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    program.send_signal(signal.SIGKILL)
    program.communicate()
    assert contents(server) == before
    assert restore(server, file, replace=True) in databases(server)
    assert contents(server) == before
    assert "casm_restoring" not in databases(server)


def test_commands_back_up_and_bring_back(settings, casm):
    made = casm("db", "backup")
    assert made.returncode == 0, made.stderr
    target = Path(made.stdout.strip())
    assert target.parent == settings.data_dir / "backups"
    assert archive.read_manifest(target).rows["casm.owner"] == 2
    back = casm("db", "restore", str(target))
    assert back.returncode == 0, back.stderr
    assert clusters.running_pid(settings)
    refused = casm("db", "backup", "/proc/no/such.zip")
    assert refused.returncode == 1
    assert "cannot be written" in refused.stderr


def test_psql_shows_no_password_to_other_users(settings, casm):
    own_arguments = r"\! tr '\0' ' ' < /proc/$PPID/cmdline"
    shown = casm("db", "psql", "-d", "postgres", "-c", own_arguments, "-Atc", "SELECT n FROM kept")
    assert shown.returncode == 0, shown.stderr
    assert "psql -d postgres" in shown.stdout
    assert shown.stdout.endswith("1\n")
    secrets = json.loads((settings.data_dir / "database-passwords.json").read_text())
    assert not any(secret in shown.stdout for secret in secrets.values())
    environment = {"CASM_DATA_DIR": str(settings.data_dir), "CASM_DATABASE_URL": ""}
    url = CliRunner().invoke(cli, ["db", "url"], env=environment)
    assert "casm_app:***@/casm" in url.output
    url = CliRunner().invoke(cli, ["db", "url", "--with-password"], env=environment)
    assert secrets["casm_app"] in url.output


def test_default_name_sorts_by_time():
    moment = datetime.datetime(2026, 11, 22, 7, 5, 9, tzinfo=datetime.UTC)
    assert default_name(moment) == "casm-20261122T070509Z.backup.zip"


def change_manifest(file: Path, change) -> None:
    """Rewrite the manifest of a backup."""
    with zipfile.ZipFile(file) as opened:
        values, dump = json.loads(opened.read("manifest.json")), opened.read("database.dump")
    change(values)
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("database.dump", dump)
        opened.writestr("manifest.json", json.dumps(values))


def databases(server: Server) -> set[str]:
    """Names of the server's databases."""
    return {name for (name,) in query(server, "SELECT datname FROM pg_database")}


def contents(server: Server) -> dict[str, list]:
    """Every row of every table of ours, sorted."""
    tables = query(server, "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname LIKE 'casm%'")
    return {
        table: sorted(str(row) for row in query(server, f"SELECT t::text FROM {table} t")) for (table,) in tables
    }


def wall(server: Server) -> list[list[tuple]]:
    """Policies, grants, forced row security, owners, leakproof functions and the classes of spatial indexes."""
    return [
        query(server, "SELECT * FROM pg_policies ORDER BY schemaname, tablename, policyname"),
        query(server, "SELECT oid::regclass::text, relrowsecurity, relforcerowsecurity, relowner::regrole::text, "
              "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a) FROM pg_class "
              "WHERE relnamespace::regnamespace::text LIKE 'casm%' ORDER BY 1"),
        query(server, "SELECT oid::regprocedure::text, proleakproof, prosecdef, proconfig, proowner::regrole::text, "
              "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(proacl) a) FROM pg_proc "
              "WHERE pronamespace::regnamespace::text LIKE 'casm%' ORDER BY 1"),
        query(server, "SELECT indexdef FROM pg_indexes WHERE schemaname LIKE 'casm%' ORDER BY 1"),
        query(server, "SELECT nspname, nspowner::regrole::text, "
              "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(nspacl) a) "
              "FROM pg_namespace WHERE nspname LIKE 'casm%' ORDER BY 1"),
    ]  # fmt: skip


def query(server: Server, statement: str) -> list[tuple]:
    """Rows of a query as administrator."""
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
