"""`casm notices`: tell people in the application of what ends soon."""

from datetime import UTC, datetime

import click

from casm.config import Settings
from casm.db.locate import DATABASE, locate_database
from casm.db.session import open_database
from casm.notices.ends_soon import AHEAD_DAYS, tell_of_endings
from casm.sharing.viewer import Viewer


@click.command("notices")
@click.option(
    "--database", "database_name", default=DATABASE, show_default=True, help="Database of the embedded server."
)
def command(database_name: str) -> None:
    """Tell managers of licences, agreements and leases that end within 90 days; to be run daily."""
    database = open_database(locate_database(Settings.from_environment(), database_name))
    try:
        with database.session(Viewer.local_administrator()) as session:
            count = tell_of_endings(session, datetime.now(UTC).date())
    finally:
        database.close()
    click.echo(f"{count} end within {AHEAD_DAYS} days; their managers find a notice of each.")
