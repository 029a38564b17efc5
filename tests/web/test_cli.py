"""The `casm` command's frame: quick help, errors on one line, faults of our own with their trace."""

import subprocess
import sys

import click
import pytest

from casm.errors import CasmError
from web import cli


@pytest.fixture
def command(monkeypatch):
    """Put a command that does as it is told among casm's own."""

    def install(action) -> None:
        made = click.command("planted")(action)
        monkeypatch.setattr(cli.LazyGroup, "get_command", lambda *_: made)

    return install


def test_help_lists_what_is_installed_and_imports_none_of_it():
    heavy = ("sqlalchemy", "psycopg2", "flask", "folium", "numpy", "alembic")
    program = (
        "import sys\nfrom web import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    listed = [name for name in cli.COMMANDS if cli.find_module(name)]
    assert {"db", "doctor"} <= set(listed)
    for name in listed:
        assert f"\n  {name} " in ended.stdout
        assert cli.COMMANDS[name][1] in " ".join(ended.stdout.split())
    assert ended.stderr.strip() == "[]"


def test_every_listed_command_imports_and_bears_its_name():
    for name in cli.COMMANDS:
        if cli.find_module(name):
            assert cli.cli.get_command(click.Context(cli.cli), name).name == name


def test_unknown_command_is_refused():
    ended = subprocess.run([sys.executable, "-m", "web.cli", "nonsense"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "No such command 'nonsense'" in ended.stderr


def test_error_for_people_is_one_line(command, capsys):
    def action():
        raise CasmError("The tower is gone.", "build it again")

    command(action)
    with pytest.raises(SystemExit) as left:
        cli.main(["planted"])
    assert left.value.code == 1
    assert capsys.readouterr().err == "casm: The tower is gone. Mend: build it again\n"


def test_full_disk_is_one_line(command, capsys):
    def action():
        raise OSError(28, "No space left on device", "out/map.html")

    command(action)
    with pytest.raises(SystemExit):
        cli.main(["planted"])
    assert capsys.readouterr().err.startswith("casm: The disk is full while writing out/map.html.")


def test_fault_of_our_own_keeps_its_trace(command):
    def action():
        raise KeyError("ours")

    command(action)
    with pytest.raises(KeyError, match="ours"):
        cli.main(["planted"])
