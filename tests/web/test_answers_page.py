"""The page of answers: what is seen and of which sight, and a computation by a real program of its own."""

import os
import re
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from casm.accounts.account import Account, viewer_of
from casm.accounts.origin import Origin
from casm.accounts.session import begin_session
from casm.audit.event import AuditEvent
from casm.config import Settings
from casm.db.tables import Job, Owner, Result
from casm.jobs.detached import log_of, own_turn
from casm.jobs.run import ABANDONED_AFTER
from casm.sharing.members import end_membership, give_membership
from casm.sharing.viewer import Viewer
from web import create_app
from web.answers_page import LOOKS_FOR
from web.config import WebConfig, map_reader

HERE = Viewer.local_administrator()
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
REFRESH = '<meta http-equiv="refresh" content="5">'


@pytest.fixture(scope="module")
def settings(database_server, tmp_path_factory):
    """Of the running server, as the program that is started finds it."""
    return Settings(data_dir=database_server.layout.data_dir)


@pytest.fixture(scope="module")
def app(module_database, ids, settings):
    """The application that can start programs on the module's database, with no terrain at hand."""
    name = module_database.engine.url.database
    return create_app(WebConfig(module_database, settings=settings, database_name=name))


class Person:
    """Somebody signed in at a browser."""

    def __init__(self, app, database, owner_id: uuid.UUID, role: str | None, fields=("public",)) -> None:
        self.database = database
        with database.gate_session(HERE) as gate:
            self.account = Account(
                email=f"{uuid.uuid4().hex[:8]}@agency.example", name="Person", state="active",
                home_owner_id=owner_id, approved_at=func.now(),
            )  # fmt: skip
            gate.add(self.account)
        if role is not None:
            with database.session(HERE) as session:
                self.membership = give_membership(session, owner_id, self.account.id, role, fields).id
        self.viewer = viewer_of(self.account)
        self.client = app.test_client()
        with database.gate_session(self.viewer) as gate:
            token, _session = begin_session(gate, self.account, stage="open", method="password", origin=Origin())
        self.client.set_cookie("casm", token)

    def page(self) -> str:
        answer = self.client.get("/answers")
        assert answer.status_code == 200
        return answer.text

    def compute(self, **fields: str) -> str:
        """Send the form; the page that follows."""
        token = TOKEN.search(self.client.get("/answers").text) or TOKEN.search(self.client.get("/account").text)
        answer = self.client.post("/answers/compute", data={"csrf_token": token[1], **fields})
        assert answer.status_code == 303
        return self.page()

    def jobs(self) -> list[Job]:
        with self.database.session(self.viewer) as session:
            mine = select(Job).where(Job.requested_by == self.viewer.actor)
            return list(session.scalars(mine.order_by(Job.created_at)))

    def starts(self) -> int:
        """How often the audit says this person started a computation."""
        with self.database.session(HERE) as session:
            return session.scalar(
                select(func.count()).where(
                    AuditEvent.action == "computation started", AuditEvent.actor == self.viewer.actor
                )
            )

    def until_done(self) -> Job:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            job = self.jobs()[-1]
            if job.finished_at is not None:
                return job
            time.sleep(0.2)
        raise AssertionError(f"still {job.state}: {job.message}")


@pytest.fixture
def reader(app, module_database, ids):
    return Person(app, module_database, ids.county_owner, "agency_reader")


def test_a_program_of_its_own_computes_with_what_the_asker_may_see(app, module_database, ids, reader, settings):
    assert "None yet" in reader.page()
    with own_turn(settings, lambda: None):
        shown = reader.compute(without_coverage="1", as_of="2026-11-20")
        assert "The computation has started" in shown
        assert REFRESH in shown
        assert "Compute with what I may see now" not in shown
        # It looks again by itself for as long as a session may lie idle.
        with module_database.session(reader.viewer) as session:
            asked_at = reader.jobs()[0].created_at
            session.execute(update(Job).values(created_at=asked_at - LOOKS_FOR))
        assert "under way" in reader.page()
        assert REFRESH not in reader.page()
        # A second one while it waits: refused in words, and nothing more on record.
        assert "still under way" in reader.compute(without_coverage="1")
        assert len(reader.jobs()) == 1
    job = reader.until_done()
    assert (job.state, job.error, job.parameters["as_of"]) == ("done", None, "2026-11-20"), log_of(settings).read_text()
    assert reader.starts() == 1
    shown = reader.page()
    assert REFRESH not in shown
    assert "Compute with what I may see now" in shown
    with module_database.session(reader.viewer) as session:
        sight = session.scalar(select(func.casm_sec.sight()))
        kinds = dict(
            session.execute(
                select(Result.kind, func.count()).where(Result.sight_sha256 == sight).group_by(Result.kind)
            ).all()
        )
    assert kinds["interop_pair"] == 1
    own = shown.partition("Computed with exactly what you may see now")[2].partition("Computed by others")[0]
    assert "Who can talk to whom, by pair" in own
    assert "2026-11-20" in own
    # A colleague of the same sight is shown the same without computing.
    colleague = Person(app, module_database, ids.county_owner, "agency_reader")
    assert "2026-11-20" in colleague.page()
    # Whatever changes the sight withdraws it, and the page says so.
    with module_database.session(HERE) as session:
        give_membership(session, ids.county_owner, reader.account.id, "agency_editor", ("public", "sensitive"))
    shown = reader.page()
    assert "What you may see has changed" in shown
    assert "2026-11-20" not in shown
    with module_database.session(HERE) as session:
        end_membership(session, reader.membership)
    assert "What you may see has changed" in reader.page()


