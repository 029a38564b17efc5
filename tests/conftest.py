"""One throw-away PostGIS server for the whole run, one migrated template, a fresh copy for whoever asks."""

import contextlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from borrowed import borrow
from psycopg2 import sql

from casm.config import Settings
from casm.db import cluster as clusters
from casm.db import locate, roles
from casm.db.processes import is_alive

TEMPLATE = "casm_template"
PREFIX = "casm-test-"
MEMORY = Path("/dev/shm")
MEMORY_WANTED_BYTES = 2_000_000_000

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def database_server() -> Iterator[clusters.Cluster]:
    """A running embedded server in a temporary folder; stopped and deleted at the end."""
    sweep_abandoned()
    settings = Settings(data_dir=new_server_folder())
    try:
        yield clusters.ensure_running(settings)
    finally:
        clusters.stop(settings)
        shutil.rmtree(settings.data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def make_server_folder() -> Callable[[], Path]:
    """Make an empty folder for a database server; who asks for it deletes it."""
    return new_server_folder


def new_server_folder() -> Path:
    """Make an empty folder that a database server's own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=quick_place()))
    folder.chmod(0o711)
    return folder


def quick_place() -> Path:
    """Memory where there is plenty (a server is made there in half the time, copied in a tenth), else the disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_WANTED_BYTES:
        return MEMORY
    return Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def template_database(database_server: clusters.Cluster) -> str:
    """Name of a migrated, empty database that the others are copied from."""
    from casm.db.schema import upgrade

    locate.prepare_embedded(database_server, TEMPLATE)
    upgrade(locate.embedded_urls(database_server, TEMPLATE).migrator)
    return TEMPLATE


@pytest.fixture
def database_urls(database_server: clusters.Cluster, template_database: str) -> Iterator[locate.DatabaseUrls]:
    """Addresses of a migrated database of this test's own."""
    with copied_database(database_server, template_database) as urls:
        yield urls


@pytest.fixture
def engine(database_urls: locate.DatabaseUrls):
    """The program's own engine (as casm_app) on a database of this test's own."""
    yield from disposable_engine(database_urls)


@pytest.fixture
def database(database_urls: locate.DatabaseUrls):
    """An open database of this test's own: `with database.session(viewer) as session`."""
    yield from opened(database_urls)


@pytest.fixture(scope="session")
def make_database(
    database_server: clusters.Cluster, template_database: str
) -> Callable[..., contextlib.AbstractContextManager[locate.DatabaseUrls]]:
    """Make one more migrated database, as often as a test needs: `with make_database() as urls`.

    Called with the name of another database, which nobody is connected to, it makes a copy of that one.
    """
    return lambda template=template_database: copied_database(database_server, template)


@pytest.fixture(scope="module")
def module_database(module_database_urls: locate.DatabaseUrls):
    """An open database that the tests of one module share."""
    yield from opened(module_database_urls)


@pytest.fixture(scope="module")
def module_database_urls(
    database_server: clusters.Cluster, template_database: str
) -> Iterator[locate.DatabaseUrls]:
    """Addresses of a migrated database that the tests of one module share."""
    with copied_database(database_server, template_database) as urls:
        yield urls


@pytest.fixture(scope="module")
def module_engine(module_database_urls: locate.DatabaseUrls):
    """The program's own engine (as casm_app) on the database the module shares."""
    yield from disposable_engine(module_database_urls)


@pytest.fixture(scope="session")
def small_inventory():
    """The module that fills a database with a small inventory: `small_inventory.fill(session)` returns its ids."""
    return borrow("small_inventory.py")


@contextlib.contextmanager
def copied_database(server: clusters.Cluster, template: str) -> Iterator[locate.DatabaseUrls]:
    """A copy of the template under a new name, dropped at the end."""
    name = f"casm_test_{next(_numbers)}"
    # Copying files instead of logging each page halves what a copy and its dropping cost.
    run_outside(server, "CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy", name, template)
    try:
        with locate.autocommit(server.connect(name)) as connection:
            roles.ensure_database_rights(connection, ours_alone=True)
        yield locate.embedded_urls(server, name)
    finally:
        run_outside(server, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name, template)


def run_outside(server: clusters.Cluster, statement: str, name: str, template: str) -> None:
    """Run one statement about a database from outside it."""
    filled = sql.SQL(statement).format(name=sql.Identifier(name), template=sql.Identifier(template))
    with locate.autocommit(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(filled)


def disposable_engine(urls: locate.DatabaseUrls):
    """Yield an engine on the app address and dispose of it."""
    from casm.db.engine import make_engine

    made = make_engine(urls.app)
    yield made
    made.dispose()


def opened(urls: locate.DatabaseUrls):
    """Yield an open database and close it."""
    from casm.db.session import open_database

    made = open_database(urls)
    yield made
    made.close()


@pytest.fixture(scope="session")
def wait_for_rows():
    """Wait until tables hold so many rows together, or until the process that fills them has ended.

    Kills are timed by what is stored and not by the clock, so that they fall inside the work on any machine.
    """

    def wait(urls: locate.DatabaseUrls, tables: tuple[str, ...], wanted: int, pid: int) -> None:
        total = sql.SQL(" + ").join(sql.SQL("(SELECT count(*) FROM casm.{})").format(sql.Identifier(t)) for t in tables)
        address = urls.migrator.replace("postgresql+psycopg2", "postgresql", 1)
        with locate.autocommit(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
            while is_alive(pid):
                cursor.execute(sql.SQL("SELECT {}").format(total))
                if cursor.fetchone()[0] >= wanted:
                    return
                time.sleep(0.002)

    return wait


def sweep_abandoned() -> None:
    """Stop and delete servers of test runs that were killed (their process id is in the folder's name)."""
    for folder in (*MEMORY.glob(f"{PREFIX}*"), *Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists() and os.access(folder, os.W_OK):
            clusters.stop(Settings(data_dir=folder))
            shutil.rmtree(folder, ignore_errors=True)
