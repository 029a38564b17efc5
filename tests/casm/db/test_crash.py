"""Killed servers, killed programs and pid files that lie: the next start recovers by itself."""

import contextlib
import os
import random
import signal
import subprocess
import time

import psycopg2
import pytest
from repeats import FULL

from casm.config import Settings
from casm.db import cluster as clusters
from casm.db import processes, revisions
from casm.db.layout import Layout
from casm.db.locate import locate_server

# Into initdb, and into the making of the tables; at full counts anywhere.
KILL_AFTER_SECONDS = [random.Random(seed).uniform(0.2, 4.0) for seed in range(20)] if FULL else [0.7]


def test_killed_server_restarts_at_once_with_what_was_confirmed(settings, kept):
    cluster = clusters.ensure_running(settings)
    confirmed, open_still = cluster.connect(), cluster.connect()
    with contextlib.closing(confirmed), contextlib.closing(open_still):
        with confirmed, confirmed.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES (2)")
        with open_still.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES (3)")
        killed = clusters.running_pid(settings)
        os.kill(killed, signal.SIGKILL)
        again = clusters.ensure_running(settings)
        assert kept(again) == [1, 2]
        assert clusters.running_pid(settings) != killed


def test_server_killed_under_a_long_calculation_restarts(settings, kept):
    cluster = clusters.ensure_running(settings)
    with contextlib.closing(cluster.connect()) as busy:
        with busy.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
        client = os.fork()
        if client == 0:
            with contextlib.suppress(psycopg2.Error), busy.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM generate_series(1, 100000000000) n, generate_series(1, 100) m")
            os._exit(0)
        try:
            wait_for(lambda: cpu_ticks(backend) > 5)
            os.kill(clusters.running_pid(settings), signal.SIGKILL)
            time.sleep(0.2)
            assert processes.is_alive(backend), "the calculation was to outlive its server"
            assert kept(clusters.ensure_running(settings)) == [1]
            assert not processes.is_alive(backend)
        finally:
            os.kill(client, signal.SIGKILL)
            os.waitpid(client, 0)


def test_killed_backend_brings_the_server_through_recovery(settings, kept):
    cluster = clusters.ensure_running(settings)
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        os.kill(cursor.fetchone()[0], signal.SIGKILL)
        assert kept(clusters.ensure_running(settings)) == [1]


def test_server_outlives_the_killed_program_that_started_it(settings, begin, kept):
    unfinished = "BEGIN; INSERT INTO kept VALUES (9); SELECT pg_sleep(60)"
    program = begin("db", "psql", "-d", "postgres", "-c", unfinished)
    wait_for(lambda: clusters.running_pid(settings) and sleeping(settings))
    server = clusters.running_pid(settings)
    kill_program(program, settings)
    cluster = clusters.ensure_running(settings)
    assert cluster.started_now is False
    assert clusters.running_pid(settings) == server
    assert kept(cluster) == [1]


def test_lock_file_beside_the_socket_naming_a_stranger_is_no_hindrance(settings, kept):
    layout = Layout(settings.data_dir)
    account = clusters.account_for(layout.home)
    stranger = subprocess.Popen(["sleep", "60"], **account.popen_options())
    try:
        socket_dir = layout.socket_dir(account)
        (socket_dir / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n{layout.data}\n")
        assert kept(clusters.ensure_running(settings)) == [1]
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "not a number\n", "999999999\n/nowhere\n"])
def test_pid_file_without_a_live_process_is_no_hindrance(settings, kept, content):
    write_pid_file(settings, content)
    assert kept(clusters.ensure_running(settings)) == [1]


def test_pid_file_naming_a_stranger_of_the_same_user_is_no_hindrance(settings, kept):
    account = clusters.account_for(Layout(settings.data_dir).home)
    stranger = subprocess.Popen(["sleep", "60"], **account.popen_options())
    try:
        write_pid_file(settings, f"{stranger.pid}\n{Layout(settings.data_dir).data}\n")
        assert clusters.running_pid(settings) is None
        assert clusters.stop(settings) is False
        assert kept(clusters.ensure_running(settings)) == [1]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_pid_file_naming_the_server_of_another_folder_is_no_hindrance(settings, kept, database_server):
    other = processes.server_pid(database_server.layout.data)
    write_pid_file(settings, f"{other}\n{Layout(settings.data_dir).data}\n")
    assert clusters.running_pid(settings) is None
    assert kept(clusters.ensure_running(settings)) == [1]
    assert processes.server_pid(database_server.layout.data) == other


@pytest.mark.parametrize("seconds", KILL_AFTER_SECONDS)
def test_program_killed_while_it_makes_the_database_leaves_no_half(folder, begin, casm, seconds):
    program = begin("db", "start")
    time.sleep(seconds)
    kill_program(program, Settings(folder))
    again = casm("db", "start")
    assert again.returncode == 0, again.stderr
    with contextlib.closing(locate_server(Settings(folder)).connect()) as connection:
        assert revisions.is_current(connection)
    assert not list(Layout(folder).home.glob("new-*"))


def write_pid_file(settings: Settings, content: str) -> None:
    """Plant a postmaster.pid."""
    (Layout(settings.data_dir).data / "postmaster.pid").write_text(content)


def kill_program(program: subprocess.Popen, settings: Settings) -> None:
    """End a program and what it runs, its database server apart, as a power cut to it alone would."""
    for pid in (program.pid, *children_of(program.pid)):
        if not processes.lives_in(pid, Layout(settings.data_dir).data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    program.communicate()


def wait_for(condition, seconds: float = 15.0) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def cpu_ticks(pid: int) -> int:
    """Processor time a process has used, in clock ticks (proc(5), field 14)."""
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[11])


def sleeping(settings: Settings) -> bool:
    """Whether some session of the server is in pg_sleep."""
    with contextlib.closing(clusters.ensure_running(settings).connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        return cursor.fetchone()[0] > 0


def children_of(pid: int) -> list[int]:
    """Process ids of a process's children."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]
