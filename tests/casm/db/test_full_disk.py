"""A full disk, for real: a small disk in memory is filled under the server, and emptied again."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import psycopg2
import pytest

from casm.config import Settings
from casm.db import archive
from casm.db import cluster as clusters
from casm.db.backup import backup
from casm.db.layout import Layout
from casm.db.server import embedded_server
from casm.db.trouble import explain
from casm.errors import CasmError

MEGABYTE = 1 << 20


@pytest.fixture
def small_disk(folder: Path):
    """Mount a disk of the given size in MB below the folder; needs root."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    mounted = []

    def mount(size_mb: int, name: str = "disk") -> Path:
        place = folder / name
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=0755", "tmpfs", place],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"this machine mounts no small disk: {done.stderr.strip()}")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        with contextlib.suppress(CasmError):
            clusters.stop(Settings(place))
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def cramped(small_disk, seed) -> Settings:
    """A stopped server on a disk of 110 MB."""
    disk = small_disk(110)
    subprocess.run(["cp", "-a", f"{seed}/.", disk], check=True)
    return Settings(disk)


def test_disk_full_under_a_running_server(cramped, kept, casm):
    cluster = clusters.ensure_running(cramped)
    ballast = fill_disk(cramped.data_dir, leave_mb=12)
    with contextlib.closing(cluster.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES (2)")
            with pytest.raises(psycopg2.errors.DiskFull) as table_full:
                cursor.execute("CREATE UNLOGGED TABLE big AS SELECT repeat('x', 999) FROM generate_series(1, 99999)")
            assert_says_full(explain(table_full.value, cramped), cramped)
            cursor.execute("INSERT INTO kept VALUES (3)")
            with pytest.raises(psycopg2.OperationalError) as stopped:
                write_changes(cursor, megabytes=200)
    assert_says_full(explain(stopped.value, cramped), cramped)

    ended = casm("db", "start", CASM_DATA_DIR=str(cramped.data_dir))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"casm: The disk of {cramped.data_dir / 'database'} is full")
    assert "free some space" in ended.stderr

    ballast.unlink()
    assert kept(clusters.ensure_running(cramped)) == [1, 2, 3]


def test_server_is_not_started_on_a_disk_without_a_byte(cramped, kept):
    ballast = fill_disk(cramped.data_dir, leave_mb=0)
    with pytest.raises(CasmError) as raised:
        clusters.ensure_running(cramped)
    assert_says_full(raised.value, cramped)
    ballast.unlink()
    assert kept(clusters.ensure_running(cramped)) == [1]


def test_database_is_not_made_where_it_does_not_fit(small_disk):
    disk = small_disk(60)
    with pytest.raises(CasmError, match=r"has \d+ MB left; a new database needs 2\d\d MB"):
        clusters.ensure_running(Settings(disk))
    assert not Layout(disk).data.exists()


def test_database_that_runs_out_of_disk_while_made_leaves_no_half(small_disk, monkeypatch):
    disk = small_disk(25)
    monkeypatch.setattr("casm.db.create.ROOM_NEEDED_BYTES", 0)
    with pytest.raises(CasmError, match="The disk of"):
        clusters.ensure_running(Settings(disk))
    assert not Layout(disk).data.exists()
    assert not list(Layout(disk).home.glob("new-*"))


def test_backup_on_a_full_disk_leaves_no_half_file(small_disk, database_server, template_database):
    disk = small_disk(1)
    (disk / "older.zip").write_bytes(b"kept")
    fill_disk(disk, leave_mb=0.1)
    with pytest.raises(CasmError, match="is full; no backup was written"):
        backup(embedded_server(database_server, template_database), disk / "new.zip")
    assert sorted(path.name for path in disk.iterdir()) == ["ballast", "older.zip"]
    with pytest.raises(CasmError, match="is full; no backup was written"):
        backup(embedded_server(database_server, template_database), disk / "older.zip")
    assert (disk / "older.zip").read_bytes() == b"kept"


def test_unfinished_backup_of_a_killed_program_is_swept(tmp_path):
    gone, ours = tmp_path / ".a.zip.999999999.part", tmp_path / f".b.zip.{os.getpid()}.part"
    gone.touch()
    ours.touch()
    archive.sweep_parts(tmp_path)
    assert list(tmp_path.iterdir()) == [ours]


def fill_disk(disk: Path, leave_mb: float) -> Path:
    """Write a file that leaves only so much room; return the file."""
    ballast = disk / "ballast"
    size = shutil.disk_usage(disk).free - int(leave_mb * MEGABYTE)
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        file.write(bytes(size))
    return ballast


def write_changes(cursor, megabytes: int) -> None:
    """Make the server log changes without any table growing."""
    for _ in range(megabytes):
        cursor.execute("SELECT pg_logical_emit_message(true, 'fill', repeat(md5(random()::text), 32768))")


def assert_says_full(error: CasmError | None, settings: Settings) -> None:
    """The error names the disk, calms about what is confirmed and says what to do."""
    assert error is not None
    assert f"The disk of {Layout(settings.data_dir).home} is full" in error.message
    assert "confirmed is kept" in error.message
    assert "free some space" in error.mend
