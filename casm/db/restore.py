"""Bring a backup back: into a new database first, checked, and only then in the old one's place."""

import contextlib
import datetime
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
from psycopg2 import sql
from tqdm import tqdm

from casm.db import archive, revisions, roles
from casm.db.backup import count_rows
from casm.db.locate import PREPARING, autocommit, create_database, ensure_postgis
from casm.db.server import Server, client_programs
from casm.db.trouble import one_line
from casm.errors import CasmError

SWAP_SECONDS = 15.0

Progress = Callable[[str], None]


def restore(server: Server, file: Path, *, replace: bool, progress: Progress | None = None) -> str | None:
    """Put the backup in the database's place; return the name the old database was kept under, if it held data.

    replace: go on although the database holds data. Until the last step, one transaction, nothing of the old
    database is touched. CasmError when the file is damaged, too new, or does not come back row for row.
    """
    manifest = archive.read_manifest(file)
    revisions.check_known(manifest.schema_revision, f"The backup {file}")
    if progress:
        progress(f"Checking {file} of {manifest.made_at}…")
    archive.check_digest(file, manifest)
    with autocommit(server.connect("postgres")) as connection:
        check_server(connection, manifest, file)
        held = holds_data(server, connection)
        if held and not replace:
            raise CasmError(
                f"The database {server.database} holds data ({held:,} rows).",
                "casm db backup first if you need it, then repeat with --yes (the old database is kept aside)",
            )
        roles.ensure_roles(connection, server.app_password, server.gate_password)
        fresh = f"{server.database}_restoring"
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(fresh)))
        create_database(connection, fresh)
        try:
            fill(server, fresh, file, manifest, progress)
            aside = swap(connection, server.database, fresh)
            if aside and not held:
                with connection.cursor() as cursor:
                    cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(aside)))
                return None
            return aside
        except BaseException:
            with connection.cursor() as cursor, contextlib.suppress(psycopg2.Error):
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(fresh)))
            raise


def check_server(connection, manifest: archive.Manifest, file: Path) -> None:
    """CasmError when the server cannot take the backup, or another restore is at work."""
    major = connection.server_version // 10000
    if manifest.postgresql > major:
        raise CasmError(
            f"{file} comes from PostgreSQL {manifest.postgresql}; this server is {major}, which cannot read it.",
            f"as root: apt-get install postgresql-{manifest.postgresql}-postgis-3, and restore into a new data folder",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise CasmError(
                f"The login {connection.info.user} may not make a new database with PostGIS, which a restore needs.",
                "name a superuser in CASM_DATABASE_URL for the restore",
            )
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (PREPARING,))
        if not cursor.fetchone()[0]:
            raise CasmError("Another restore is at work on this server.", "wait for it to end")


def holds_data(server: Server, connection) -> int:
    """Rows in the database that is there now beyond those every new one has; 0 when there is none.

    Reference rows count for nothing: a table with an owner column counts only rows of other owners than the public.
    Nor does the audit: where there is nothing else, it tells only of making and backing up an empty database.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (server.database,))
        if not cursor.fetchone():
            return 0
    with autocommit(server.connect()) as present, present.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.columns "
            "WHERE column_name = 'owner_id' AND table_schema = 'casm' AND table_name <> 'audit_event'"
        )
        total = 0
        for schema, table in cursor.fetchall():
            cursor.execute(
                sql.SQL(
                    "SELECT count(*) FROM {} WHERE owner_id NOT IN (SELECT id FROM casm.owner WHERE kind = 'public')"
                ).format(sql.Identifier(schema, table))
            )
            total += cursor.fetchone()[0]
        return total


def fill(
    server: Server, database: str, file: Path, manifest: archive.Manifest, progress: Progress | None
) -> None:
    """Load the backup into a new database, check it row for row and bring it to the newest schema."""
    from casm.db.schema import upgrade

    with autocommit(server.connect(database)) as connection:
        roles.ensure_database_rights(connection, ours_alone=server.embedded)
        ensure_postgis(connection)
        load(server, database, file, manifest, show=progress is not None, major=connection.server_version // 10000)
        connection.autocommit = True
        compare(count_rows(connection), manifest.rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    upgrade(server.migrator_address(database), progress)


def load(
    server: Server, database: str, file: Path, manifest: archive.Manifest, *, show: bool, major: int
) -> None:
    """Feed the dump to pg_restore, with a bar of the bytes taken; it stops at the first error."""
    arguments = [
        client_programs(major).program("pg_restore"),
        "--exit-on-error", "--single-transaction", "--no-password", f"--dbname={database}",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stderr=complaints, env=server.program_environment(database), cwd="/"
        )
        assert process.stdin is not None
        bar = tqdm(
            total=manifest.dump_bytes, unit="B", unit_scale=True, desc="Restoring", disable=None if show else True
        )
        with bar, contextlib.suppress(BrokenPipeError):
            for chunk in archive.dump_chunks(file):
                process.stdin.write(chunk)
                bar.update(len(chunk))
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
        complaints.seek(0)
        said = one_line(complaints.read().decode(errors="replace"))
    if process.returncode:
        raise CasmError(f"The backup could not be restored: {said}", "the old database is untouched; see the reason")


def compare(found: dict[str, int], wanted: dict[str, int]) -> None:
    """CasmError unless every table came back with as many rows as were counted when the backup was made."""
    differing = [
        f"{table} has {found.get(table, 'no table')} rows instead of {count}"
        for table, count in wanted.items()
        if found.get(table) != count
    ]
    if differing:
        raise CasmError(
            f"The backup did not come back whole: {'; '.join(differing)}.", "the old database is untouched"
        )


def swap(connection, database: str, fresh: str) -> str | None:
    """Rename the old database aside and the new one into its place in one transaction; name of the old one."""
    aside = f"{database}_before_{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    deadline = time.monotonic() + SWAP_SECONDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        present = cursor.fetchone() is not None
        while True:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (%s, %s)", (database, fresh)
            )
            try:
                cursor.execute("BEGIN")
                if present:
                    cursor.execute(rename.format(sql.Identifier(database), sql.Identifier(aside)))
                cursor.execute(rename.format(sql.Identifier(fresh), sql.Identifier(database)))
                cursor.execute("COMMIT")
                return aside if present else None
            except psycopg2.errors.ObjectInUse:
                cursor.execute("ROLLBACK")
                if time.monotonic() > deadline:
                    raise CasmError(
                        f"Other programs keep coming back to the database {database}.",
                        "stop them (casm serve, psql) and restore again; nothing was changed",
                    ) from None
                time.sleep(0.1)
