"""A password file from before there were accounts gets the accounts' password, whoever else is at work or is killed."""

import json
import threading

import pytest

from casm.db import cluster as clusters
from casm.db import locate, passwords, roles
from casm.db.layout import Layout
from casm.db.locate import locate_database, locate_server
from casm.db.session import open_database
from casm.sharing.viewer import Viewer


@pytest.fixture
def file(settings):
    """The password file, as an older program left it; its server runs and has no role casm_gate."""
    cluster = clusters.ensure_running(settings)
    with locate.autocommit(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("DROP OWNED BY casm_gate")
        cursor.execute("DROP ROLE casm_gate")
    file = Layout(settings.data_dir).passwords
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({name: kept[name] for name in ("casm_admin", "casm_app")}))
    return file


def accounts_open(settings) -> bool:
    """Whether the accounts can be reached with what the file says."""
    database = open_database(locate_database(settings))
    try:
        with database.gate_session(Viewer.local_administrator()) as gate:
            return gate.connection().exec_driver_sql("SELECT current_user").scalar_one() == roles.GATE
    finally:
        database.close()


def test_the_file_is_completed_and_keeps_its_other_passwords(settings, file):
    before = json.loads(file.read_text())
    assert accounts_open(settings)
    after = json.loads(file.read_text())
    assert after.items() > before.items()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.full
def test_programs_at_once_agree_on_one_password(settings, file):
    found: list[str | None] = []
    programs = [threading.Thread(target=lambda: found.append(locate_server(settings).gate_password)) for _ in range(4)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert found == [json.loads(file.read_text())["casm_gate"]] * 4
    assert accounts_open(settings)


@pytest.mark.full
def test_killed_before_the_file_was_written_it_is_begun_again(settings, file, monkeypatch):
    def die(*_arguments) -> None:
        raise KeyboardInterrupt

    before = file.read_text()
    monkeypatch.setattr(passwords, "write", die)
    with pytest.raises(KeyboardInterrupt):
        locate_server(settings)
    monkeypatch.undo()
    assert file.read_text() == before
    assert accounts_open(settings)


def test_passwords_are_hidden(settings):
    urls = locate_database(settings)
    cluster = clusters.ensure_running(settings)
    assert cluster.passwords.gate
    assert cluster.passwords.gate in urls.gate
    assert cluster.passwords.gate not in f"{urls!r} {cluster!r} {locate_server(settings)!r} {open_database(urls)!r}"
