"""Find the database the program is to use, ready for use: embedded by default, another PostGIS when told."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from psycopg2 import sql

from casm.config import Settings
from casm.db import revisions, roles
from casm.db.cluster import Cluster, complete_passwords, ensure_running
from casm.db.durability import check_durability
from casm.db.passwords import Passwords
from casm.db.server import DATABASE, Server, embedded_server, external_server
from casm.db.trouble import connect_failure
from casm.errors import CasmError

# pg_advisory_lock key, so that one program at a time prepares a database: "casm" in ASCII
PREPARING = 0x6361736D

OLDEST_SERVER = 150000  # server_version_num of PostgreSQL 15

Progress = Callable[[str], None]


@dataclass(frozen=True)
class DatabaseUrls:
    """SQLAlchemy addresses of one database, hidden from repr since they hold passwords.

    app: as casm_app, which owns nothing. gate: as casm_gate, which keeps the accounts. migrator: may change the
    schema. embedded: our own server or another.
    """

    app: str = field(repr=False)
    gate: str = field(repr=False)
    migrator: str = field(repr=False)
    embedded: bool = True


def locate_database(
    settings: Settings, database: str = DATABASE, progress: Progress | None = None
) -> DatabaseUrls:
    """Return the database's addresses after starting, creating and upgrading whatever was missing.

    progress: told one line for each step that takes long. CasmError says what stands in the way.
    """
    server = locate_server(settings, database, progress)
    prepare(server, progress)
    return urls_of(server)


def locate_server(
    settings: Settings, database: str = DATABASE, progress: Progress | None = None
) -> Server:
    """Return the server, running and with its roles, without looking into the database itself."""
    if settings.database_url:
        return external_server(settings, database)
    cluster = ensure_running(settings, progress)
    if cluster.started_now:
        set_up_roles(cluster, cluster.passwords)
    cluster = complete_passwords(cluster, lambda passwords: set_up_roles(cluster, passwords))
    return embedded_server(cluster, database)


def set_up_roles(cluster: Cluster, passwords: Passwords) -> None:
    """Make the embedded server's roles and set their passwords."""
    with autocommit(cluster.connect()) as connection:
        roles.ensure_roles(connection, passwords.app, passwords.gate)


def urls_of(server: Server, database: str | None = None) -> DatabaseUrls:
    """Addresses of one database of the server."""
    return DatabaseUrls(
        server.app_address(database),
        server.gate_address(database),
        server.migrator_address(database),
        server.embedded,
    )


def embedded_urls(cluster: Cluster, database: str) -> DatabaseUrls:
    """Addresses of one database of the embedded server."""
    return urls_of(embedded_server(cluster, database))


def prepare_embedded(cluster: Cluster, database: str) -> None:
    """Make roles, the database and PostGIS on the embedded server, without any schema."""
    server = embedded_server(cluster, database)
    set_up_roles(cluster, cluster.passwords)
    with autocommit(open_database(server)) as connection:
        prepare_connected(connection, server)


def prepare(server: Server, progress: Progress | None = None) -> None:
    """Bring the database to the newest schema; almost free when it is there already."""
    with autocommit(open_database(server)) as connection:
        check_server(connection)
        if revisions.is_current(connection):
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (PREPARING,))
        revisions.check_known(revisions.database_revision(connection))
        prepare_connected(connection, server)
        if revisions.is_current(connection):
            return
        # Imported only here: Alembic takes a quarter of a second that most commands need not spend.
        from casm.db.schema import upgrade

        upgrade(server.migrator_address(), progress)
        with connection.cursor() as cursor:
            # Alembic makes this table itself, outside of any migration that could grant it.
            cursor.execute(f"GRANT SELECT ON public.schema_revision TO {roles.BACKUP}")


def open_database(server: Server):
    """Connect to the database, making it first when the server has none of that name."""
    try:
        return server.connect()
    except psycopg2.OperationalError as error:
        # libpq gives no SQLSTATE for a failed connection; the server's language is unknown, the quoted name is not
        if not server.embedded and f'database "{server.database}"' not in str(error):
            raise connect_failure(server, error) from None
    try:
        with autocommit(server.connect("postgres")) as connection:
            create_database(connection, server.database)
        return server.connect()
    except (psycopg2.OperationalError, psycopg2.errors.InsufficientPrivilege) as error:
        raise connect_failure(server, error) from None


def check_server(connection) -> None:
    """CasmError when the server is too old or may lose confirmed work."""
    if connection.server_version < OLDEST_SERVER:
        raise CasmError(
            f"The server is PostgreSQL {connection.server_version // 10000}; casm needs 15 or newer.",
            "point CASM_DATABASE_URL at a newer server, or unset it to use the embedded one",
        )
    check_durability(connection)


def prepare_connected(connection, server: Server) -> None:
    """Make PostGIS, roles and rights in the connected database; each step may have been done before."""
    ensure_postgis(connection)
    # Also on the embedded server: whoever started it may have been killed before making them.
    roles.ensure_roles(connection, server.app_password, server.gate_password)
    if not server.embedded:
        roles.ensure_membership(connection)
    roles.ensure_database_rights(connection, ours_alone=server.embedded)


def create_database(connection, database: str) -> None:
    """Make the database where missing; a rival making it in the same moment is no error."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if cursor.fetchone():
            return
        try:
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database)))
        except (psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation):
            return


def ensure_postgis(connection) -> None:
    """Make the PostGIS extension where missing; CasmError when the server has none or forbids it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
        if cursor.fetchone():
            return
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'")
        if not cursor.fetchone():
            major = connection.server_version // 10000
            raise CasmError(
                "The database server has no PostGIS.",
                f"on the server, as root: apt-get install postgresql-{major}-postgis-3 "
                f"postgresql-{major}-postgis-3-scripts",
            )
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        except psycopg2.errors.InsufficientPrivilege:
            raise CasmError(
                "The database has no PostGIS yet and this login may not add it.",
                f"have an administrator run in database {connection.info.dbname}: CREATE EXTENSION postgis;",
            ) from None


@contextlib.contextmanager
def autocommit(connection) -> Iterator[Any]:
    """Put a psycopg2 connection in autocommit, and close it at the end."""
    try:
        connection.autocommit = True
        yield connection
    finally:
        connection.close()
