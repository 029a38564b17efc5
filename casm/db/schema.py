"""The schema's revision: bring an older one up to date, refuse one newer than this program."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from casm.db import revisions, roles
from casm.errors import CasmError

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number nobody else uses: two programs starting at once must not migrate at once.
MIGRATION_LOCK = 4_277_006_202

Progress = Callable[[str], None]


def upgrade(migrator_url: str, progress: Progress | None = None) -> str:
    """Bring the database to this program's schema and return its revision.

    The address must be of a role that may create objects and act as casm_owner. CasmError when the
    schema is newer than this program knows.
    """
    # It knows every mapped class, which whoever only looks at the revision need not load.
    from casm.search.index import enrol

    wanted = newest_revision()
    engine = create_engine(migrator_url, poolclass=NullPool)
    with engine.connect() as connection:
        if current_revision(connection) == wanted:
            return wanted
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        try:
            found = current_revision(connection)
            revisions.check_known(found)
            if found != wanted:
                if progress:
                    progress(
                        "Making the tables…" if found is None else f"Upgrading the tables from {found} to {wanted}…"
                    )
                connection.commit()
                command.upgrade(alembic_config(connection), "head")
                connection.execute(text(roles.LEVEL_WIDE))
                connection.commit()
                enrol(connection, progress)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
            connection.commit()
    return wanted


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision this program's code is written for."""
    newest = revisions.newest_revision()
    if newest is None:
        raise CasmError("This program has lost its migrations.", "install it again")
    return newest


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at, or None for an empty one."""
    return revisions.database_revision(connection.connection.dbapi_connection)
