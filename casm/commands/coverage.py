"""`casm coverage`: where stations can be heard, and be heard from."""

import uuid
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session
from tqdm import tqdm

from casm.assessments.coverage_run import CoverageReport, run_coverage, write_combined
from casm.assessments.coverage_study import find_terrain, open_study
from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import DATABASE, locate_database
from casm.db.session import Database, open_database
from casm.db.tables import Channel, RadioSystem, Station
from casm.errors import CasmError
from casm.jobs.run import running_job
from casm.sharing.viewer import Viewer

UNKNOWN_SHOWN = 20


@click.command("coverage")
@click.option("--system", "system_names", multiple=True, help="Only this system or channel, by name or id; repeatable.")
@click.option("--station", "station_names", multiple=True, help="Only this station, by name or id; repeatable.")
@click.option("--all", "everything", is_flag=True, help="Every station and system (as without --system and --station).")
@click.option(
    "--terrain", type=click.Path(path_type=Path), help="Elevation raster, if the data folder has not just one."
)
@click.option("--daq", type=float, default=3.4, show_default=True, help="Delivered audio quality to be met.")
@click.option("--target", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="Probability asked.")
@click.option("--radius", "radius_km", type=click.FloatRange(1, 400), default=80.0, show_default=True, help="In km.")
@click.option("--out", type=click.Path(path_type=Path), help="Also write the best of all systems to this GeoTIFF.")
@click.option(
    "--database", "database_name", default=DATABASE, show_default=True, help="Database of the embedded server."
)
def command(
    system_names: tuple[str, ...],
    station_names: tuple[str, ...],
    everything: bool,
    terrain: Path | None,
    daq: float,
    target: float,
    radius_km: float,
    out: Path | None,
    database_name: str,
) -> None:
    """Compute coverage over terrain and keep it; what has not changed since is not computed again."""
    if system_names and station_names:
        raise click.UsageError("give --system or --station, not both")
    if everything and (system_names or station_names):
        raise click.UsageError("--all goes with neither --system nor --station")
    settings = Settings.from_environment()
    terrain_file = find_terrain(settings.data_dir, terrain)
    tell(f"Reading terrain: {terrain_file.name}")
    study = open_study(terrain_file, daq=daq, target=target, radius_km=radius_km)
    viewer = Viewer.local_administrator()
    database = open_database(locate_database(settings, database_name))
    try:
        with database.session(viewer) as session:
            system_ids = ids_of(session, (RadioSystem, Channel), system_names, "system or channel")
            station_ids = ids_of(session, (Station,), station_names, "station")
        with (
            running_job(database, viewer, "coverage", {"terrain": terrain_file.name}) as job,
            tqdm(
                total=0,
                unit="step",
                disable=None,
                bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]",
            ) as bar,
        ):

            def show(done: int, total: int, what: str) -> None:
                bar.total = total
                bar.set_description(what[:40], refresh=False)
                bar.update(done - bar.n)
                job.report(done, total, what)

            report = run_coverage(
                database, viewer, study, station_ids=station_ids, system_ids=system_ids, progress=show
            )
        say(report)
        if out is not None:
            write_out(database, viewer, study, out)
    finally:
        database.close()


def ids_of(session: Session, models: tuple[type, ...], names: tuple[str, ...], what: str) -> set[uuid.UUID] | None:
    """Ids of rows by their names or ids; None when no name is given, CasmError on one that is not there."""
    if not names:
        return None
    found: set[uuid.UUID] = set()
    for name in names:
        matches: set[uuid.UUID] = set()
        for model in models:
            matches |= set(session.scalars(select(model.id).where(model.name == name, model.status != "retired")))
            try:
                matches |= set(session.scalars(select(model.id).where(model.id == uuid.UUID(name))))
            except ValueError:
                continue
        if not matches:
            raise CasmError(f"There is no {what} {name!r}.", "check the spelling; names are taken whole")
        found |= matches
    return found


def write_out(database: Database, viewer: Viewer, study, out: Path) -> None:
    """Write the combined raster and say what it holds."""
    out.parent.mkdir(parents=True, exist_ok=True)
    count = write_combined(database, viewer, study, out)
    if count:
        tell(f"{out}: the best of {count} system results for portables")
    else:
        tell(f"{out} not written: no system has coverage on record for portables")


def say(report: CoverageReport) -> None:
    """Tell what was done, and of what nothing can be told."""
    click.echo(
        f"{report.stations} stations, {report.systems} systems and repeaters: {report.computed} results computed"
        f" ({report.path_losses} path-loss rasters), {report.kept} kept, {report.removed} removed."
    )
    if report.microwave:
        click.echo(f"{report.microwave} microwave stations serve no subscriber and were left out.")
    sentences = list(dict.fromkeys(report.unknown))
    for sentence in sentences[:UNKNOWN_SHOWN]:
        click.echo(f"  {sentence}")
    if len(sentences) > UNKNOWN_SHOWN:
        click.echo(f"  and {len(sentences) - UNKNOWN_SHOWN} more, each on record with its result")
