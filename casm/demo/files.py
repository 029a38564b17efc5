"""The demo's files: every layer as GeoJSON, the coverage raster and the summary; the map page is web's."""

from datetime import datetime
from pathlib import Path

from casm.assessments.coverage_run import write_combined
from casm.assessments.coverage_study import Study
from casm.db.session import Database
from casm.demo.progress import Step
from casm.demo.region import TITLE
from casm.errors import CasmError
from casm.exchange.geojson import LAYERS, write_layer
from casm.exchange.summary_text import write_summary
from casm.sharing.viewer import Viewer

COVERAGE = "coverage.tif"
SUMMARY = "summary.txt"
MAP = "map.html"


# Files that write_files writes, and the map page after them.
FILES = len(LAYERS) + 3


def write_files(
    database: Database, viewer: Viewer, study: Study, folder: Path, step: Step, *, now: datetime
) -> list[Path]:
    """Write what the viewer may see to a folder, each file whole or not at all; return their paths."""
    written: list[Path] = []
    with database.session(viewer) as session:
        for layer in LAYERS:
            step.progress(len(written), FILES, layer)
            written.append(write_layer(session, layer, folder / f"{layer}.geojson", now=now).path)
        step.progress(len(written), FILES, SUMMARY)
        write_summary(session, folder / SUMMARY, title=TITLE, now=now)
    step.progress(len(written) + 1, FILES, COVERAGE)
    if not write_combined(database, viewer, study, folder / COVERAGE):
        raise CasmError("No coverage is on record to write.", "run casm demo again")
    return [*written, folder / SUMMARY, folder / COVERAGE]
