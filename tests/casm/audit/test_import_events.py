"""An import is one event with the hash of its rows, however many rows and transactions it took."""

import hashlib
import json

import pytest
from sqlalchemy import select, text

from casm.db.tables import AuditEvent
from casm.intake.mapping import ColumnMapping
from casm.intake.readers import Request, reader_of
from casm.intake.take_in import take_in
from casm.intake.writer import Writer
from casm.sharing.viewer import Viewer

ADMIN = Viewer.local_administrator()


@pytest.fixture
def sites(tmp_path):
    """A table of 25 sites, one of them wrong."""
    lines = [f"Hill {number},36.{number + 10},-84.{number + 10}" for number in range(24)]
    file = tmp_path / "sites.csv"
    file.write_text("\n".join(["name,latitude,longitude", *lines, "Nowhere,95.0,-84.0"]) + "\n", encoding="utf-8")
    return file


def events(database) -> list:
    with database.session(ADMIN) as session:
        statement = select(AuditEvent.action, AuditEvent.subject_table, AuditEvent.subject_id, AuditEvent.details)
        return list(session.execute(statement.order_by(AuditEvent.sequence)))


def take(database, file, **options):
    return take_in(database, ADMIN, Request(path=file, owner_code="us", mapping=ColumnMapping()), **options).reports[0]


def rows_sha256(superuser, batch_id) -> str:
    """The hash worked out anew from its description, for a batch of sites alone."""
    with superuser.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        cursor.execute(
            "SELECT id::text, version, s::text FROM casm.site s WHERE import_batch_id = %s ORDER BY id",
            (str(batch_id),),
        )
        lines = [f"site {key} {version} {hashlib.sha256(row.encode()).hexdigest()}\n" for key, version, row in cursor]
    superuser.rollback()
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def test_a_batch_is_one_event_with_the_hash_of_its_rows(database, superuser, sites):
    report = take(database, sites)
    (event,) = events(database)
    assert (event.action, event.subject_table, event.subject_id) == ("imported", "import_batch", report.batch_id)
    assert event.details["file_sha256"] == hashlib.sha256(sites.read_bytes()).hexdigest()
    assert (event.details["rows_created"], event.details["rows_reported"], event.details["rows_stored"]) == (24, 1, 24)
    assert event.details["rows_sha256"] == rows_sha256(superuser, report.batch_id)


def test_the_hash_tells_of_a_row_changed_behind_the_audits_back(database, superuser, sites):
    report = take(database, sites)
    with superuser.cursor() as cursor:
        cursor.execute("UPDATE casm.site SET name = 'Hull 3' WHERE name = 'Hill 3'")
    superuser.commit()
    assert events(database)[0].details["rows_sha256"] != rows_sha256(superuser, report.batch_id)


def test_the_same_file_again_is_one_event_of_no_rows(database, sites):
    take(database, sites)
    take(database, sites)
    first, second = events(database)
    assert (second.action, second.details["rows_stored"], second.details["rows_unchanged"]) == ("imported", 0, 24)
    assert second.details["rows_sha256"] == hashlib.sha256(b"").hexdigest()
    assert first.details["rows_sha256"] != second.details["rows_sha256"]


def test_a_dry_run_is_no_event(database, sites):
    take(database, sites, dry_run=True)
    assert events(database) == []


def test_a_stopped_batch_says_so_and_its_end_is_another_event(database, sites):
    def breaking(items):
        for number, item in enumerate(items):
            if number == 12:
                raise KeyboardInterrupt
            yield item

    def interrupted():
        opened = reader_of(sites).open(Request(path=sites, owner_code="us", mapping=ColumnMapping()), database, ADMIN)
        with Writer(database, ADMIN, chunk_rows=5) as writer:
            writer.take(opened.origin, breaking(opened.items))

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    report = take(database, sites)
    stopped, done = events(database)
    assert stopped.action == "stopped importing"
    assert 0 < stopped.details["rows_stored"] == stopped.details["rows_created"] < 12
    assert (done.action, done.details["rows_stored"]) == ("imported", 24)
    assert {stopped.subject_id, done.subject_id} == {report.batch_id}


def test_owners_from_a_file_are_in_the_hash(database, tmp_path):
    file = tmp_path / "owners.csv"
    file.write_text("code,kind,name\nus.tn,state,Tennessee\nus.tn.campbell,county,Campbell\n", encoding="utf-8")
    take(database, file)
    (event,) = events(database)
    assert event.details["rows_stored"] == 2
    with database.session(ADMIN) as session:
        session.execute(text("SET LOCAL TimeZone = 'UTC'"))
        stored = session.execute(
            text("SELECT id::text, o::text FROM casm.owner o WHERE code LIKE 'us.tn%' ORDER BY id")
        ).all()
    lines = [f"owner {key} 1 {hashlib.sha256(row.encode()).hexdigest()}\n" for key, row in stored]
    assert event.details["rows_sha256"] == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert json.dumps(event.details)
