"""The `casm` command: every subcommand is named here and imported only when it is used."""

import importlib
import importlib.util
import sys
from typing import NoReturn

import click

from casm.config import Settings
from casm.errors import CasmError

# name → (modules that may hold it, first one present wins; line for `casm --help`)
COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "db": (("casm.commands.db",), "The database: start, stop, back up, restore."),
    "account": (("casm.commands.account",), "Accounts: the first administrator, and people."),
    "import": (("casm.commands.importing",), "Take in spreadsheets and FCC licence files."),
    "export": (("casm.commands.export", "web.commands.export"), "Write layers as GeoJSON and the map as a file."),
    "coverage": (("casm.commands.coverage",), "Compute where stations can be heard."),
    "interop": (("casm.commands.interop",), "Work out who can talk to whom, and the gaps."),
    "assess": (("casm.commands.assess",), "Compute everything for one person or owner, from what they may see."),
    "owner": (("casm.commands.owner",), "The tree of owners: list, transfer, merge."),
    "demo": (("web.commands.demo",), "Load the exercise region and show it."),
    "serve": (("web.commands.serve",), "Serve the pages and the map."),
    "server": (("web.commands.server",), "Serve the pages to others, by TLS behind nginx."),
    "handling": (("casm.commands.handling",), "What owners ask of whoever handles their rows: set, list."),
    "search": (("casm.commands.search",), "The index that the search goes by: rebuild it."),
    "audit": (("casm.commands.audit",), "Who saw, changed, exported and shared what: check, list, export."),
    "quality": (("casm.commands.quality",), "What is doubtful in the records, and what mends it."),
    "doctor": (("casm.commands.doctor",), "Check the database and say what is wrong."),
    "notices": (("casm.commands.notices",), "Tell people in the application of what ends soon."),
    "jobs": (("casm.commands.jobs",), "Show long work: waiting, running, done."),
}


def find_module(name: str) -> str | None:
    """Module that holds a subcommand, or None where none is installed."""
    for module in COMMANDS.get(name, ((), ""))[0]:
        try:
            if importlib.util.find_spec(module) is not None:
                return module
        except ModuleNotFoundError:
            continue
    return None


class LazyGroup(click.Group):
    """A group whose help costs no import of its subcommands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the subcommands installed, in the order listed."""
        return [name for name in COMMANDS if find_module(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one subcommand, None when unknown."""
        module = find_module(cmd_name)
        return importlib.import_module(module).command if module else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands from their one-line help here."""
        rows = [(name, COMMANDS[name][1]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """CASM: who can talk to whom, where, and how sure we are."""


def main(args: list[str] | None = None) -> None:
    """Run the command line; an error made for people becomes one line and exit status 1."""
    try:
        cli.main(args=args, prog_name="casm")
    except CasmError as error:
        fail(error)
    except Exception as error:
        # A lost or full database can surface anywhere; every other error is a fault of ours and keeps its trace.
        from casm.db.trouble import explain

        explained = explain(error, Settings.from_environment())
        if explained is None:
            raise
        fail(explained)


def fail(error: CasmError) -> NoReturn:
    """Say what is wrong on one line and leave with status 1."""
    click.echo(f"casm: {error}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
