"""The embedded server: safe settings, its socket only, closed to other users, shared by all programs."""

import os
import pwd
import socket
import stat
import subprocess
import traceback
from pathlib import Path

import pytest

from casm.config import Settings
from casm.db import cluster as clusters
from casm.db import processes
from casm.db.layout import SOCKET_PATH_LIMIT, Layout
from casm.errors import CasmError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")


def test_server_has_safe_settings_and_no_network_port(database_server):
    with database_server.connect() as connection, connection.cursor() as cursor:
        for name, wanted in (
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("synchronous_commit", "on"),
            ("data_checksums", "on"),
            ("listen_addresses", ""),
            ("server_encoding", "UTF8"),
            ("password_encryption", "scram-sha-256"),
        ):
            cursor.execute("SELECT current_setting(%s)", (name,))
            assert cursor.fetchone() == (wanted,), name


def test_server_runs_as_no_root_and_its_files_are_closed(database_server):
    layout = database_server.layout
    pid = processes.server_pid(layout.data)
    assert Path(f"/proc/{pid}").stat().st_uid == database_server.account.uid != 0
    assert stat.S_IMODE(layout.passwords.stat().st_mode) == 0o600
    for closed in (layout.home, layout.data, database_server.socket_dir):
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700, closed


def test_server_asks_for_the_password(database_server):
    import psycopg2

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(
            host=str(database_server.socket_dir), port=5432, user="casm_admin", password="x", dbname="postgres"
        )


def test_second_program_shares_the_running_server(settings):
    first = clusters.ensure_running(settings)
    second = clusters.ensure_running(settings)
    assert (first.started_now, second.started_now) == (True, False)
    assert clusters.other_sessions(second) == 0


def test_stop_and_start_keep_what_is_there(settings, kept):
    assert kept(clusters.ensure_running(settings)) == [1]
    assert clusters.stop(settings) is True
    assert clusters.running_pid(settings) is None
    assert not (Layout(settings.data_dir).data / "postmaster.pid").exists()
    assert clusters.stop(settings) is False
    assert kept(clusters.ensure_running(settings)) == [1]


def test_open_data_folder_is_closed_and_the_server_starts(settings, kept):
    data = Layout(settings.data_dir).data
    data.chmod(0o755)
    said = []
    assert kept(clusters.ensure_running(settings, said.append)) == [1]
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert said == [f"Closed {data} to other users."]


def test_lost_password_file_is_made_anew(settings, kept):
    Layout(settings.data_dir).passwords.unlink()
    assert kept(clusters.ensure_running(settings)) == [1]
    clusters.stop(settings)
    assert kept(clusters.ensure_running(settings)) == [1]


def test_wrong_password_file_is_named(settings):
    file = Layout(settings.data_dir).passwords
    file.write_text('{"casm_admin": "wrong-one", "casm_app": "wrong-two"}')
    with pytest.raises(CasmError) as raised:
        clusters.ensure_running(settings)
    assert str(file) in raised.value.message
    assert "wrong-one" not in str(raised.value)


def test_damaged_password_file_is_named(settings):
    file = Layout(settings.data_dir).passwords
    file.write_text('{"casm_admin": ')
    with pytest.raises(CasmError, match="is damaged"):
        clusters.ensure_running(settings)


def test_socket_path_too_long_uses_a_short_place(folder, seed, kept):
    deep = folder / ("d" * 60) / ("e" * 60)
    deep.parent.mkdir(mode=0o755)
    deep.mkdir(mode=0o755)
    subprocess.run(["cp", "-a", f"{seed}/.", deep], check=True)
    settings = Settings(deep)
    usual = deep / "database" / "run" / ".s.PGSQL.5432"
    assert len(os.fsencode(usual)) > SOCKET_PATH_LIMIT
    with pytest.raises(OSError, match="too long"), socket.socket(socket.AF_UNIX) as refused:
        refused.connect(str(usual))
    try:
        first = clusters.ensure_running(settings)
        assert kept(first) == [1]
        assert clusters.ensure_running(settings).socket_dir == first.socket_dir
    finally:
        clusters.stop(settings)
    first.socket_dir.rmdir()


@as_root
def test_socket_place_held_by_another_user_is_refused(folder, seed):
    deep = folder / ("d" * 60) / ("e" * 60)
    deep.parent.mkdir(mode=0o755)
    deep.mkdir(mode=0o755)
    subprocess.run(["cp", "-a", f"{seed}/.", deep], check=True)
    account = clusters.account_for(Layout(deep).home)
    taken = Layout(deep).socket_dir(account)
    taken.mkdir()
    os.chown(taken, pwd.getpwnam("nobody").pw_uid, -1)
    try:
        with pytest.raises(CasmError, match="held by another user"):
            clusters.ensure_running(Settings(deep))
    finally:
        taken.rmdir()


@as_root
def test_folder_the_server_cannot_reach_is_named(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(CasmError) as raised:
        clusters.ensure_running(Settings(closed / "data"))
    assert f"{closed} is closed to it" in raised.value.message
    assert f"chmod o+x {closed}" in raised.value.mend
    assert not (closed / "data" / "database" / "data").exists()


@as_root
def test_strict_umask_does_not_lock_the_server_out(folder):
    before = os.umask(0o077)
    try:
        assert clusters.ensure_running(Settings(folder / "data")).started_now
    finally:
        os.umask(before)
        clusters.stop(Settings(folder / "data"))


def test_long_log_is_put_aside(settings):
    log = Layout(settings.data_dir).log
    with log.open("a") as file:
        file.truncate(clusters.LOG_BYTES + 1)
    clusters.ensure_running(settings)
    assert log.stat().st_size < 100_000
    assert (log.parent / "server.log.1").stat().st_size == clusters.LOG_BYTES + 1


def test_data_folder_that_is_a_file_is_named(folder):
    (folder / "file").write_text("")
    with pytest.raises(CasmError, match="is a file where a folder is needed"):
        clusters.ensure_running(Settings(folder / "file"))


@as_root
def test_an_ordinary_user_makes_and_runs_a_database_of_their_own(folder):
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    assert in_child_as(nobody.pw_uid, nobody.pw_gid, lambda: start_and_stop(folder)) == "made"


@as_root
def test_a_folder_of_root_is_closed_to_an_ordinary_user(settings):
    nobody = pwd.getpwnam("nobody")
    said = in_child_as(nobody.pw_uid, nobody.pw_gid, lambda: clusters.ensure_running(settings))
    assert "belongs to another user" in said
    assert "CASM_DATA_DIR" in said


def start_and_stop(folder: Path) -> str:
    """Make a server, see who runs it, stop it."""
    made = clusters.ensure_running(Settings(folder))
    pid = processes.server_pid(made.layout.data)
    assert Path(f"/proc/{pid}").stat().st_uid == os.geteuid()
    clusters.stop(Settings(folder))
    return "made"


def in_child_as(uid: int, gid: int, work) -> str:
    """Do work in a child process as another user; what it returned or how it failed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            outcome = str(work())
        except CasmError as error:
            outcome = str(error)
        except BaseException:
            outcome = traceback.format_exc()
        os.write(writing, outcome.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        outcome = pipe.read()
    os.waitpid(child, 0)
    return outcome
