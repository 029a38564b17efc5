"""Every step from an empty database to the demo region's answers; each keeps what has not changed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from casm.assessments.coverage_run import run_coverage
from casm.assessments.coverage_study import Study, open_study
from casm.assessments.gap_run import run_gaps
from casm.assessments.interop_run import prepare, run_interop
from casm.db.session import Database
from casm.demo.load import INVENTORY, load_boundaries, load_inventory, load_national_channels
from casm.demo.progress import Step, Steps
from casm.demo.region import AS_OF
from casm.demo.terrain import write_terrain
from casm.jobs.run import RunningJob, running_job
from casm.sharing.viewer import Viewer

# Steps that build_region announces.
STEPS = 7
JOB_KIND = "demo"


@dataclass(frozen=True)
class BuiltRegion:
    """What the files and pages are made from."""

    study: Study
    terrain: Path


def build_region(
    database: Database, viewer: Viewer, folder: Path, steps: Steps, *, inventory: Path = INVENTORY
) -> BuiltRegion:
    """Load the region and compute everything, on the demo's own day. folder: where its terrain file is kept.

    Safe to kill and to repeat: each step stores whole pieces and finds again what it stored. CasmError when a
    row of the inventory is not taken.
    """
    with running_job(database, viewer, JOB_KIND, {"as_of": AS_OF.isoformat()}) as job:
        with steps.step("boundaries") as step:
            step.outcome = str(load_boundaries(database, viewer))
        with steps.step("national channels") as step:
            step.outcome = str(load_national_channels(database, viewer))
        with steps.step("exercise inventory") as step:
            step.outcome = str(load_inventory(database, viewer, inventory, step))
        with steps.step("terrain") as step:
            terrain = write_terrain(folder)
            study = open_study(terrain)
            step.outcome = f"{study.grid.rows} by {study.grid.cols} cells"
        with steps.step("coverage") as step:
            covered = run_coverage(database, viewer, study, progress=_told(step, job))
            step.outcome = (
                f"{covered.stations} stations, {covered.systems} systems and channels: "
                f"{covered.computed} results computed, {covered.kept} kept"
            )
        with steps.step("who can talk to whom") as step:
            inputs, _ = prepare(database, viewer, as_of=AS_OF, study=study, progress=_told(step, job))
            paired = run_interop(database, viewer, inputs, progress=_told(step, job))
            step.outcome = (
                f"{len(paired.lines)} pairs of {paired.agencies} agencies: "
                f"{paired.computed} computed, {paired.kept} kept"
            )
        with steps.step("needs and gaps") as step:
            needs = run_gaps(database, viewer, inputs, progress=_told(step, job))
            met = sum(line.state == "met" for line in needs.lines)
            step.outcome = f"{met} of {len(needs.lines)} stated needs met, {needs.proposed} only proposed"
    return BuiltRegion(study, terrain)


def _told(step: Step, job: RunningJob) -> Callable[[int, int, str], None]:
    """Progress to the terminal and to the job on record."""

    def tell(done: int, total: int, what: str) -> None:
        step.progress(done, total, what)
        job.report(done, total, f"{step.label}: {what}")

    return tell
