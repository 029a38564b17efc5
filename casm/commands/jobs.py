"""`casm jobs`: long work, waiting, running and done."""

import click

from casm.config import Settings
from casm.db.locate import DATABASE, locate_database
from casm.db.session import open_database
from casm.jobs.run import list_jobs
from casm.sharing.viewer import Viewer


@click.command("jobs")
@click.option(
    "--database", "database_name", default=DATABASE, show_default=True, help="Database of the embedded server."
)
@click.option("--limit", default=20, show_default=True, help="How many to show, newest first.")
def command(database_name: str, limit: int) -> None:
    """Show long work: waiting, running, done."""
    database = open_database(locate_database(Settings.from_environment(), database_name))
    try:
        jobs = list_jobs(database, Viewer.local_administrator(), limit)
    finally:
        database.close()
    if not jobs:
        click.echo("No jobs yet.")
    for job in jobs:
        total = "?" if job.steps_total is None else job.steps_total
        started = f"{job.started_at:%Y-%m-%d %H:%M}" if job.started_at else "not started"
        line = f"{started}  {job.state:8} {job.kind}  {job.steps_done}/{total}  {job.error or job.message or ''}"
        click.echo(line.rstrip())
