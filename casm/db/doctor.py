"""Look at the database as it is and say what is wrong with it, each with its mend."""

import contextlib
import shutil
from collections.abc import Callable, Iterator

import psycopg2
from sqlalchemy.engine import make_url

from casm.audit.keep import examine_audit
from casm.config import Settings
from casm.db import revisions, roles
from casm.db.backup import postgis_version
from casm.db.durability import SAFE_SETTINGS, unsafe_settings
from casm.db.finding import Finding, one
from casm.db.layout import Layout
from casm.db.locate import OLDEST_SERVER, autocommit, locate_server
from casm.db.server import Server, libpq_parameters
from casm.db.trouble import connect_failure, one_line
from casm.db.walls import WALLS
from casm.errors import CasmError
from casm.search.examine import examine_search

ROOM_WANTED_BYTES = 1_000_000_000


def examine(settings: Settings, progress: Callable[[str], None] | None = None) -> Iterator[Finding]:
    """Yield what was found, from the server inwards; ends early where nothing further can be looked at."""
    if settings.database_url is None and not Layout(settings.data_dir).home.exists():
        yield Finding("server", f"there is no database in {settings.data_dir} yet", "casm db start makes it")
        return
    try:
        server = locate_server(settings, progress=progress)
    except CasmError as error:
        yield Finding("server", error.message, error.mend)
        return
    if server.embedded:
        yield disk_room(Layout(settings.data_dir))
    try:
        connection = server.connect()
    except psycopg2.OperationalError as error:
        failure = connect_failure(server, error)
        yield Finding("server", failure.message, failure.mend)
        return
    with autocommit(connection):
        yield from server_version(connection)
        yield from safe_settings(connection)
        yield from checksums(connection)
        yield from extension(connection)
        yield from schema(connection)
        if not revisions.is_current(connection):
            return
        for check in WALLS:
            yield from check(connection)
        yield from examine_search(connection)
    yield from logins(server)
    yield from examine_audit(settings, server)


def disk_room(layout: Layout) -> Finding:
    """Room on the disk of the data folder."""
    free = shutil.disk_usage(layout.home).free
    what = f"disk: {free / 1e9:.1f} GB free"
    if free >= ROOM_WANTED_BYTES:
        return Finding(what)
    return Finding(what, f"less than {ROOM_WANTED_BYTES / 1e9:.0f} GB is free", "free some space before it runs out")


def server_version(connection) -> Iterator[Finding]:
    """PostgreSQL 15 or newer."""
    what = f"PostgreSQL {connection.server_version // 10000}"
    if connection.server_version >= OLDEST_SERVER:
        yield Finding(what)
    else:
        yield Finding(what, "casm needs 15 or newer", "use a newer server")


def safe_settings(connection) -> Iterator[Finding]:
    """Settings that keep what is confirmed."""
    unsafe = unsafe_settings(connection)
    for problem, mend in unsafe:
        yield Finding("confirmed work is kept", problem, mend)
    if not unsafe:
        yield Finding(f"confirmed work is kept ({', '.join(SAFE_SETTINGS)} are on)")


def checksums(connection) -> Iterator[Finding]:
    """Damage on the disk would be noticed, and none has been."""
    (on,) = one(connection, "SELECT current_setting('data_checksums') = 'on'")
    if not on:
        yield Finding(
            "data checksums",
            "are off, so damage on the disk goes unnoticed",
            "stop that server and run pg_checksums --enable on its data folder",
        )
        return
    (failures,) = one(connection, "SELECT coalesce(sum(checksum_failures), 0)::int FROM pg_stat_database")
    if failures:
        yield Finding(
            "data checksums", f"{failures} pages are damaged", "replace the disk and restore: casm db restore FILE"
        )
    else:
        yield Finding("data checksums: no damage seen")


def extension(connection) -> Iterator[Finding]:
    """PostGIS is there and its library loads."""
    version = postgis_version(connection)
    if version == "none":
        yield Finding("PostGIS", "is not in this database", "casm db start adds it")
        return
    try:
        (library,) = one(connection, "SELECT public.postgis_lib_version()")
    except psycopg2.Error as error:
        yield Finding(f"PostGIS {version}", one_line(str(error)), "install the server's PostGIS package again")
        return
    if library == version:
        yield Finding(f"PostGIS {version}")
    else:
        yield Finding(
            f"PostGIS {version}", f"its library is {library}", "casm db psql -c 'SELECT postgis_extensions_upgrade()'"
        )


def schema(connection) -> Iterator[Finding]:
    """The schema is the one this program was written for."""
    revision = revisions.database_revision(connection)
    what = f"schema {revision or 'missing'}"
    try:
        revisions.check_known(revision)
    except CasmError as error:
        yield Finding(what, error.message, error.mend)
        return
    newest = revisions.newest_revision()
    if revision == newest:
        yield Finding(what)
    else:
        yield Finding(what, f"this program works with {newest}", "any casm command that uses it upgrades it")


def logins(server: Server) -> Iterator[Finding]:
    """The program's own logins, for the inventory and for the accounts, work and have their roles."""
    for role, address in ((roles.APP, server.app_address()), (roles.GATE, server.gate_address())):
        what = f"the program's own login {role}"
        try:
            with contextlib.closing(
                psycopg2.connect(**libpq_parameters(make_url(address)), connect_timeout=10)
            ) as connection:
                (found,) = one(connection, "SELECT current_user")
        except psycopg2.Error as error:
            yield Finding(what, one_line(str(error)), "casm db stop, then casm db start, which sets its password anew")
            continue
        yield Finding(what) if found == role else Finding(what, f"works as {found}", "casm db start")
