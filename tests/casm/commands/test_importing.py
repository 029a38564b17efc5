"""`casm import` as it is typed: what it stores, says, writes and refuses."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.engine import make_url

from casm.commands.importing import command, harmless
from casm.errors import CasmError
from casm.sharing.viewer import Viewer

TABLE = "name,latitude,longitude,datum\nPine,36.35,-84.25,NAD83\nOak,36.36,84.26,NAD83\n=Elm,36.37,,NAD83\n"


@pytest.fixture
def casm(database_server, database_urls, monkeypatch):
    """Run the command on this test's own database."""
    monkeypatch.setenv("CASM_DATA_DIR", str(database_server.layout.data_dir))
    monkeypatch.delenv("CASM_DATABASE_URL", raising=False)
    name = make_url(database_urls.app).database

    def run(*arguments: str):
        result = CliRunner().invoke(command, ["--database", name, *map(str, arguments)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def sites(tmp_path) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def value(database, statement):
    with database.session(Viewer.local_administrator()) as session:
        return session.scalar(text(statement))


def test_good_rows_are_stored_and_the_others_said(casm, database, sites, tmp_path):
    report = tmp_path / "problems.csv"
    result = casm(sites, "--report", report)
    assert result.exit_code == 0
    assert "sites.csv: site: 3 rows = 1 created + 0 changed + 0 unchanged + 2 reported" in result.stdout
    assert "sites.csv:3 longitude: the longitude lies east of Greenwich" in result.stderr
    assert "— write -84.26 or 84.26 W" in result.stderr
    assert value(database, "SELECT count(*) FROM site") == 1
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["severity"], row["file"], row["row"], row["column"]) for row in rows] == [
        ("error", "sites.csv", "3", "longitude"), ("error", "sites.csv", "4", "longitude"),
    ]  # fmt: skip
    assert all(row["reason"] and row["mend"] for row in rows)


def test_a_dry_run_stores_nothing(casm, database, sites):
    result = casm(sites, "--dry-run")
    assert "1 created" in result.stdout
    assert "dry run" in result.stdout
    assert value(database, "SELECT count(*) FROM site") == 0


def test_boundaries_and_library(casm, database):
    assert "jurisdiction: 6 rows = 6 created" in casm("--boundaries", "--states", "DE,DC").stdout
    assert "channel: 152 rows = 152 created" in casm("--library").stdout
    assert value(database, "SELECT count(*) FROM jurisdiction") == 6


def test_a_folder_with_a_file_that_cannot_be_read_ends_with_status_1(casm, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sites.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "in" / "plan.pdf").write_bytes(b"%PDF-1.4")
    result = casm(tmp_path / "in")
    assert result.exit_code == 1
    assert "1 created" in result.stdout
    assert "plan.pdf: it is of no kind that can be taken in" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say what to take in"),
        (["--library", "--boundaries"], "Say what to take in"),
        (["--library", "--states", "TN"], "--states chooses"),
        (["/nowhere/at/all.csv"], "no file or folder"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_mend(casm, arguments, message):
    with pytest.raises(CasmError, match=message) as caught:
        casm(*arguments)
    assert caught.value.mend


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("-84.26", "-84.26"),
        ("+1-2", "'+1-2"),
        ("@x", "'@x"),
        (None, None),
        (3, 3),
        ("plain", "plain"),
    ],
)
def test_a_report_runs_no_formula_and_harms_no_number(cell, written):
    assert harmless(cell) == written
