"""`casm doctor`: look at the database and say what is wrong."""

import sys

import click

from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.doctor import examine


@click.command(name="doctor")
def command() -> None:
    """Check the database and say what is wrong; status 1 when anything is."""
    problems = 0
    for finding in examine(Settings.from_environment(), tell):
        if finding.sound:
            click.echo(f"ok       {finding.what}")
            continue
        problems += 1
        click.echo(f"problem  {finding.what}: {finding.problem}")
        click.echo(f"         mend: {finding.mend}")
    click.echo("All is well." if not problems else f"{problems} problem{'s' if problems > 1 else ''} found.")
    sys.exit(1 if problems else 0)
