"""A program killed at any moment leaves each change with its event, and the chain whole."""

import multiprocessing
import os
import random
import signal

from repeats import repeats

from casm.audit.check import check
from casm.db.locate import DatabaseUrls
from casm.db.session import open_database
from casm.db.tables import Site
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

KILLS = repeats(60, quick=4)
WRITERS = 3
FORK = multiprocessing.get_context("fork")


def write_for_ever(urls: DatabaseUrls, number: int) -> None:
    """In a process of its own: a new site in each transaction, until killed."""
    database = open_database(urls)
    step = 0
    while True:
        with database.session(Viewer.local_administrator(f"writer {number}")) as session:
            session.add(Site(owner_id=NATION_OWNER_ID, name=f"Hill {number} {os.getpid()} {step}"))
            if step % 3 == 0:
                session.flush()
        step += 1


def test_killed_writers_leave_no_change_without_its_event_nor_an_event_without_its_change(
    database_urls, superuser, wait_for_rows
):
    moments = random.Random(20261122)
    written = 0
    for _ in range(KILLS):
        writers = [FORK.Process(target=write_for_ever, args=(database_urls, number)) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        written += moments.randrange(3, 25)
        wait_for_rows(database_urls, ("site",), written, writers[0].pid)
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
        for writer in writers:
            writer.join()
    verdict = check(superuser)
    assert verdict.faults == []
    with superuser.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casm.site")
        (sites,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM casm.audit_event e FULL JOIN casm.site s ON s.id = e.subject_id "
            "WHERE e.subject_id IS NULL OR s.id IS NULL"
        )
        assert cursor.fetchone() == (0,)
    superuser.rollback()
    assert verdict.head.event_count == sites >= written
