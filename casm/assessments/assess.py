"""Everything computed for one viewer, from what that viewer may see: coverage, who can talk to whom, needs and gaps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from casm.assessments.coverage_run import CoverageReport, run_coverage
from casm.assessments.coverage_study import Study
from casm.assessments.gap_run import GapReport, run_gaps
from casm.assessments.interop_run import InteropReport, prepare, run_interop
from casm.jobs.run import RunningJob

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Assessment:
    """What was done; ``coverage`` is None where there is no terrain, so that nothing is proven by place."""

    coverage: CoverageReport | None
    interop: InteropReport
    gaps: GapReport


def assess(job: RunningJob, study: Study | None, as_of: date, progress: Progress | None = None) -> Assessment:
    """Bring the results of the job's viewer up to date; what has not changed is kept."""
    database, viewer = job.database, job.viewer

    def tell(done: int, total: int, what: str) -> None:
        job.report(done, total, what)
        if progress is not None:
            progress(done, total, what)

    coverage = None if study is None else run_coverage(database, viewer, study, progress=tell)
    inputs, _ = prepare(database, viewer, as_of=as_of, study=study, progress=tell)
    interop = run_interop(database, viewer, inputs, progress=tell)
    gaps = run_gaps(database, viewer, inputs, progress=tell)
    return Assessment(coverage, interop, gaps)
