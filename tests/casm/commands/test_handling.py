"""`casm handling` on the command line."""

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from casm.commands.handling import command
from casm.errors import CasmError


@pytest.fixture
def run(database_server, database_urls, monkeypatch):
    """Run `casm handling` on an empty database."""
    monkeypatch.setenv("CASM_DATA_DIR", str(database_server.layout.data_dir))
    monkeypatch.delenv("CASM_DATABASE_URL", raising=False)
    name = make_url(database_urls.app).database
    return lambda *arguments: CliRunner().invoke(command, [*arguments, "--database", name], catch_exceptions=False)


def test_rules_are_stated_and_listed(run):
    assert "No owner has rules of its own." in run("list").stderr
    stated = run("set", "us", "--text", "Official use only", "--ceiling", "AMBER+STRICT", "--release-up-to", "partner")
    assert stated.exit_code == 0
    assert "us: floor TLP:CLEAR, ceiling TLP:AMBER+STRICT, released up to partner, Official use only" in stated.stderr
    assert (
        "us: floor as above, ceiling AMBER+STRICT, released up to partner, text Official use only" in run("list").stderr
    )


def test_an_owner_that_is_none_and_a_label_that_is_none_are_said_in_words(run):
    with pytest.raises(CasmError, match=r"no owner 'us\.xx'"):
        run("set", "us.xx")
    wrong = run("set", "us", "--floor", "WHITE")
    assert wrong.exit_code == 2
    assert "AMBER+STRICT" in wrong.stderr
