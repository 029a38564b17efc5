"""One event for each change, in the change's own transaction."""

import threading
import uuid

import pytest
from sqlalchemy import select

from casm.audit.check import check
from casm.audit.record import record_event
from casm.db.tables import AuditEvent, Contact, Owner, Site
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMIN = Viewer.local_administrator("keeper")
TOLD = (AuditEvent.actor, AuditEvent.action, AuditEvent.subject_table, AuditEvent.subject_id, AuditEvent.details)


@pytest.fixture
def told(database):
    """What the audit says: (actor, action, table, id, details) of each event, in order."""

    def read():
        with database.session(ADMIN) as session:
            return [tuple(row) for row in session.execute(select(*TOLD).order_by(AuditEvent.sequence))]

    return read


@pytest.fixture
def hill(database) -> uuid.UUID:
    """A site."""
    with database.session(ADMIN) as session:
        site = Site(owner_id=NATION_OWNER_ID, name="Hill")
        session.add(site)
    return site.id


def test_a_new_row_is_one_event(told, hill):
    assert told() == [("keeper", "created", "site", hill, {"name": "Hill"})]


def test_a_change_names_its_columns_and_not_their_values(database, told, hill):
    with database.session(ADMIN) as session:
        site = session.get(Site, hill)
        site.address, site.name = "gate code 4711", "Hill 2"
    assert told()[1] == ("keeper", "changed", "site", hill, {"name": "Hill 2", "columns": ["address", "name"]})
    assert "4711" not in str(told())


def test_retiring_and_putting_back_have_words_of_their_own(database, told, hill):
    from datetime import UTC, datetime

    for status, when in (("retired", datetime.now(UTC)), ("active", None), ("standby", None)):
        with database.session(ADMIN) as session:
            site = session.get(Site, hill)
            site.status, site.retired_at = status, when
    assert [event[1] for event in told()] == ["created", "retired", "put back", "changed"]


def test_several_flushes_of_a_row_are_one_change(database, told, hill):
    with database.session(ADMIN) as session:
        site = session.get(Site, hill)
        site.name = "Hill 2"
        session.flush()
        site.remarks = "seen"
        session.flush()
        new = Site(owner_id=NATION_OWNER_ID, name="Knob")
        session.add(new)
        session.flush()
        new.remarks = "also seen"
    assert told()[1:] == [
        ("keeper", "changed", "site", hill, {"name": "Hill 2", "columns": ["name", "remarks"]}),
        ("keeper", "created", "site", new.id, {"name": "Knob"}),
    ]


def test_a_row_set_to_what_it_was_is_no_event(database, told, hill):
    with database.session(ADMIN) as session:
        session.get(Site, hill).name = "Hill"
    assert len(told()) == 1


def test_a_functions_own_words_stand_instead_of_the_automatic_event(database, told, hill):
    with database.session(ADMIN) as session:
        session.get(Site, hill).name = "Hill 2"
        record_event(
            session, action="put back", owner_id=NATION_OWNER_ID, subject_table="site", subject_id=hill,
            details={"version": 1},
        )  # fmt: skip
    assert told()[1:] == [("keeper", "put back", "site", hill, {"version": 1})]


def test_a_contacts_name_stays_out_of_the_audit(database, told, hill):
    with database.session(ADMIN) as session:
        session.add(Contact(owner_id=NATION_OWNER_ID, site_id=hill, name="A. Person"))
    assert told()[1][1:3] == ("created", "contact")
    assert "Person" not in str(told())


def test_a_new_owner_is_an_event_of_its_own_audit(database):
    with database.session(ADMIN) as session:
        state = Owner(id=uuid.uuid4(), parent_id=NATION_OWNER_ID, kind="state", name="State", code="us.st")
        session.add(state)
    with database.session(Viewer.of_owner("state", state.id, may_write=True)) as session:
        assert session.execute(select(AuditEvent.action, AuditEvent.subject_table)).all() == [("created", "owner")]


def test_a_rolled_back_change_leaves_no_event(database, told):
    def fail():
        with database.session(ADMIN) as session:
            session.add(Site(owner_id=NATION_OWNER_ID, name="Hill"))
            record_event(session, action="granted", owner_id=NATION_OWNER_ID)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert told() == []


