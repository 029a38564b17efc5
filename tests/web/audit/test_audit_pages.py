"""The audit on the web: what auditors read, who is let in, what each page shown leaves behind."""

import csv
import io
import json
import re

import pytest
from sqlalchemy import select

from casm.audit.chain import faults_of_export
from casm.audit.export import read_export
from casm.audit.record import record_event
from casm.db.tables import AuditEvent, Site
from casm.sharing.viewer import Viewer

ADMIN = Viewer.local_administrator()


def last_sequence(world) -> int:
    with world.database.session(ADMIN) as session:
        return session.scalar(select(AuditEvent.sequence).order_by(AuditEvent.sequence.desc()).limit(1)) or 0


@pytest.fixture
def since(world):
    """Events since the test began, as the machine's administrator reads them."""
    before = last_sequence(world)

    def read():
        statement = (
            select(AuditEvent.actor, AuditEvent.action, AuditEvent.details, AuditEvent.owner_id, AuditEvent.id,
                   AuditEvent.origin, AuditEvent.subject_table, AuditEvent.subject_id)
            .where(AuditEvent.sequence > before)
            .order_by(AuditEvent.sequence)
        )  # fmt: skip
        with world.database.session(ADMIN) as session:
            return list(session.execute(statement))

    return read


@pytest.mark.parametrize(("who", "status"), [("amy", 200), ("ann", 200), ("swic", 200), ("ray", 403), ("eve", 403)])
def test_auditors_and_managers_read_the_audit_and_nobody_else(browser_of, who, status):
    browser_of(who).get("/audit", status)


def test_nobody_is_asked_to_sign_in(browser_of):
    assert "/sign-in" in browser_of(None).get("/audit", 303).location


def test_an_auditor_reads_sentences_of_its_own_owner_alone(browser_of, world):
    with world.database.session(Viewer.local_administrator("Clerk")) as session:
        session.add(Site(owner_id=world.campbell, name="Audited Hill"))
        session.add(Site(owner_id=world.scott, name="Foreign Hill"))
    page = browser_of("amy").text("/audit")
    assert "created site Audited Hill" in page
    assert "Foreign Hill" not in page
    assert "Scott County" not in page
    assert "created site Foreign Hill" in browser_of("sid").text("/audit")
    assert "Audited Hill" in browser_of("swic").text("/audit")


def test_the_way_to_a_record_is_for_those_who_may_have_it(browser_of, world):
    with world.database.session(Viewer.local_administrator("Clerk")) as session:
        session.add(Site(owner_id=world.campbell, name="Linked Hill"))
    assert "The record of this event" not in browser_of("amy").text("/audit")
    assert "The record of this event" in browser_of("ann").text("/audit")


def test_a_page_shown_is_one_event_with_what_was_read(browser_of, world, since):
    browser_of("ray").get("/table")
    (event,) = since()
    assert (event.actor, event.action, event.details) == ("ray@scott.example", "saw", {"what": "the tables"})
    assert event.origin == "127.0.0.1"
    page = browser_of("sid").text("/audit")
    assert "saw the tables" in page
    assert "Scott County:" in page
    assert re.search(r"Scott County: .*site \d", page)


def test_an_owner_learns_who_saw_its_rows_and_not_whose_else_were_seen(browser_of, world, since):
    """The state's manager sees both counties at once; each county's auditor reads of its own."""
    browser_of("swic").get("/table")
    (event,) = since()
    told = {}
    for who, viewer in (("amy", world.campbell), ("sid", world.scott)):
        page = browser_of(who).text("/audit?actor=Swic&action=saw&since=")
        assert page.count("saw the tables") >= 1, (who, viewer)
        told[who] = page
    assert "Campbell County:" in told["amy"]
    assert "Scott" not in told["amy"]
    assert "Scott County:" in told["sid"]
    assert "Campbell" not in told["sid"]
    assert event.owner_id == world.state


def test_a_record_shown_names_the_record(browser_of, world, since):
    browser_of("eve").get(f"/records/site/{world.scott_tower}")
    (event,) = since()
    assert (event.subject_table, event.subject_id) == ("site", world.scott_tower)
    assert event.details == {"name": "Scott Tower"}
    assert "saw site Scott Tower" in browser_of("sid").text("/audit")


@pytest.mark.parametrize("address", ["/static/site.css", "/sign-in", "/no-such-page", "/records/site/" + "0" * 8
                                     + "-0000-4000-8000-000000000000"])  # fmt: skip
