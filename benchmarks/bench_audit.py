"""What the audit costs: a change with its event, a view by readers at once, a batch's hash, a check.

On a server of its own (in memory where there is room, so that the disk's waiting does not hide the costs). Each figure
is a ratio against the same work without the audit: a change of one record through the program's own session, with and
without its event; the event of a view, written by 16 readers at once, against the smallest session of a viewer (one
question of what it may see), by as many at once; the hash of a batch's rows against storing them. Ends with status 1
when a change takes more than 1.5 times and 2 ms longer with its event, a view's event that much longer than that
smallest session (95th percentiles), or the hash of a batch over a tenth of the time of storing it.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2
from sqlalchemy import text

from casm.audit import changes
from casm.audit.batch_rows import batch_rows_sha256
from casm.audit.check import check
from casm.audit.views import record_view
from casm.config import Settings
from casm.db import cluster
from casm.db.locate import locate_database
from casm.db.server import libpq_parameters, make_url
from casm.db.session import Database, open_database
from casm.db.tables import Site
from casm.intake.mapping import ColumnMapping
from casm.intake.readers import Request
from casm.intake.take_in import take_in
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMIN = Viewer.local_administrator()
READERS = 16
SEEN_OWNERS = 50
MOST_RATIO, MOST_MORE_MS = 1.5, 2.0
MOST_HASH_SHARE = 0.1


def folder_for_a_server() -> Path:
    """A folder in memory where there is room, else on the disk."""
    memory = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(prefix="casm-bench-", dir=memory if memory.is_dir() else None))
    made.chmod(0o711)
    return made


def changes_of_a_record(database: Database, times: int) -> tuple[float, float]:
    """(with its event, without) milliseconds of a change of one record, in turn so that both meet the same load."""
    with database.session(ADMIN) as session:
        site = Site(owner_id=NATION_OWNER_ID, name="Bench Hill")
        session.add(site)
    number = iter(range(1_000_000))

    def change(*, audited: bool) -> float:
        begun = time.perf_counter()
        with database.session(ADMIN) as session:
            session.info[changes.WATCHED] = audited
            session.get_one(Site, site.id).remarks = f"step {next(number)}"
        return (time.perf_counter() - begun) * 1000

    pairs = [(change(audited=True), change(audited=False)) for _ in range(times)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def at_once(work: Callable[[], None], each: int) -> tuple[float, float, float]:
    """(median, 95th percentile) milliseconds of a piece of work done by 16 threads at once, and how many a second."""
    spent: list[float] = []

    def repeat() -> None:
        for _ in range(each):
            begun = time.perf_counter()
            work()
            spent.append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=repeat) for _ in range(READERS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(spent) / (time.perf_counter() - begun)
    ordered = sorted(spent)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.95)], rate


def views_at_once(database: Database, each: int) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """(a view's event, the smallest session of a viewer), each as at_once gives it."""
    viewer = Viewer.of_account("bench@example.org", uuid.uuid4(), NATION_OWNER_ID, origin="192.0.2.1 0123456789abcdef")
    seen = {uuid.uuid4(): {"site": 40, "station": 60, "agency": 5} for _ in range(SEEN_OWNERS)}

    def view() -> None:
        record_view(database, viewer, what="the map", seen=seen)

    def ask() -> None:
        with database.session(viewer) as session:
            session.execute(text("SELECT casm_sec.visible_owners()"))

    return at_once(view, each), at_once(ask, each)


def batch(database: Database, rows: int) -> tuple[float, float]:
    """(seconds of storing a batch without its hash, seconds of the hash)."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sites.csv")
        lines = (f"Site {n},{36 + n % 997 / 1000:.6f},{-84 - n % 991 / 1000:.6f},Some remarks {n}" for n in range(rows))
        file.write_text("name,latitude,longitude,remarks\n" + "\n".join(lines) + "\n", encoding="utf-8")
        begun = time.perf_counter()
        report = take_in(database, ADMIN, Request(path=file, owner_code="us", mapping=ColumnMapping())).reports[0]
        whole_s = time.perf_counter() - begun
    with database.session(ADMIN) as session:
        begun = time.perf_counter()
        _, stored = batch_rows_sha256(session, report.batch_id)
        hash_s = time.perf_counter() - begun
    assert stored == rows
    return whole_s - hash_s, hash_s


def main() -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=400, help="changes of a record, and views of each reader")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the batch")
    arguments = parser.parse_args()
    settings = Settings(folder_for_a_server())
    failed = []
    try:
        urls = locate_database(settings)
        database = open_database(urls)
        audited_ms, plain_ms = changes_of_a_record(database, arguments.times)
        ratio = audited_ms / plain_ms
        print(f"change of a record: {audited_ms:.2f} ms with its event, {plain_ms:.2f} without: {ratio:.2f} times")
        if ratio > MOST_RATIO and audited_ms - plain_ms > MOST_MORE_MS:
            failed.append("a change")
        view, ask = views_at_once(database, arguments.times)
        print(
            f"view of {SEEN_OWNERS} owners, {READERS} readers at once: {view[0]:.1f} ms, p95 {view[1]:.1f} ms, "
            f"{view[2]:.0f} a second; the smallest session {ask[0]:.1f} ms, p95 {ask[1]:.1f} ms, {ask[2]:.0f} a second"
        )
        if view[1] > max(MOST_RATIO * ask[1], ask[1] + MOST_MORE_MS):
            failed.append("a view")
        store_s, hash_s = batch(database, arguments.rows)
        print(f"batch of {arguments.rows:,} rows: {store_s:.1f} s, its hash {hash_s:.2f} s: {hash_s / store_s:.1%}")
        if hash_s > MOST_HASH_SHARE * store_s:
            failed.append("a batch's hash")
        with closing(psycopg2.connect(**libpq_parameters(make_url(urls.migrator)))) as connection:
            begun = time.perf_counter()
            verdict = check(connection)
            spent_s = time.perf_counter() - begun
        count = verdict.head.event_count
        print(f"check of {count:,} events: {spent_s:.2f} s, {count / spent_s:,.0f} a second")
        if not verdict.sound:
            failed.append("the check")
        database.close()
    finally:
        cluster.stop(settings)
        shutil.rmtree(settings.data_dir, ignore_errors=True)
    if failed:
        print(f"too slow or wrong: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
