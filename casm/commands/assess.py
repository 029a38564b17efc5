"""`casm assess`: everything computed for one person or one owner, from what they may see."""

import uuid
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import select
from tqdm import tqdm

from casm.accounts.account import find_account, find_account_by_email, viewer_of
from casm.assessments.assess import Assessment, assess
from casm.assessments.coverage_study import Study, find_terrain, open_study
from casm.assessments.request import JOB_KIND, job_parameters
from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import DATABASE, locate_database
from casm.db.session import Database, open_database
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.jobs.detached import own_turn
from casm.jobs.run import running_job
from casm.sharing.viewer import Viewer

# Said while the computation of somebody else is under way on this machine.
WAITS = "waits until another computation has ended"


@click.command("assess")
@click.option("--as", "person", metavar="EMAIL", help="For this person, from what the person may see.")
@click.option("--as-account", type=click.UUID, help="The same by the account's id.")
@click.option("--owner", metavar="CODE", help="For this owner, from its own rows alone; these answers can be shared.")
@click.option("--terrain", type=click.Path(path_type=Path), help="Elevations, if the data folder has not just one.")
@click.option("--no-coverage", is_flag=True, help="Leave all coverage unknown; nothing is then proven by place.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the question is asked for.  [default: today]")
@click.option("--job", "job_id", type=click.UUID, hidden=True, help="The job on record that waits for this program.")
@click.option(
    "--database", "database_name", default=DATABASE, show_default=True, help="Database of the embedded server."
)
def command(
    person: str | None,
    as_account: uuid.UUID | None,
    owner: str | None,
    terrain: Path | None,
    no_coverage: bool,
    as_of: datetime | None,
    job_id: uuid.UUID | None,
    database_name: str,
) -> None:
    """Compute coverage, who can talk to whom, and gaps for whoever is named, or for the whole inventory."""
    if sum(chosen is not None for chosen in (person, as_account, owner)) > 1:
        raise CasmError("--as, --as-account and --owner exclude each other.", "name one of them")
    settings = Settings.from_environment()
    database = open_database(locate_database(settings, database_name))
    try:
        viewer = viewer_for(database, person, as_account, owner)
        day = date.today() if as_of is None else as_of.date()
        with database.session(viewer) as session:
            parameters = job_parameters(session, day)
        with (
            running_job(database, viewer, JOB_KIND, parameters, job_id) as job,
            nullcontext() if job_id is None else own_turn(settings, lambda: job.report(0, None, WAITS)),
            tqdm(total=0, unit="step", disable=None, bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt}") as bar,
        ):
            study = None if no_coverage else study_of(settings, terrain)

            def show(done: int, total: int, what: str) -> None:
                bar.total = total
                bar.set_description(what[:40], refresh=False)
                bar.update(done - bar.n)

            done = assess(job, study, day, show)
    finally:
        database.close()
    say(viewer, done)


def viewer_for(database: Database, person: str | None, account_id: uuid.UUID | None, owner: str | None) -> Viewer:
    """Who is to see the results; CasmError where nobody is called that."""
    administrator = Viewer.local_administrator()
    if person is not None or account_id is not None:
        with database.gate_session(administrator) as gate:
            found = find_account(gate, account_id) if account_id else find_account_by_email(gate, str(person))
            if found is None or found.state != "active":
                raise CasmError(
                    f"There is no active account {account_id or person}.", "`casm account list` shows them all"
                )
            return viewer_of(found)
    if owner is not None:
        with database.session(administrator) as session:
            owner_id = session.scalar(select(Owner.id).where(Owner.code == owner))
        if owner_id is None:
            raise CasmError(f"There is no owner {owner}.", "give its code, as us.tn.campbell")
        return Viewer.of_owner(f"program for {owner}", owner_id, may_write=True, all_fields=True)
    return administrator


def study_of(settings: Settings, terrain: Path | None) -> Study:
    """The study over the terrain at hand."""
    terrain_file = find_terrain(settings.data_dir, terrain)
    tell(f"Reading terrain: {terrain_file.name}")
    return open_study(terrain_file)


def say(viewer: Viewer, done: Assessment) -> None:
    """Tell what was done, and for whom."""
    coverage = "coverage left unknown" if done.coverage is None else (
        f"{done.coverage.stations} stations: {done.coverage.computed} coverage results computed, "
        f"{done.coverage.kept} kept"
    )  # fmt: skip
    met = sum(line.state == "met" for line in done.gaps.lines)
    click.echo(f"For {viewer.actor}: {coverage}.")
    click.echo(
        f"{done.interop.agencies} agencies, {len(done.interop.lines)} pairs: {done.interop.computed} computed, "
        f"{done.interop.kept} kept. {met} of {len(done.gaps.lines)} stated needs met."
    )
