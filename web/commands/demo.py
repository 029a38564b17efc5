"""`casm demo`: load the exercise region, compute it, write out/, and show it."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import locate_database
from casm.db.session import Database, open_database
from casm.demo.files import FILES, MAP, write_files
from casm.demo.pipeline import STEPS, BuiltRegion, build_region
from casm.demo.progress import Step, Steps
from casm.demo.region import AS_OF, DATABASE, TITLE
from casm.sharing.viewer import Viewer
from web.maps.offline_map import write_offline_map
from web.served_once import serve_once

# The day is part of the name, since every page shows the name and every answer hangs on the day.
PAGE_TITLE = f"{TITLE} (as of {AS_OF.isoformat()})"
# Steps here besides the pipeline's own: the database, and the files.
MORE_STEPS = 2


@click.command(name="demo")
@click.option("--serve/--no-serve", default=True, help="Serve the map until Ctrl-C, or fetch it once and end.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"), show_default=True,
    help="Folder for the map, the layers, the coverage raster and the summary.",
)  # fmt: skip
def command(serve: bool, out: Path) -> None:
    """Load the exercise region around Campbell County, Tennessee, work everything out, and show it.

    It has a database of its own and never touches another. What has not changed since the last run is kept.
    """
    settings = Settings.from_environment()
    steps = Steps(STEPS + MORE_STEPS)
    tell(PAGE_TITLE)
    viewer = Viewer.local_administrator()
    with steps.step("database") as step:
        database = open_database(locate_database(settings, DATABASE, progress=step.say))
        step.outcome = f"{DATABASE} is ready"
    try:
        built = build_region(database, viewer, settings.data_dir / "demo", steps)
        with steps.step("files") as step:
            written = write_out(database, viewer, built, out, step)
            step.outcome = ", ".join(path.name for path in written) + f" in {out}"
    finally:
        database.close()
    server = [
        sys.executable, "-m", "web.cli", "serve",
        "--local", "--database", DATABASE, "--terrain", str(built.terrain), "--title", PAGE_TITLE,
    ]  # fmt: skip
    if serve:
        sys.stderr.flush()
        # A fresh program: worker processes must not be forked from one that holds threads of numerical libraries.
        os.execv(server[0], server)
    address, size_bytes = serve_once(server, must_hold=("folium-map", TITLE))
    tell(f"Fetched {address} once: the map page, {size_bytes / 1e6:.1f} MB. The server has stopped.")


def write_out(database: Database, viewer: Viewer, built: BuiltRegion, out: Path, step: Step) -> list[Path]:
    """Write the files and the map page; return their paths."""
    written = write_files(database, viewer, built.study, out, step, now=datetime.now(UTC))
    step.progress(len(written), FILES, MAP)
    with database.session(viewer) as session:
        page = write_offline_map(session, out / MAP, title=PAGE_TITLE, terrain=built.terrain)
    return [page.path, *written]
