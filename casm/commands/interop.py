"""`casm interop`: who can talk to whom, and which stated needs are not met."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import click
from tqdm import tqdm

from casm.assessments.coverage_study import Study, find_terrain, open_study
from casm.assessments.gap_run import GapReport, run_gaps
from casm.assessments.interop_run import Criterion, InteropReport, prepare, run_interop
from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import DATABASE, locate_database
from casm.db.session import Database, open_database
from casm.errors import CasmError
from casm.jobs.run import RunningJob, running_job
from casm.sharing.viewer import Viewer

PAIRS_SHOWN = 200


@click.command("interop")
@click.option(
    "--terrain", type=click.Path(path_type=Path), help="Elevation raster, if the data folder has not just one."
)
@click.option("--no-coverage", is_flag=True, help="Leave all coverage unknown; nothing is then proven by place.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the question is asked for.  [default: today]")
@click.option("--minutes", type=click.IntRange(0), default=60, show_default=True, help="Time limit to be talking.")
@click.option("--target", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="Probability asked.")
@click.option("--share", type=click.FloatRange(0.01, 1.0), default=0.95, show_default=True, help="Of the place.")
@click.option(
    "--due", "due", multiple=True, metavar="CLASS=MONTHS", help="Months until a class of record is due; repeatable."
)
@click.option(
    "--database", "database_name", default=DATABASE, show_default=True, help="Database of the embedded server."
)
def command(
    terrain: Path | None,
    no_coverage: bool,
    as_of: datetime | None,
    minutes: int,
    target: float,
    share: float,
    due: tuple[str, ...],
    database_name: str,
) -> None:
    """Work out who can talk to whom, where, how surely, and which stated needs are not met.

    Levels: 5 standards-based shared system, 4 proprietary shared system, 3 shared channel, 2 gateway or
    console patch, 1 cached radios, 0 none.
    """
    settings = Settings.from_environment()
    study = _study(settings, terrain, no_coverage)
    viewer = Viewer.local_administrator()
    day = date.today() if as_of is None else as_of.date()
    database = open_database(locate_database(settings, database_name))
    try:
        interop, gaps = work_out(
            database, viewer, study, day, Criterion(minutes, target, share), due_months=months_by_class(due)
        )
    finally:
        database.close()
    say(interop, gaps)


def work_out(
    database: Database,
    viewer: Viewer,
    study: Study | None,
    as_of: date,
    criterion: Criterion,
    due_months: dict[str, int | None] | None = None,
) -> tuple[InteropReport, GapReport]:
    """Bring pairs and needs up to date, with progress on the terminal and on record."""
    with running_job(database, viewer, "interop", {"as_of": as_of.isoformat()}) as job:
        with _bar("coverage", job) as show:
            inputs, path_losses = prepare(
                database, viewer, as_of=as_of, study=study, due_months=due_months, progress=show
            )
        with _bar("pairs", job) as show:
            interop = run_interop(database, viewer, inputs, criterion, show)
        with _bar("needs", job) as show:
            gaps = run_gaps(database, viewer, inputs, show)
    interop.path_losses = path_losses
    return interop, gaps


def months_by_class(due: tuple[str, ...]) -> dict[str, int | None]:
    """CLASS=MONTHS options as a mapping; CasmError naming the one that is not of that form."""
    found: dict[str, int | None] = {}
    for one in due:
        name, equals, months = one.partition("=")
        if not name or not equals or not months.isdigit():
            raise CasmError(f"--due {one} is not of the form CLASS=MONTHS.", "write it as --due template=24")
        found[name] = int(months)
    return found


def _study(settings: Settings, terrain: Path | None, no_coverage: bool) -> Study | None:
    if no_coverage:
        return None
    try:
        terrain_file = find_terrain(settings.data_dir, terrain)
    except CasmError as error:
        raise CasmError(error.message, f"{error.mend}, or leave coverage unknown with --no-coverage") from error
    tell(f"Reading terrain: {terrain_file.name}")
    return open_study(terrain_file)


@contextlib.contextmanager
def _bar(what: str, job: RunningJob) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on the terminal whose state is also the job's."""
    layout = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"
    with tqdm(total=0, desc=what, unit="step", disable=None, bar_format=layout) as bar:

        def show(done: int, total: int, at: str) -> None:
            bar.total = total
            bar.update(done - bar.n)
            job.report(done, total, f"{what}: {at}")

        yield show


def say(interop: InteropReport, gaps: GapReport) -> None:
    """Print the matrix and the needs."""
    click.echo(
        f"{interop.agencies} agencies, {len(interop.lines)} pairs: {interop.computed} results written, "
        f"{interop.kept} kept, {interop.removed} removed."
    )
    for line in interop.lines[:PAIRS_SHOWN]:
        click.echo(f"  {line.one} – {line.other}: {line.words}  ({line.place})")
    if len(interop.lines) > PAIRS_SHOWN:
        click.echo(f"  and {len(interop.lines) - PAIRS_SHOWN} more pairs, each on record")
    click.echo(f"{len(gaps.lines)} stated needs; {gaps.proposed} proposed ones are not judged.")
    for need in gaps.lines:
        click.echo(f"  {need.name}: {need.state} (level {need.required_level} asked, {need.answer} found)")
        for sentence in need.sentences:
            click.echo(f"    {sentence}")