def test_without_terrain_the_mend_is_named_and_nothing_is_started(reader):
    assert "No terrain is at hand" in reader.page()
    shown = reader.compute()
    assert 'notice-wrong"' in shown
    assert "Put a GeoTIFF of elevations there" in shown
    assert reader.jobs() == []
    assert reader.starts() == 0


def test_a_day_that_is_none_is_named(reader):
    assert "As of: this is no day. Give it as 2026-11-22." in reader.compute(without_coverage="1", as_of="soon")
    assert reader.jobs() == []


def test_a_job_whose_program_died_lets_the_next_one_start(reader, module_database, app, monkeypatch):
    started = []
    monkeypatch.setattr("web.answers_page.start_detached", lambda command, _settings: started.append(command))
    reader.compute(without_coverage="1")
    with module_database.session(HERE) as session:
        silent = datetime.now(UTC) - ABANDONED_AFTER - timedelta(seconds=1)
        session.execute(update(Job).where(Job.requested_by == reader.viewer.actor).values(heartbeat_at=silent))
    shown = reader.page()
    assert "The program ended before it was done" in shown
    assert REFRESH not in shown
    reader.compute(without_coverage="1")
    assert len(started) == len(reader.jobs()) == reader.starts() == 2
    assert all(str(reader.account.id) in command for command in started)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("No terrain. Mend: put one there", "No terrain. To mend it: put one there"),
        ("ValueError: secret 7", "The program met a fault of its own."),
    ],
)
def test_an_error_is_told_in_words(reader, module_database, error, said):
    with module_database.session(reader.viewer) as session:
        session.add(
            Job(
                owner_id=reader.account.home_owner_id, kind="assess", state="failed",
                requested_by=reader.viewer.actor, parameters={"as_of": "2026-11-22"}, error=error,
            )
        )  # fmt: skip
    shown = reader.page()
    assert said in shown
    assert "secret 7" not in shown


def test_a_program_that_cannot_be_started_is_told_of(reader, monkeypatch):
    monkeypatch.setattr("web.answers_page.own_program", lambda *_: ["/nowhere/casm"])
    assert "The program could not be started" in reader.compute(without_coverage="1")
    assert [job.state for job in reader.jobs()] == ["failed"]


def test_nobody_computes_without_being_somebody(app, module_database, ids):
    client = app.test_client()
    assert client.get("/answers").headers["Location"].startswith("/sign-in")
    assert client.post("/answers/compute").status_code in (303, 400)
    local = create_app(WebConfig(module_database, map_reader())).test_client()
    shown = local.get("/answers").text
    assert "Compute with what I may see now" not in shown
    app.config["WTF_CSRF_METHODS"], before = set(), app.config["WTF_CSRF_METHODS"]
    try:
        assert client.post("/answers/compute").headers["Location"].startswith("/sign-in")
    finally:
        app.config["WTF_CSRF_METHODS"] = before


@pytest.mark.parametrize("role", ["partner", "auditor", None])
def test_who_has_no_reading_role_computes_nothing(app, module_database, ids, role):
    person = Person(app, module_database, ids.county_owner, role)
    assert "Compute with what I may see now" not in person.page()
    token = TOKEN.search(person.client.get("/answers").text)
    answer = person.client.post("/answers/compute", data={"csrf_token": token[1], "without_coverage": "1"})
    assert answer.status_code == 303
    assert "Computing is for those who have a reading role" in person.page()
    assert person.jobs() == []
    assert person.starts() == 0


def test_answers_of_one_owner_are_shown_as_its_own(app, module_database, ids):
    with module_database.session(HERE) as session:
        scott = Owner(code="us.tn.scott", kind="county", name="Scott County", parent_id=ids.state_owner)
        session.add(scott)
        session.flush()
    program = Viewer.of_owner("program", scott.id, may_write=True, all_fields=True)
    with module_database.session(program) as session:
        session.add(
            Result(
                owner_id=scott.id, kind="system_coverage", result_key="x", title="x", method="m", method_version="1",
                inputs_sha256="0" * 64, input_ids=[], audience=[scott.id], field_classes=["public"],
            )
        )  # fmt: skip
    reader = Person(app, module_database, scott.id, "agency_reader")
    others = reader.page().partition("Computed by others and shown to you")[2]
    assert "Scott County" in others
    assert "Where a radio system reaches" in others
    neighbour = Person(app, module_database, ids.county_owner, "agency_reader")
    assert "Where a radio system reaches" not in neighbour.page()
    assert "Computed by others" in reader.page()
    with module_database.session(HERE) as session:
        end_membership(session, reader.membership)
    assert "Where a radio system reaches" not in reader.page()


def test_one_turn_after_the_other(tmp_path):
    settings, waited = Settings(data_dir=tmp_path), []

    class Enough(Exception):
        pass

    def waiting():
        waited.append(os.getpid())
        raise Enough

    with own_turn(settings, waiting), pytest.raises(Enough), own_turn(settings, waiting):
        pass
    assert len(waited) == 1
    with own_turn(settings, waiting):
        assert len(waited) == 1
