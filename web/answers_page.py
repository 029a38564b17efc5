"""Which computed answers the asker sees, whether they still fit what he may see, and having them computed anew."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from casm.assessments.answers import read_answers
from casm.assessments.coverage_study import find_terrain
from casm.assessments.request import job_failed_to_start, request_assessment
from casm.errors import CasmError
from casm.jobs.detached import start_detached
from casm.jobs.job import Job
from casm.jobs.run import is_under_way
from web.config import web_config
from web.front.processes import own_program
from web.page_frame import render_page, say_done, say_wrong, words_of
from web.viewer import current_viewer, may, viewer_session

blueprint = Blueprint("answers", __name__, url_prefix="/answers")

LOOK_AGAIN_S = 5
# A page that looks again by itself keeps its session from being idle: no longer than a session may lie idle.
LOOKS_FOR = timedelta(minutes=30)
KIND_WORDS = {
    "station_coverage": "Where a station is heard",
    "system_coverage": "Where a radio system reaches",
    "direct_reach": "How far radios reach each other",
    "interop_pair": "Who can talk to whom, by pair",
    "interop_group": "Who can talk to whom, by group",
    "gap": "Stated needs: met, or a gap",
}
# How casm.jobs keeps an error that was not made for people: after the name of its kind.
FAULT_OF_OURS = re.compile(r"[A-Za-z_]\w*(Error|Exception|Exit): ")


@blueprint.get("")
def answers() -> str:
    """What there is, how a computation goes, and the form to have one made."""
    with viewer_session() as session:
        seen = read_answers(session, current_viewer())
    running = is_under_way(seen.job)
    looks_again = running and seen.job is not None and seen.job.created_at > datetime.now(UTC) - LOOKS_FOR
    offered = seen.may_compute and may("signed_in") and web_config().settings is not None
    return render_page(
        "answers.html", "Answers", seen=seen, kinds=KIND_WORDS, running=running, offered=offered,
        look_again_s=LOOK_AGAIN_S if looks_again else None, trouble="" if running else trouble_of(seen.job),
        today=date.today(), no_terrain=missing_terrain() if offered and not running else "",
    )  # fmt: skip


@blueprint.post("/compute")
def compute() -> Response:
    """Have everything computed for the asker by a program of its own."""
    try:
        start(with_coverage="without_coverage" not in request.form, as_of=day_of(request.form.get("as_of", "")))
    except CasmError as error:
        say_wrong(error)
    else:
        say_done("The computation has started. It goes on when you leave this page.")
    return redirect(url_for("answers.answers"), 303)


def start(*, with_coverage: bool, as_of: date) -> None:
    """Put a computation for the asker on record and start its program; CasmError when there can be none."""
    config, viewer = web_config(), current_viewer()
    if config.settings is None:
        raise CasmError("This server computes nothing.", "ask whoever keeps it to run `casm assess` for you")
    coverage = ("--terrain", str(terrain_file())) if with_coverage else ("--no-coverage",)
    with viewer_session() as session:
        job_id = request_assessment(session, viewer, as_of=as_of, with_coverage=with_coverage)
    command = own_program(
        "assess", "--as-account", str(viewer.principal_id), "--job", str(job_id), "--as-of", as_of.isoformat(),
        "--database", config.database_name, *coverage,
    )  # fmt: skip
    try:
        start_detached(command, config.settings)
    except CasmError as error:
        with viewer_session() as session:
            job_failed_to_start(session, job_id, error)
        raise


def day_of(typed: str) -> date:
    """The day a computation is to answer for; today unless one is given."""
    try:
        return date.fromisoformat(typed) if typed else date.today()
    except ValueError:
        raise CasmError("As of: this is no day.", "give it as 2026-11-22") from None


def terrain_file() -> Path:
    """The elevations to compute over; CasmError when there are none."""
    config = web_config()
    if config.terrain is not None or config.settings is None:
        return find_terrain(Path(), config.terrain)
    return find_terrain(config.settings.data_dir)


def missing_terrain() -> str:
    """Why coverage cannot be computed here, in words; empty when it can."""
    try:
        terrain_file()
    except CasmError as error:
        return words_of(error)
    return ""


def trouble_of(job: Job | None) -> str:
    """Why the newest computation has not come to its end, in words; empty when it has, or when there was none."""
    if job is None or job.state == "done":
        return ""
    if job.state == "failed" and job.error and not FAULT_OF_OURS.match(job.error):
        return job.error.replace(" Mend: ", " To mend it: ")
    if job.state == "failed":
        return "The program met a fault of its own. Whoever keeps the server finds it in the log of jobs."
    return "The program ended before it was done. What it had computed is kept: compute again to go on."
