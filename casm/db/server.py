"""A PostgreSQL server as its administrator's login reaches it: the embedded one or another."""

from dataclasses import dataclass, field
from typing import Any

import psycopg2
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from casm.config import Settings
from casm.db import roles
from casm.db.binaries import OLDEST_MAJOR, Binaries, clean_environment, installed
from casm.db.cluster import ADMIN, Cluster
from casm.db.layout import PORT
from casm.errors import CasmError

DATABASE = "casm"
DRIVERS = ("postgresql", "postgres", "postgresql+psycopg2")


@dataclass(frozen=True)
class Server:
    """Where a server is and how to log in to it for migrations, backup and restore.

    admin_url: SQLAlchemy address with its password, hidden from repr. app_password, gate_password: casm_app's and
    casm_gate's own where the server is the embedded one; elsewhere the login takes on their rights. database: the one
    to use.
    """

    admin_url: URL = field(repr=False)
    database: str
    embedded: bool
    app_password: str | None = field(default=None, repr=False)
    gate_password: str | None = field(default=None, repr=False)

    def connect(self, database: str | None = None):
        """Open the administrator's psycopg2 connection; the caller closes it."""
        return psycopg2.connect(**self.parameters(database), connect_timeout=10)

    def connect_app(self, database: str | None = None):
        """Open a psycopg2 connection as the program has it; the caller closes it."""
        return psycopg2.connect(**libpq_parameters(make_url(self.app_address(database))), connect_timeout=10)

    def parameters(self, database: str | None = None) -> dict[str, Any]:
        """libpq's connection parameters, password included."""
        return libpq_parameters(self.admin_url.set(database=database or self.database))

    def migrator_address(self, database: str | None = None) -> str:
        """SQLAlchemy address of the login that may change the schema."""
        return self.admin_url.set(database=database or self.database).render_as_string(hide_password=False)

    def app_address(self, database: str | None = None) -> str:
        """SQLAlchemy address under which the program works as casm_app."""
        return self.address_as(roles.APP, self.app_password, database)

    def gate_address(self, database: str | None = None) -> str:
        """SQLAlchemy address under which the program keeps the accounts as casm_gate."""
        return self.address_as(roles.GATE, self.gate_password, database)

    def address_as(self, role: str, password: str | None, database: str | None) -> str:
        """SQLAlchemy address of a role: by its own password, else by our login, which takes on the role."""
        url = self.admin_url.set(database=database or self.database)
        if password is not None:
            url = url.set(username=role, password=password)
        else:
            given = libpq_parameters(url).get("options", "")
            url = url.update_query_dict({"options": f"{given} -c role={role}".strip()})
        return url.render_as_string(hide_password=False)

    def program_environment(self, database: str | None = None) -> dict[str, str]:
        """Environment for psql, pg_dump and pg_restore: the password is never in an argument list."""
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        names |= {"dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
        names |= {"sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "options": "PGOPTIONS"}
        given = self.parameters(database)
        return clean_environment() | {names[key]: value for key, value in given.items() if key in names}


def libpq_parameters(url: URL) -> dict[str, str]:
    """libpq's names and values for a SQLAlchemy address."""
    given = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
    return {name: str(value) for name, value in given.items()}


def embedded_server(cluster: Cluster, database: str = DATABASE) -> Server:
    """The embedded server."""
    url = URL.create(
        "postgresql+psycopg2",
        username=ADMIN,
        password=cluster.passwords.admin,
        database=database,
        query={"host": str(cluster.socket_dir), "port": str(PORT)},
    )
    kept = cluster.passwords
    return Server(url, database, embedded=True, app_password=kept.app, gate_password=kept.gate)


def external_server(settings: Settings, database: str = DATABASE) -> Server:
    """The server CASM_DATABASE_URL names; its own database unless another than the default is asked for."""
    try:
        url = make_url(settings.database_url or "")
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in DRIVERS:
        raise CasmError(
            "CASM_DATABASE_URL is not the address of a PostgreSQL database.",
            "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
            "with other characters than letters and digits in the password percent-encoded",
        )
    named = url.database if url.database and database == DATABASE else database
    return Server(url.set(drivername="postgresql+psycopg2", database=named), named, embedded=False)


def client_programs(major: int) -> Binaries:
    """Installed client programs (psql, pg_dump, pg_restore) that can speak to a server of this major version."""
    fitting = [found for found in installed() if found.major >= max(major, OLDEST_MAJOR)]
    if not fitting:
        raise CasmError(
            f"The server is PostgreSQL {major}; no client programs of that version are installed here.",
            f"as root: apt-get install postgresql-client-{major}",
        )
    return fitting[-1]  # the oldest that fits writes backups that the most servers can read
