"""Data folders that this program cannot or must not use: it says which, why and what to do, and changes nothing."""

import contextlib
import os

import pytest

from casm.config import Settings
from casm.db import binaries, create
from casm.db import cluster as clusters
from casm.db.binaries import Binaries
from casm.db.layout import Layout
from casm.errors import CasmError


@pytest.mark.parametrize("version", ["13", "99"])
def test_data_folder_of_another_major_version(folder, version):
    data = foreign_folder(folder, version)
    with pytest.raises(CasmError) as raised:
        clusters.ensure_running(Settings(folder))
    assert f"is of PostgreSQL {version}; installed here: " in raised.value.message
    assert f"apt-get install postgresql-{version}-postgis-3" in raised.value.mend
    assert "casm db restore FILE" in raised.value.mend
    assert "pg_upgrade" in raised.value.mend
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_data_folder_of_another_major_version_at_the_command_line(folder, casm):
    foreign_folder(folder, "13")
    ended = casm("db", "start")
    assert ended.returncode == 1
    assert ended.stderr.startswith("casm: The data folder ")
    assert len(ended.stderr.splitlines()) == 1


def test_data_folder_gets_the_programs_of_its_own_version(tmp_path, monkeypatch):
    layout = Layout(tmp_path)
    layout.data.mkdir(parents=True)
    (layout.data / "PG_VERSION").write_text("16\n")
    present = [Binaries(17, tmp_path / "17", True), Binaries(16, tmp_path / "16", True)]
    monkeypatch.setattr(binaries, "installed", lambda: present)
    assert create.binaries_for(layout) == present[1]
    assert binaries.choose_for_new() == present[0]


def test_programs_are_found_as_debian_lays_them_out(tmp_path):
    root, share = tmp_path / "lib", tmp_path / "share"
    for version, programs in (("14", ["initdb", "postgres"]), ("17", ["initdb", "postgres"]), ("16", ["psql"])):
        (root / version / "bin").mkdir(parents=True)
        for program in programs:
            (root / version / "bin" / program).touch()
    (share / "14" / "extension").mkdir(parents=True)
    (share / "14" / "extension" / "postgis.control").touch()
    found = binaries.installed(root, share)
    assert [(each.major, each.has_postgis) for each in found] == [(17, False), (14, True)]


def test_no_postgresql_is_said_with_the_packages(monkeypatch):
    monkeypatch.setattr(binaries, "installed", lambda: [Binaries(17, None, False), Binaries(14, None, True)])
    with pytest.raises(CasmError, match="not installed") as raised:
        binaries.choose_for_new()
    assert "apt-get install" in raised.value.mend


def test_folder_that_holds_something_else(folder):
    (foreign_folder(folder, "15") / "PG_VERSION").rename(folder / "database" / "data" / "letters.txt")
    with pytest.raises(CasmError, match="is not a PostgreSQL data folder"):
        clusters.ensure_running(Settings(folder))


def test_configuration_that_does_not_start_is_quoted_from_the_log(settings):
    with (Layout(settings.data_dir).data / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = plenty\n")
    with pytest.raises(CasmError) as raised:
        clusters.ensure_running(settings)
    assert "did not start" in raised.value.message
    assert "shared_buffers" in raised.value.message or "configuration file" in raised.value.message
    assert "server.log" in raised.value.mend


def test_settings_that_may_lose_confirmed_work_are_refused_with_their_lines(settings, casm):
    file = Layout(settings.data_dir).data / "postgresql.conf"
    first = len(file.read_text().splitlines()) + 1
    names = ("fsync", "full_page_writes", "synchronous_commit")
    with file.open("a") as opened:
        opened.writelines(f"{name} = off\n" for name in names)
    ended = casm("db", "start")
    assert ended.returncode == 1
    assert "may lose confirmed work" in ended.stderr
    for line, name in enumerate(names, first):
        assert f"{name} is off" in ended.stderr
        assert f"delete line {line} of {file}" in ended.stderr


def test_role_that_may_lose_confirmed_work_is_refused(settings, casm):
    run(settings, "ALTER ROLE casm_app SET synchronous_commit = off")
    ended = casm("db", "start")
    assert ended.returncode == 1
    assert "synchronous_commit is off for casm_app in all databases" in ended.stderr
    assert "ALTER ROLE casm_app RESET synchronous_commit" in ended.stderr
    run(settings, "ALTER ROLE casm_app RESET synchronous_commit")
    run(settings, "ALTER SYSTEM SET synchronous_commit = off")
    run(settings, "SELECT pg_reload_conf()")
    ended = casm("db", "start")
    assert ended.returncode == 1
    assert "ALTER SYSTEM RESET synchronous_commit" in ended.stderr


def foreign_folder(folder, version: str):
    """A data folder that only says of which version it is."""
    home = Layout(folder).home
    account = clusters.account_for(home)
    home.mkdir(mode=0o700)
    data = home / "data"
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text(f"{version}\n")
    for each in (home, data, data / "PG_VERSION"):
        os.chown(each, account.uid, account.gid)
    return data


def run(settings, statement: str) -> None:
    """Run one statement as administrator."""
    with contextlib.closing(clusters.ensure_running(settings).connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
