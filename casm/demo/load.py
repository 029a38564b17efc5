"""Fill the demo's database: real boundaries and national channels, then the exercise inventory."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

import casm.intake
from casm.db.session import Database
from casm.demo.progress import Step
from casm.demo.region import STATES
from casm.errors import CasmError
from casm.intake.boundaries import import_boundaries
from casm.intake.fips import COUNTIES_FILE, STATES_FILE, boundary_file
from casm.intake.library.nifog import import_library
from casm.intake.problem import ERROR, WARNING
from casm.intake.readers import Request
from casm.intake.report import CHANGED, CREATED, REPORTED, ImportReport
from casm.intake.take_in import Watch, take_in
from casm.jobs.job import Job
from casm.jobs.run import running_job
from casm.sharing.viewer import Viewer

INVENTORY = Path(__file__).resolve().parents[2] / "fixtures" / "demo_region" / "inventory"


@dataclass
class Loaded:
    """What was taken in; before: when exactly this already had been, so that nothing was done now."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    reported: int = 0
    problems: list[str] = field(default_factory=list)
    before: datetime | None = None

    def add(self, report: ImportReport) -> None:
        """Count a file."""
        self.rows += report.rows_read
        self.created += report.total(CREATED)
        self.changed += report.total(CHANGED)
        self.reported += report.total(REPORTED)
        self.problems += [str(problem) for problem in report.problems if problem.severity in (ERROR, WARNING)]

    def __str__(self) -> str:
        if self.before is not None:
            return f"unchanged since {self.before.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return f"{self.rows} rows, {self.created} new, {self.changed} changed, {self.reported} reported"


def load_boundaries(database: Database, viewer: Viewer) -> Loaded:
    """Take in the real polygons of the region's states and their counties."""
    files = [boundary_file(STATES_FILE), boundary_file(COUNTIES_FILE)]
    return _once(
        database,
        viewer,
        "demo boundaries",
        files,
        lambda loaded: loaded.add(import_boundaries(database, viewer, states=list(STATES))),
    )


def load_national_channels(database: Database, viewer: Viewer) -> Loaded:
    """Take in the library of national channels."""
    return _once(
        database, viewer, "demo national channels", [], lambda loaded: loaded.add(import_library(database, viewer))
    )


def load_inventory(database: Database, viewer: Viewer, folder: Path, step: Step) -> Loaded:
    """Take in the exercise inventory; CasmError where its folder holds nothing."""
    files = inventory_files(folder)
    return _once(
        database,
        viewer,
        "demo inventory",
        files,
        lambda loaded: _take_in(database, viewer, folder, files, step, loaded),
    )


def inventory_files(folder: Path) -> list[Path]:
    """Every file of the inventory; CasmError when there is none."""
    files = sorted(folder.rglob("*.csv"))
    if not files:
        raise CasmError(f"The demo's inventory is missing: {folder} holds no CSV file.", "run from a whole clone")
    return files


def _once(database: Database, viewer: Viewer, kind: str, files: list[Path], take: Callable[[Loaded], None]) -> Loaded:
    """Load unless the newest load of this kind ended well with the same files, read by the same code.

    A load that was killed never ended well, so the next run takes it up; what it stored is found unchanged.
    CasmError when a row is not taken, since every expected answer rests on all of them.
    """
    sha256 = _sha256(files)
    with database.session(viewer) as session:
        newest = session.scalars(select(Job).where(Job.kind == kind).order_by(Job.created_at.desc()).limit(1)).first()
        if newest is not None and newest.state == "done" and newest.parameters.get("sha256") == sha256:
            return Loaded(before=newest.finished_at)
    loaded = Loaded()
    with running_job(database, viewer, kind, {"sha256": sha256}):
        take(loaded)
        if loaded.problems or loaded.reported:
            # Raised within the job, so that it does not count as done and the next run looks again.
            raise CasmError(
                f"The demo's own data is not clean: {loaded.reported} rows reported. {'; '.join(loaded.problems[:3])}",
                "restore the files of fixtures/demo_region from the repository",
            )
    return loaded


def _sha256(files: list[Path]) -> str:
    """Hash of the files and of the code and tables that read them."""
    code = [
        path
        for path in sorted(Path(casm.intake.__file__).parent.rglob("*"))
        if path.suffix in (".py", ".csv") and path.is_file()
    ]
    digest = hashlib.sha256("|".join(STATES).encode())
    for path in [*files, *code]:
        digest.update(f"{path.parent.name}/{path.name}".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _take_in(database: Database, viewer: Viewer, folder: Path, files: list[Path], step: Step, loaded: Loaded) -> None:
    done = _BytesDone(step, sum(path.stat().st_size for path in files))
    taken = take_in(
        database, viewer, Request(folder, owner_code="us"), watch=Watch(begin=done.begin, advance=done.advance)
    )
    for report in taken.reports:
        loaded.add(report)
    loaded.problems += [str(problem) for problem in taken.refused]


@dataclass
class _BytesDone:
    """Progress by bytes over all files, since a large file takes as much longer as it is larger."""

    step: Step
    total: int
    before: int = 0
    size: int = 0
    name: str = ""

    def begin(self, name: str, size: int) -> None:
        self.before += self.size
        self.name, self.size = name, size
        self.advance(0)

    def advance(self, done: int) -> None:
        self.step.progress(self.before + done, self.total, self.name)
