"""`casm audit` as a person at the machine uses it, on a server of its own."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from casm.audit.keep import checkpoints_file
from casm.config import Settings
from casm.db import cluster as clusters
from casm.db.locate import locate_server
from web.cli import cli


@pytest.fixture(scope="module")
def folder(make_server_folder: Callable[[], Path]) -> Iterator[Path]:
    """A data folder whose server is stopped at the end."""
    made = make_server_folder()
    yield made
    clusters.stop(Settings(made))
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def casm(folder, monkeypatch):
    """Run the `casm` command within this process: (status, what it said)."""
    monkeypatch.setenv("CASM_DATA_DIR", str(folder))
    monkeypatch.delenv("CASM_DATABASE_URL", raising=False)

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            return 1, f"{result.output}{result.exception}"
        return result.exit_code, result.output

    return run


def as_superuser(folder: Path, *statements: str) -> None:
    with closing(locate_server(Settings(folder)).connect()) as connection:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.commit()


def test_from_the_first_event_to_a_cut_that_only_a_checkpoint_finds(casm, folder, tmp_path):
    away = tmp_path / "away.jsonl"
    owners = tmp_path / "owners.csv"
    owners.write_text("code,kind,name\nus.tn,state,Tennessee\nus.tn.campbell,county,Campbell\n", encoding="utf-8")
    assert casm("import", str(owners))[0] == 0

    status, said = casm("audit", "check")
    assert (status, "2 events hold together and meet 0 checkpoints" in said) == (0, True)
    assert "casm audit checkpoint FILE" in said

    status, said = casm("audit", "checkpoint", str(away))
    assert status == 0
    assert json.loads(said.splitlines()[-1]) == json.loads(away.read_text(encoding="utf-8"))
    assert checkpoints_file(Settings(folder)).stat().st_mode & 0o077 == 0

    status, said = casm("audit", "list", "--action", "imported")
    assert status == 0
    assert "local administrator: imported owners.csv: 2 created  [us]" in said

    for name in ("all.csv", "all.jsonl"):
        status, said = casm("audit", "export", str(tmp_path / name))
        assert (status, "TLP:RED" in said) == (0, True), said
        status, said = casm("audit", "check", "--export", str(tmp_path / name), "--checkpoint", str(away))
        assert (status, "follow each other" in said) == (0, True), said
        text = (tmp_path / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("owners.csv", "others.csv"), encoding="utf-8")
        assert casm("audit", "check", "--export", str(tmp_path / name))[0] == 1

    status, said = casm("audit", "check", "--checkpoint", str(away))
    assert (status, "meet 3 checkpoints" in said) == (0, True), said

    as_superuser(
        folder,
        "ALTER TABLE casm.audit_event DISABLE TRIGGER ALL",
        "ALTER TABLE casm_sec.audit_head DISABLE TRIGGER ALL",
        "DELETE FROM casm.audit_event WHERE sequence > 1",
        "UPDATE casm_sec.audit_head h SET event_count = 1, last_sha256 = e.sha256 FROM casm.audit_event e",
        "ALTER TABLE casm.audit_event ENABLE ALWAYS TRIGGER stays",
        "ALTER TABLE casm_sec.audit_head ENABLE ALWAYS TRIGGER stays",
        "ALTER TABLE casm_sec.audit_head ENABLE ALWAYS TRIGGER goes_on",
    )
    status, said = casm("audit", "check")
    assert status == 1
    assert "a checkpoint was made of event 3, and the audit ends with event 2" in said
    status, said = casm("doctor")
    assert (status, "the audit ends with event 2" in said) == (1, True), said
    assert casm("audit", "checkpoint")[0] == 1
    # As after a backup that was put in place: what is gone is gone by right, and the rest counts from here.
    assert casm("audit", "checkpoint", "--after-restore")[0] == 0
    assert casm("audit", "check")[0] == 0
    assert casm("audit", "check", "--checkpoint", str(away))[0] == 1


def test_a_restored_backup_is_told_and_checks_whole(casm, folder, tmp_path):
    backup = tmp_path / "all.zip"
    assert casm("db", "backup", str(backup))[0] == 0
    assert casm("audit", "checkpoint")[0] == 0
    status, said = casm("db", "restore", "--yes", str(backup))
    assert status == 0, said
    status, said = casm("audit", "check")
    assert status == 0, said
    assert "restored a backup" in casm("audit", "list")[1]


def test_an_audit_that_takes_no_more_events_is_a_problem_in_words(casm, folder):
    as_superuser(folder, "ALTER FUNCTION casm_sec.append_audit(jsonb) RENAME TO append_nothing")
    try:
        status, said = casm("audit", "check")
    finally:
        as_superuser(folder, "ALTER FUNCTION casm_sec.append_nothing(jsonb) RENAME TO append_audit")
    assert (status, "it cannot be added to" in said, "append_audit(jsonb) is missing" in said) == (1, True, True), said


def test_files_that_are_none_of_ours_are_refused_in_words(casm, tmp_path):
    other = tmp_path / "notes.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    for arguments, words in (
        (("export", str(tmp_path / "audit.xlsx")), "end its name with .csv or .jsonl"),
        (("check", "--checkpoint", str(tmp_path / "nothing.jsonl")), "There is no checkpoint in"),
        (("check", "--checkpoint", str(other)), "no checkpoint of an audit"),
    ):
        status, said = casm("audit", *arguments)
        assert (status, words in said) == (1, True), said
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"format": "other"}\n', encoding="utf-8")
    for file in (broken, other):
        assert "is no export of the audit" in casm("audit", "check", "--export", str(file))[1]


def test_help_names_the_commands():
    said = CliRunner().invoke(cli, ["audit", "--help"]).output
    assert all(name in said for name in ("check", "checkpoint", "list", "export"))