def test_what_shows_no_record_is_no_event(browser_of, since, address):
    browser_of("ray").client.get(address)
    assert since() == []


def test_looking_into_the_audit_is_seen_in_the_audit(browser_of, since):
    browser_of("amy").get("/audit")
    assert [(event.actor, event.details) for event in since()] == [("amy@audit.example", {"what": "the audit"})]


def test_the_filter_narrows_and_says_what_it_cannot_read(browser_of, world):
    with world.database.session(Viewer.local_administrator("Filter Clerk")) as session:
        record_event(session, action="granted", owner_id=world.campbell, details={"what": "one%thing"})
        record_event(session, action="revoked", owner_id=world.campbell, details={"what": "another"})
    browser = browser_of("amy")
    page = browser.text("/audit?actor=filter+CLERK&action=granted")
    assert "granted one%thing" in page
    assert "revoked another" not in page
    assert "no such event" in browser.text("/audit?actor=100%25")
    assert "no such event" in browser.text("/audit?owner=us.tn.scott")
    assert "granted one%thing" in browser.text("/audit?owner=us.tn.campbell&actor=filter")
    assert "no such event" in browser.text("/audit?until=2020-01-01")
    assert "Give since as a day" in browser.get("/audit?since=yesterday", 400).get_data(as_text=True)
    assert "begin again" in browser.get("/audit?before=x_y", 400).get_data(as_text=True)


def test_older_pages_follow_without_a_gap(browser_of, world):
    with world.database.session(Viewer.local_administrator("Pager")) as session:
        for number in range(120):
            record_event(session, action="granted", owner_id=world.campbell, details={"what": f"number {number:03}"})
    browser, address, found = browser_of("amy"), "/audit?actor=Pager", []
    for _page in range(3):
        page = browser.text(address)
        found += [part[:3] for part in page.split("granted number ")[1:]]
        if 'rel="next"' not in page:
            break
        address = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert found == [f"{number:03}" for number in reversed(range(120))]


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_an_export_is_marked_checkable_and_an_event(browser_of, world, since, file_format):
    formula = "=1+1"
    with world.database.session(Viewer.local_administrator("Exporter")) as session:
        record_event(session, action="granted", owner_id=world.campbell, details={"what": formula, "n": 1.50})
        record_event(session, action="granted", owner_id=world.scott, details={"what": "foreign"})
    browser = browser_of("amy")
    answer = browser.post(
        "/audit/export", {"format": file_format, "actor": "Exporter"}, page="/audit?actor=Exporter", status=200
    )
    assert answer.headers["CASM-Marking"].startswith("TLP:RED")
    assert "TLP-RED" in answer.headers["Content-Disposition"]
    text = answer.get_data(as_text=True)
    assert "foreign" not in text
    events = list(read_export(io.BytesIO(answer.data), file_format))
    assert [event.actor for event in events] == ["Exporter"] * len(events)
    assert list(faults_of_export(events)) == []
    # Her part of the audit tells nothing of how much happened elsewhere.
    assert {event.sequence for event in events} == {0}
    if file_format == "csv":
        rows = list(csv.DictReader(io.StringIO(text)))
        assert all(row["marking"].startswith("TLP:RED") for row in rows)
        assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    else:
        about = json.loads(text.splitlines()[0])
        assert (about["tlp"], about["exported_by"], about["whole_chain"]) == ("TLP:RED", "amy@audit.example", False)
    spoiled = text.replace("granted", "revoked", 1).encode()
    assert list(faults_of_export(read_export(io.BytesIO(spoiled), file_format))) != []
    exported = [event for event in since() if event.action == "exported"]
    assert len(exported) == 1
    assert exported[0].details["row_count"] == len(events)
    assert exported[0].details["format"] == file_format
    assert exported[0].details["marking"].startswith("TLP:RED")


def test_readers_export_nothing(browser_of):
    browser = browser_of("ray")
    assert browser.client.post("/audit/export", data={"format": "csv"}).status_code in (400, 403)


def test_an_event_that_cannot_be_written_keeps_the_page_back(browser_of, monkeypatch):
    """Nobody sees anything that the audit does not know of."""
    from sqlalchemy.exc import OperationalError

    def broken(*_arguments, **_more):
        raise OperationalError("append", {}, Exception("gone"))

    monkeypatch.setattr("web.audit.views.record_view", broken)
    answer = browser_of("ray").client.get("/records/site")
    assert answer.status_code >= 500
    assert "Scott" not in answer.get_data(as_text=True)