def test_what_is_undone_to_a_savepoint_leaves_no_event(database, told):
    def undo(session, name):
        with session.begin_nested():
            session.add(Site(owner_id=NATION_OWNER_ID, name=name))
            with session.begin_nested():
                record_event(session, action="granted", owner_id=NATION_OWNER_ID)
            session.flush()
            raise ZeroDivisionError

    with database.session(ADMIN) as session:
        session.add(Site(owner_id=NATION_OWNER_ID, name="Kept"))
        for name in ("Undone", "Undone too"):
            with pytest.raises(ZeroDivisionError):
                undo(session, name)
        with session.begin_nested():
            record_event(session, action="revoked", owner_id=NATION_OWNER_ID)
    assert [event[1] for event in told()] == ["created", "revoked"]


def test_a_row_the_database_refuses_leaves_no_event(database, told, hill):
    from sqlalchemy.exc import IntegrityError

    with database.session(ADMIN) as session:
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Site(owner_id=NATION_OWNER_ID, name="Hill"))
        session.add(Site(owner_id=NATION_OWNER_ID, name="Knob"))
    assert [event[4]["name"] for event in told()] == ["Hill", "Knob"]


def test_a_session_that_commits_in_steps_tells_each_step(database, told):
    with database.resumable_session(ADMIN) as session:
        for name in ("Hill", "Knob"):
            session.add(Site(owner_id=NATION_OWNER_ID, name=name))
            session.commit()
        session.add(Site(owner_id=NATION_OWNER_ID, name="Never"))
        session.flush()
    assert [event[4]["name"] for event in told()] == ["Hill", "Knob"]


def test_the_sealed_context_says_who_acts_from_where_and_nothing_else_does(database, told):
    account_id = uuid.uuid4()
    viewer = Viewer.of_account("A. Person", account_id, NATION_OWNER_ID, origin="192.0.2.7 abc123")
    with database.session(viewer) as session:
        record_event(session, action="signed in", owner_id=NATION_OWNER_ID, actor="Somebody else")
    with database.session(ADMIN) as session:
        row = session.execute(
            select(AuditEvent.actor, AuditEvent.account_id, AuditEvent.origin, AuditEvent.request_id)
        ).one()
    assert tuple(row) == ("A. Person", account_id, "192.0.2.7", "abc123")


def test_the_gate_may_name_who_acts(database):
    account_id = uuid.uuid4()
    with database.gate_session(Viewer("sign-in", NATION_OWNER_ID, origin="192.0.2.7 abc123")) as session:
        record_event(
            session, action="failed to sign in", owner_id=NATION_OWNER_ID, actor="a@example.org", account_id=account_id
        )
        record_event(session, action="cleaned up", owner_id=NATION_OWNER_ID)
    with database.session(ADMIN) as session:
        rows = session.execute(
            select(AuditEvent.actor, AuditEvent.account_id, AuditEvent.origin, AuditEvent.request_id).order_by(
                AuditEvent.sequence
            )
        ).all()
    assert [tuple(row) for row in rows] == [
        ("a@example.org", account_id, "192.0.2.7", "abc123"),
        ("sign-in", None, "192.0.2.7", "abc123"),
    ]


@pytest.mark.parametrize("action", ["Granted", "", "x" * 60, "granted!", "a\nb"])
def test_an_action_is_a_verb(database, action):
    with database.session(ADMIN) as session, pytest.raises(ValueError, match="verb"):
        record_event(session, action=action, owner_id=NATION_OWNER_ID)


def test_details_are_kept_whole_or_refused(database, told):
    details = {"odd": {3, 1}, "id": NATION_OWNER_ID, "nul": "a\0b", "float": float("inf")}
    with database.session(ADMIN) as session:
        record_event(session, action="granted", owner_id=NATION_OWNER_ID, details=details)
        with pytest.raises(ValueError, match="longer"):
            record_event(session, action="granted", owner_id=NATION_OWNER_ID, details={"x": "y" * 20_000})
    assert told()[0][4] == {"odd": ["1", "3"], "id": str(NATION_OWNER_ID), "nul": "a\ufffdb", "float": "inf"}


def test_writers_at_once_make_one_whole_chain(database, superuser):
    """Rows locked in opposite orders would show a deadlock, if the chain were held while waiting for a row."""
    writers, each = 8, 12
    with database.session(ADMIN) as session:
        sites = [Site(owner_id=NATION_OWNER_ID, name=f"Hill {number}") for number in range(writers)]
        session.add_all(sites)
    failed = []

    def work(own: int) -> None:
        try:
            for step in range(each):
                with database.session(Viewer.local_administrator(f"writer {own}")) as session:
                    session.get(Site, sites[own].id).remarks = f"step {step}"
                    record_event(session, action="granted", owner_id=NATION_OWNER_ID)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(own,)) for own in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    verdict = check(superuser)
    assert verdict.faults == []
    assert verdict.head.event_count == writers + 2 * writers * each
