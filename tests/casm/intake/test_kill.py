"""An import killed at any moment leaves whole rows only, and a rerun ends where an undisturbed one would."""

import multiprocessing
import os
import random
import signal

import pytest
from repeats import repeats
from sqlalchemy import text

from casm.db.locate import DatabaseUrls
from casm.db.session import open_database
from casm.errors import CasmError
from casm.intake import batches
from casm.intake.batches import FileOrigin
from casm.intake.readers import Request
from casm.intake.writer import Writer
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMIN = Viewer.local_administrator()
ROWS = 800
TAKEN = 792
CHUNK = 20
KILLS = repeats(200, quick=4)
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def systems(write):
    """A table whose rows have children, a few of them wrong."""
    lines = ["name,technology,bands,wacn,issi_peers,remarks"]
    for number in range(ROWS):
        peer = f"System {number // 2}" if number % 7 == 3 and number // 2 % 100 != 50 else ""
        wacn = "XYZ" if number % 100 == 50 else f"$BEE{number % 16:X}0"
        lines.append(f"System {number},P25 Phase 2,700;800,{wacn},{peer},row {number}")
    return write("radio_systems.csv", "\n".join(lines) + "\n")


def take(database, path) -> None:
    from casm.intake.readers import reader_of

    with Writer(database, ADMIN, chunk_rows=CHUNK) as writer:
        request = Request(path, "us")
        opened = reader_of(path).open(request, database, ADMIN)
        writer.take(opened.origin, opened.items)


def child(urls: DatabaseUrls, path) -> None:
    """In a process of its own: import, and end without any of the parent's clean-up."""
    database = open_database(urls)
    take(database, path)
    database.close()
    os._exit(0)


def batch_state(intake):
    return intake.rows(
        "SELECT state, rows_read, rows_created, rows_changed, rows_unchanged, rows_reported, "
        "(SELECT array_agg(row_number || reason ORDER BY row_number, reason) FROM import_problem "
        " WHERE import_batch_id = import_batch.id) FROM import_batch ORDER BY started_at"
    )


def half_rows(intake) -> int:
    """Systems whose peers are not those the file states: 0 unless a row was stored in part."""
    return intake.value(
        "SELECT count(*) FROM radio_system s LEFT JOIN system_peer p ON p.radio_system_id = s.id "
        "WHERE (substr(s.name, 8)::int % 7 = 3 AND substr(s.name, 8)::int / 2 % 100 <> 50) <> (p.id IS NOT NULL)"
    )


def test_kills_and_a_rerun_leave_what_one_undisturbed_import_leaves(
    intake, systems, intake_of, make_database, wait_for_rows
):
    take(intake.database, systems)
    undisturbed, wanted_batches = intake.inventory(), batch_state(intake)
    seen: list[int] = []
    moments = random.Random(20261122)
    with make_database() as urls:
        disturbed = intake_of(open_database(urls))
        # At random moments, ever later, since each run goes over what the ones before it stored.
        for rows in sorted(moments.randrange(TAKEN) for _ in range(KILLS)):
            disturbed.database.engine.dispose()
            process = FORK.Process(target=child, args=(urls, systems))
            process.start()
            wait_for_rows(urls, ("radio_system",), rows, process.pid)
            if not process.is_alive():
                break
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            seen.append(disturbed.value("SELECT count(*) FROM radio_system"))
            assert half_rows(disturbed) == 0
            assert disturbed.value("SELECT count(*) FROM import_batch") <= 1
        if batch_state(disturbed)[0][0] != "done":
            take(disturbed.database, systems)
        assert disturbed.inventory() == undisturbed
        assert batch_state(disturbed) == wanted_batches
        assert disturbed.value("SELECT count(*) FROM history") == 0
        disturbed.database.close()
    # The kills fell while rows were being written, not before or after.
    assert len({count for count in seen if 0 < count < TAKEN}) >= 2, seen


def test_an_interrupted_batch_is_marked_stopped_and_taken_up_again(intake, systems):
    def interrupted():
        with Writer(intake.database, ADMIN, chunk_rows=CHUNK) as writer:
            from casm.intake.readers import reader_of

            opened = reader_of(systems).open(Request(systems, "us"), intake.database, ADMIN)

            def items():
                for number, item in enumerate(opened.items):
                    if number == 200:
                        raise KeyboardInterrupt
                    yield item

            writer.take(opened.origin, items())

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert batch_state(intake)[0][:3] == ("stopped", 200, 198)
    take(intake.database, systems)
    assert [row[:6] for row in batch_state(intake)] == [("done", ROWS, TAKEN, 0, 0, ROWS - TAKEN)]


def test_a_batch_of_a_dead_program_is_marked_stopped_by_the_next_import(intake, write, systems):
    with intake.database.session(ADMIN) as session:
        batches.open_batch(session, NATION_OWNER_ID, FileOrigin("gone.csv", "c" * 64, "csv", "us"), ADMIN.actor)
    intake.take(write("sites.csv", "name\nA\n"))
    assert intake.rows("SELECT file_name, state FROM import_batch ORDER BY 1") == [
        ("gone.csv", "stopped"), ("sites.csv", "done"),
    ]  # fmt: skip


def test_two_programs_do_not_take_in_one_file_at_once(intake, systems, monkeypatch):
    monkeypatch.setattr(batches, "LOCK_PATIENCE_S", 0.1)
    with Writer(intake.database, ADMIN) as first:
        origin = FileOrigin("a.csv", "d" * 64, "csv", "us")
        first.take(origin, [])
        with pytest.raises(CasmError, match="by another casm"), Writer(intake.database, ADMIN) as second:
            second.take(origin, [])
    with intake.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) == 0
