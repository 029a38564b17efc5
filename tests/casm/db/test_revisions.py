"""Schemas older and newer than this program: upgraded with their rows, or refused and left alone."""

import shutil

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from casm.db import locate, revisions, schema
from casm.db.server import embedded_server
from casm.errors import CasmError

NEXT = '''
"""The schema after the newest."""
from alembic import op

revision = "next"
down_revision = "{newest}"


def upgrade() -> None:
    op.execute("CREATE TABLE casm.added_next (n integer)")
    op.execute("UPDATE casm.owner SET name = name || ' of America' WHERE kind = 'nation'")
    {further}
'''


@pytest.fixture
def server(database_server, database_urls):
    """The server, with a migrated database of this test's own as its database."""
    return embedded_server(database_server, make_url(database_urls.migrator).database)


@pytest.fixture
def newer_program(tmp_path, monkeypatch):
    """Make this program one revision newer than it is; the argument is put at the end of its migration."""

    def become(further: str = "") -> None:
        copied = tmp_path / "migrations"
        shutil.copytree(schema.MIGRATIONS, copied)
        text = NEXT.format(newest=revisions.newest_revision(), further=further)
        (copied / "versions" / "next.py").write_text(text)
        monkeypatch.setattr(schema, "MIGRATIONS", copied)
        monkeypatch.setattr(revisions, "VERSIONS", copied / "versions")

    return become


def test_revisions_are_read_as_alembic_reads_them():
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    assert revisions.newest_revision() == scripts.get_current_head()
    read_by_alembic = {script.revision: script.down_revision for script in scripts.walk_revisions()}
    assert revisions.known_revisions() == read_by_alembic


def test_current_database_is_left_alone(server):
    said = []
    locate.prepare(server, said.append)
    assert said == []


def test_older_schema_is_upgraded_with_its_rows(server, newer_program):
    before = revisions.newest_revision()
    newer_program()
    said = []
    locate.prepare(server, said.append)
    assert len(said) == 1
    assert before in said[0]
    assert "next" in said[0]
    assert read(server, "SELECT name FROM casm.owner WHERE kind = 'nation'") == "United States of America"
    assert read(server, "SELECT version_num FROM public.schema_revision") == "next"


def test_upgrade_that_fails_leaves_the_older_schema_whole(server, newer_program):
    before = revisions.newest_revision()
    newer_program("raise RuntimeError('planted')")
    with pytest.raises(RuntimeError, match="planted"):
        locate.prepare(server)
    assert read(server, "SELECT version_num FROM public.schema_revision") == before
    assert read(server, "SELECT name FROM casm.owner WHERE kind = 'nation'") == "United States"
    assert read(server, "SELECT to_regclass('casm.added_next')") is None


def test_newer_schema_is_refused_and_left_alone(server):
    write(server, "UPDATE public.schema_revision SET version_num = '9999'")
    with pytest.raises(CasmError) as raised:
        locate.prepare(server)
    assert "schema revision 9999" in raised.value.message
    assert revisions.newest_revision() in raised.value.message
    assert "newer casm" in raised.value.mend
    with pytest.raises(CasmError, match="schema revision 9999"):
        schema.upgrade(server.migrator_address())
    assert read(server, "SELECT version_num FROM public.schema_revision") == "9999"


def read(server, statement: str):
    """First value of a query."""
    with locate.autocommit(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def write(server, statement: str) -> None:
    """Run a statement."""
    with locate.autocommit(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
