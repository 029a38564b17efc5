"""Find the database the program is to use, ready for use: embedded by default, another PostGIS when told."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from psycopg2 import sql
from sqlalchemy.engine import URL

from casm.config import Settings
from casm.db import roles
from casm.db.cluster import ADMIN, Cluster, ensure_running
from casm.db.layout import PORT

DATABASE = "casm"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class DatabaseUrls:
    """SQLAlchemy addresses of one database, hidden from repr since they hold passwords.

    app: as casm_app, which owns nothing. migrator: may change the schema. embedded: our own server or another.
    """

    app: str = field(repr=False)
    migrator: str = field(repr=False)
    embedded: bool = True


def locate_database(
    settings: Settings, database: str = DATABASE, progress: Progress | None = None
) -> DatabaseUrls:
    """Return the database's addresses after starting, creating and upgrading whatever was missing."""
    from casm.db.schema import upgrade

    cluster = ensure_running(settings, progress)
    prepare_embedded(cluster, database)
    urls = embedded_urls(cluster, database)
    upgrade(urls.migrator, progress)
    return urls


def embedded_urls(cluster: Cluster, database: str) -> DatabaseUrls:
    """Addresses of one database of the embedded server."""
    return DatabaseUrls(
        app=socket_url(cluster, roles.APP, cluster.passwords.app, database),
        migrator=socket_url(cluster, ADMIN, cluster.passwords.admin, database),
        embedded=True,
    )


def socket_url(cluster: Cluster, user: str, password: str, database: str) -> str:
    """SQLAlchemy address over the embedded server's socket."""
    url = URL.create(
        "postgresql+psycopg2",
        username=user,
        password=password,
        database=database,
        query={"host": str(cluster.socket_dir), "port": str(PORT)},
    )
    return url.render_as_string(hide_password=False)


def prepare_embedded(cluster: Cluster, database: str) -> None:
    """Make roles, database and PostGIS where missing; each step may have been done before."""
    with autocommit(cluster.connect()) as connection:
        if cluster.started_now:
            roles.ensure_roles(connection, cluster.passwords.app)
        create_database(connection, database)
    with autocommit(cluster.connect(database)) as connection:
        ensure_postgis(connection)
        roles.ensure_database_rights(connection)


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
    """Make the PostGIS extension where missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
        if not cursor.fetchone():
            cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")


@contextlib.contextmanager
def autocommit(connection) -> Iterator[Any]:
    """Put a psycopg2 connection in autocommit, and close it at the end."""
    try:
        connection.autocommit = True
        yield connection
    finally:
        connection.close()
