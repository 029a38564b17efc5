"""A job's record tells running, done, failed, stopped and abandoned work apart."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from casm.jobs.job import Job
from casm.jobs.run import list_jobs, mark_abandoned, running_job
from casm.sharing.viewer import Viewer

VIEWER = Viewer.local_administrator()


def states(database) -> list[tuple[str, int, str | None]]:
    return [(job.state, job.steps_done, job.error) for job in list_jobs(database, VIEWER)]


def test_work_that_ends_is_done_with_all_its_steps(database):
    with running_job(database, VIEWER, "coverage", {"system": "TACN"}) as job:
        assert states(database) == [("running", 0, None)]
        job.report(3, 3, "last station")
    assert states(database) == [("done", 3, None)]


def test_reports_are_written_now_and_then_not_each_time(database):
    with running_job(database, VIEWER, "coverage") as job:
        job.report(1, 1000, "first")
        for step in range(2, 900):
            job.report(step, 1000, "soon")
        assert states(database)[0][1] == 1


def test_work_that_breaks_is_failed_with_its_error(database):
    with pytest.raises(ValueError, match="no terrain"), running_job(database, VIEWER, "coverage"):
        raise ValueError("no terrain")
    assert states(database) == [("failed", 0, "ValueError: no terrain")]


def test_work_that_is_interrupted_is_stopped(database):
    with pytest.raises(KeyboardInterrupt), running_job(database, VIEWER, "coverage"):
        raise KeyboardInterrupt
    assert states(database)[0][0] == "stopped"


def test_a_silent_job_is_abandoned_and_a_live_one_is_not(database):
    with running_job(database, VIEWER, "silent") as silent, running_job(database, VIEWER, "live") as live:
        with database.session(VIEWER) as session:
            long_ago = datetime.now(UTC) - timedelta(hours=1)
            session.execute(update(Job).where(Job.id == silent.job_id).values(heartbeat_at=long_ago))
        assert mark_abandoned(database, VIEWER) == 1
        found = {job.id: job.state for job in list_jobs(database, VIEWER)}
        assert found == {silent.job_id: "stopped", live.job_id: "running"}
