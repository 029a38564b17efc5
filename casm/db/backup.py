"""Back the database up into one file, at one moment, with what is needed to check it on its return."""

import contextlib
import datetime
import errno
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from psycopg2 import sql
from tqdm import tqdm

from casm.db import archive, revisions, roles
from casm.db.server import Server, client_programs
from casm.db.trouble import one_line
from casm.errors import CasmError

Progress = Callable[[str], None]

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
ORDER BY 1, 2
"""


def default_name(now: datetime.datetime) -> str:
    """File name of a backup made at a moment in UTC."""
    return f"casm-{now:%Y%m%dT%H%M%SZ}.backup.zip"


def backup(server: Server, target: Path, progress: Progress | None = None) -> archive.Manifest:
    """Write the database to the target file, whole or not at all; return what it holds.

    Rows are counted in the same snapshot that is dumped. CasmError when the disk fills or rights are missing.
    """
    now = datetime.datetime.now(datetime.UTC)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        archive.sweep_parts(target.parent)
        with archive.new_archive(target) as writer, contextlib.closing(server.connect()) as connection:
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            role = backup_role(connection)
            if role:
                with connection.cursor() as cursor:
                    cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            rows = count_rows(connection)
            if progress:
                progress(f"Backing up {len(rows)} tables with {sum(rows.values()):,} rows to {target}…")
            dump(server, connection, writer, role=role, show=progress is not None)
            manifest = archive.Manifest(
                format=archive.FORMAT,
                made_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
                schema_revision=revisions.database_revision(connection),
                postgresql=connection.server_version // 10000,
                postgis=postgis_version(connection),
                dump_sha256=writer.digest.hexdigest(),
                dump_bytes=writer.size_bytes,
                rows=rows,
            )
            writer.write_manifest(manifest)
            return manifest
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise CasmError(
                f"The disk of {target.parent} is full; no backup was written (and no half of one).",
                "free some space or name a file on another disk: casm db backup FILE",
            ) from None
        raise CasmError(
            f"{target} cannot be written: {error.strerror}.", "name another file: casm db backup FILE"
        ) from None


def backup_role(connection) -> str | None:
    """Role to dump as: None for a superuser, who sees every row, else casm_backup, who bypasses row security."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return None if cursor.fetchone()[0] else roles.BACKUP


def count_rows(connection) -> dict[str, int]:
    """Rows of each table of ours, by qualified name."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = cursor.fetchall()
        counts = {}
        for schema, table in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table)))
            counts[f"{schema}.{table}"] = cursor.fetchone()[0]
        return counts


def postgis_version(connection) -> str:
    """Version of the PostGIS extension in the database, or 'none'."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
        row = cursor.fetchone()
        return row[0] if row else "none"


def dump(server: Server, connection, writer: archive.ArchiveWriter, *, role: str | None, show: bool) -> None:
    """Run pg_dump on the connection's snapshot into the archive; show counts the bytes (their end is not known)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    programs = client_programs(connection.server_version // 10000)
    arguments = [programs.program("pg_dump"), "--format=custom", f"--snapshot={snapshot}", "--no-password"]
    arguments += [f"--role={role}"] if role else []
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=complaints, env=server.program_environment(), cwd=os.sep
        )
        assert process.stdout is not None
        try:
            with tqdm(unit="B", unit_scale=True, desc="Backing up", disable=None if show else True) as bar:
                writer.write_dump(process.stdout, bar.update)
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            process.wait()
        complaints.seek(0)
        said = one_line(complaints.read().decode(errors="replace"))
    if process.returncode:
        raise CasmError(f"The backup stopped: {said}", "casm doctor says whether the database is sound")
