"""Database servers of a test's own, copied from one made beforehand: copying is far quicker than making."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casm.config import Settings
from casm.db import cluster as clusters
from casm.db import processes
from casm.db.layout import Layout
from casm.db.locate import autocommit, locate_server

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(make_server_folder: Callable[[], Path]) -> Iterator[Path]:
    """An empty folder that the database's account can reach; whatever server runs in it is stopped at the end."""
    made = make_server_folder()
    yield made
    discard(made)


@pytest.fixture(scope="session")
def seed(make_server_folder: Callable[[], Path]) -> Iterator[Path]:
    """A stopped database server with roles and one table that holds one row."""
    made = make_server_folder()
    settings = Settings(made)
    server = locate_server(settings)
    with autocommit(server.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (n integer)")
        cursor.execute("INSERT INTO kept VALUES (1)")
    clusters.stop(settings)
    yield made
    discard(made)


@pytest.fixture
def settings(folder: Path, seed: Path) -> Settings:
    """Settings of a stopped server of this test's own, with the table `kept` in database postgres."""
    subprocess.run(["cp", "-a", f"{seed}/.", folder], check=True)
    return Settings(folder)


def discard(folder: Path) -> None:
    """End whatever server works in the folder and delete the folder."""
    data = Layout(folder).data
    # Not by SIGKILL: a server that may not clean up leaves a piece of shared memory behind.
    for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + 5
        left = processes.processes_in(data) if data.exists() else []
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, request)
        while data.exists() and processes.processes_in(data) and time.monotonic() < deadline:
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def casm(folder: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Run the `casm` command to its end on this test's folder."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command_line(*arguments),
            env=command_environment(folder) | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


@pytest.fixture
def begin(folder: Path) -> Callable[..., subprocess.Popen]:
    """Start the `casm` command on this test's folder and go on."""

    def run(*arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            command_line(*arguments),
            env=command_environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return run


def command_line(*arguments: str) -> list[str]:
    """The `casm` command as a program of its own."""
    return [sys.executable, "-m", "web.cli", *arguments]


def command_environment(folder: Path) -> dict[str, str]:
    """This environment, with the folder as data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASM_")}
    return kept | {"CASM_DATA_DIR": str(folder), "PYTHONPATH": str(REPOSITORY)}


def rows(cluster: clusters.Cluster) -> list[int]:
    """What the table `kept` holds."""
    with autocommit(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT n FROM kept ORDER BY n")
        return [n for (n,) in cursor.fetchall()]


@pytest.fixture
def kept() -> Callable[[clusters.Cluster], list[int]]:
    """Read what the table `kept` holds."""
    return rows
