"""Asking to have everything computed anew from what one may see now: who may ask, and once at a time."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.errors import CasmError
from casm.jobs.job import Job
from casm.jobs.run import is_under_way
from casm.sharing.viewer import Viewer

JOB_KIND = "assess"


def job_parameters(session: Session, as_of: date) -> dict[str, Any]:
    """What a computation is asked for: the day, and the sight it is to be made with, so that a change of it is seen."""
    return {"as_of": as_of.isoformat(), "sight_sha256": session.scalar(select(func.casm_sec.sight()))}


def may_compute(session: Session, viewer: Viewer) -> bool:
    """Whether the viewer has a role that reads, at its own owner: answers are kept in that owner's name."""
    asked = {"owner": viewer.home_owner_id}
    return bool(session.scalar(text("SELECT :owner = ANY (casm_sec.computing_owners())"), asked))


def newest_job(session: Session, viewer: Viewer, *states: str) -> Job | None:
    """The viewer's newest computation, of these states where any are named."""
    statement = select(Job).where(Job.kind == JOB_KIND, Job.requested_by == viewer.actor)
    if states:
        statement = statement.where(Job.state.in_(states))
    return session.scalars(statement.order_by(Job.created_at.desc(), Job.id).limit(1)).first()


def request_assessment(session: Session, viewer: Viewer, *, as_of: date, with_coverage: bool) -> uuid.UUID:
    """Put a computation on record as waiting for its program; return its id.

    CasmError when the viewer may not have anything computed, or has a computation under way.
    """
    if not may_compute(session, viewer):
        raise CasmError(
            "Computing is for those who have a reading role at the jurisdiction or agency their account belongs to.",
            "ask its administrative manager for a role",
        )
    # Two requests of one person at the same moment wait for each other here.
    name = f"{JOB_KIND} {viewer.actor}"
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
    if is_under_way(newest_job(session, viewer, "queued", "running")):
        raise CasmError("Your last computation is still under way.", "wait for it to end")
    job = Job(
        id=uuid.uuid4(), owner_id=viewer.home_owner_id, kind=JOB_KIND, state="queued", requested_by=viewer.actor,
        parameters=job_parameters(session, as_of), heartbeat_at=datetime.now(UTC),
    )  # fmt: skip
    session.add(job)
    record_event(
        session, action="computation started", owner_id=viewer.home_owner_id, subject_table="job", subject_id=job.id,
        details={"as_of": as_of, "with_coverage": with_coverage},
    )  # fmt: skip
    return job.id


def job_failed_to_start(session: Session, job_id: uuid.UUID, error: CasmError) -> None:
    """Let a job that waits for a program wait no longer."""
    failed = {"state": "failed", "error": str(error), "finished_at": datetime.now(UTC)}
    session.execute(update(Job).where(Job.id == job_id, Job.state == "queued").values(**failed))
