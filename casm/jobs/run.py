"""Run long work as a job: its progress is on record, and a stopped or killed one is told from a running one."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from casm.db.session import Database
from casm.errors import CasmError
from casm.jobs.job import Job
from casm.sharing.viewer import Viewer

HEARTBEAT_SECONDS = 2.0
# Several missed heartbeats: the program that ran the job is gone.
ABANDONED_AFTER = timedelta(seconds=60)
UNDER_WAY = ("queued", "running")

Report = Callable[[int, int | None, str], None]


@dataclass
class RunningJob:
    """A job under way; call ``report`` as often as you like, it writes at most every two seconds."""

    database: Database = field(repr=False)
    viewer: Viewer
    job_id: uuid.UUID
    last_written: float = 0.0
    steps_done: int = 0
    steps_total: int | None = None
    message: str = ""

    def report(self, steps_done: int, steps_total: int | None, message: str = "") -> None:
        """Say how far the work is; ``steps_total`` None while it is not yet known."""
        self.steps_done, self.steps_total, self.message = steps_done, steps_total, message
        if time.monotonic() - self.last_written >= HEARTBEAT_SECONDS:
            self.write()

    def write(self, **changes: Any) -> None:
        """Put the present state, and whatever else is given, on record in a transaction of its own."""
        self.last_written = time.monotonic()
        with self.database.session(self.viewer) as session:
            session.execute(
                update(Job)
                .where(Job.id == self.job_id)
                .values(
                    steps_done=self.steps_done,
                    steps_total=self.steps_total,
                    message=self.message,
                    heartbeat_at=datetime.now(UTC),
                    **changes,
                )
            )


@contextmanager
def running_job(
    database: Database,
    viewer: Viewer,
    kind: str,
    parameters: dict[str, Any] | None = None,
    job_id: uuid.UUID | None = None,
) -> Iterator[RunningJob]:
    """Record a job while its work runs: done at the end, stopped on Ctrl-C, failed with its error otherwise.

    job_id: a job that waits for this very work; a new one is made otherwise. CasmError when it waits no longer.
    """
    running = RunningJob(database, viewer, begin(database, viewer, kind, parameters or {}, job_id))
    try:
        yield running
    except KeyboardInterrupt:
        running.write(state="stopped", finished_at=datetime.now(UTC))
        raise
    except BaseException as error:
        running.write(state="failed", error=words_of(error), finished_at=datetime.now(UTC))
        raise
    running.write(state="done", finished_at=datetime.now(UTC))


def begin(
    database: Database, viewer: Viewer, kind: str, parameters: dict[str, Any], job_id: uuid.UUID | None
) -> uuid.UUID:
    """Put a job on record as running, a new one or the one that waits; return its id."""
    now = datetime.now(UTC)
    started = {"state": "running", "parameters": parameters, "started_at": now, "heartbeat_at": now}
    with database.session(viewer) as session:
        if job_id is None:
            job_id = uuid.uuid4()
            session.add(Job(id=job_id, owner_id=viewer.home_owner_id, kind=kind, requested_by=viewer.actor, **started))
            return job_id
        waiting = update(Job).where(
            Job.id == job_id, Job.kind == kind, Job.state == "queued", Job.requested_by == viewer.actor
        )
        if session.execute(waiting.values(**started).returning(Job.id)).first() is None:
            raise CasmError(f"No job {job_id} waits for its program.", "ask for the work anew")
    return job_id


def words_of(error: BaseException) -> str:
    """An error as it is kept: one for people in its own words, any other after the name of its kind."""
    return str(error) if isinstance(error, CasmError) else f"{type(error).__name__}: {error}"


def is_under_way(job: Job | None) -> bool:
    """Whether a job waits or runs and its program has been heard of lately."""
    if job is None or job.state not in UNDER_WAY or job.heartbeat_at is None:
        return False
    return job.heartbeat_at > datetime.now(UTC) - ABANDONED_AFTER


def list_jobs(database: Database, viewer: Viewer, limit: int = 50) -> list[Job]:
    """The viewer's newest jobs, after marking as stopped those whose program died."""
    mark_abandoned(database, viewer)
    with database.session(viewer) as session:
        return list(session.scalars(select(Job).order_by(Job.created_at.desc()).limit(limit)))


def mark_abandoned(database: Database, viewer: Viewer) -> int:
    """Mark jobs under way without a recent heartbeat as stopped; return how many."""
    with database.session(viewer) as session:
        gone = session.execute(
            update(Job)
            .where(Job.state.in_(UNDER_WAY), Job.heartbeat_at < datetime.now(UTC) - ABANDONED_AFTER)
            .values(state="stopped", error="the program that ran it ended without a word; run it again to resume")
            .returning(Job.id)
        )
        return len(gone.all())
