"""How quick the pages are with 1,000,000 records of 60 owners, behind both walls, and what their timing tells.

Fills a server of its own by COPY, builds the index of words, and asks the real application for each page as people who
see 1 owner and 50 of them: prints the median, the 99th percentile and the number of statements of each. Then how long a
search takes for words that stand densely on others' records, on hidden classes of the asker's own owner, and nowhere.
Then what writing costs with the index following and without. Ends with status 1 when a median is over 300 ms or when a
hidden word takes 1.5 times and 1 ms longer than none.
"""

import argparse
import contextlib
import math
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2.extras
from _inventory_rows import OWNERS, SEEN, Inventory, call_sign, hertz, plan, radio, write
from bench_row_security import connect, empty_database
from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

from casm.config import Settings
from casm.db import cluster
from casm.db.locate import DatabaseUrls, locate_database
from casm.db.session import Database, open_database
from casm.search.index import build_anew
from casm.search.look_up import look_up, near_readings
from casm.search.typed import read_typed, words_of
from casm.sharing.asset_class import RECORD_CLASSES
from casm.sharing.viewer import FIELD_CLASSES, Viewer
from web import create_app
from web.config import WebConfig

MOST_MS = 300.0
HOPELESS_MS = 3000.0
ROUNDS = 20
# On others' records, on contacts of the asker's own owner, nowhere.
OTHERS_WORD, CLOSED_WORD, ABSENT_WORD = "quagmire77", "bzwkltrp77", "xylozqvw77"
HIDDEN_ROWS = 50_000


def people(cursor, owners: list[uuid.UUID]) -> dict[str, Viewer]:
    """A reader of one owner, the same with grants of all 49 others, and one to whom contacts stay closed."""
    found = {}
    every = FIELD_CLASSES
    for name, views, fields in (("1", 1, every), ("50", SEEN, every), ("no contacts", 1, ("public",))):
        account = uuid.uuid4()
        cursor.execute(
            "INSERT INTO casm_gate.account (id, email, name, state, home_owner_id, approved_at) "
            "VALUES (%s, %s, %s, 'active', %s, now())",
            (str(account), f"{account}@example.gov", name, str(owners[0])),
        )
        cursor.execute(
            "INSERT INTO membership (id, owner_id, account_id, role, field_classes, granted_by) "
            "VALUES (%s, %s, %s, 'agency_reader', %s, 'bench')",
            (str(uuid.uuid4()), str(owners[0]), str(account), list(fields)),
        )
        for giver in owners[1:views]:
            cursor.execute(
                "INSERT INTO sharing_grant (id, owner_id, asset_classes, field_classes, recipient_account_id, "
                "valid_until, granted_by) VALUES (%s, %s, %s, %s, %s, now() + interval '1 day', 'bench')",
                (str(uuid.uuid4()), str(giver), list(RECORD_CLASSES), list(fields), str(account)),
            )
        found[name] = Viewer.of_account(name, account, owners[0])
    return found


def hide_words(cursor, inventory: Inventory) -> None:
    """Put one word on many records that the first owner's readers do not see, and on contacts of its own."""
    others, own = str(inventory.owners[1]), str(inventory.owners[0])
    cursor.execute(
        "UPDATE station SET antenna_make = %s WHERE id IN (SELECT id FROM station WHERE owner_id <> %s LIMIT %s)",
        (OTHERS_WORD, own, HIDDEN_ROWS),
    )
    cursor.execute("UPDATE site SET name = name || %s WHERE owner_id = %s", (f" {OTHERS_WORD}", others))
    cursor.execute("UPDATE contact SET title = %s WHERE owner_id = %s", (CLOSED_WORD, own))


def pages(inventory: Inventory) -> dict[str, str]:
    """What is asked for: what it is → address."""
    first = {table: inventory.ids[table][0] for table in inventory.ids}
    own_channel = int(inventory.starts["channel"][0])
    serial = str(next(radio(inventory, 0, 12)))
    return {
        "classes": "/records",
        "table of channels": "/records/channel",
        "table of stations": "/records/station",
        "table of radios": "/records/radio",
        "table, filter by text": "/records/channel?name.contains=SHER12",
        "table, filter by number": "/records/station?erp_w.is=200 W",
        "table, filter by choice": "/records/channel?mode.is=analog_fm",
        "table, filter by frequency": "/records/channel?rx_freq_hz.is=150.815 MHz",
        "table, filter by reference": "/records/station?site.is=Pine Knob 0",
        "table, sort": "/records/channel?sort=-rx_freq_hz",
        "table, radios of a model": "/records/radio?radio_model.is=VP8000",
        "table, part of a number": "/records/radio?property_number.contains=0123",
        "table, rare height": "/records/station?antenna_height_agl_m.from=99 m",
        "table, radios by model": "/records/radio?sort=-radio_model",
        "table, sites by number": "/records/site?sort=asr_number",
        "search, call sign": f"/search?q={call_sign(own_channel + 7)}",
        "search, frequency": "/search?q=150.8225",
        "search, part of it": "/search?q=150.8",
        "search, name": "/search?q=Pine Knob",
        "search, common words": "/search?q=county sheriff",
        "search, person": "/search?q=Alex Adams0",
        "search, serial number": f"/search?q={serial}",
        "search, serial wrong": f"/search?q={serial[:6]}{serial[7]}{serial[6]}{serial[8:]}",
        "search, talkgroup": "/search?q=$1F",
        "search, two errors": "/search?q=chesnut montain",
        "search, call sign wrong": f"/search?q={call_sign(7)[:2]}{call_sign(7)[3]}{call_sign(7)[2]}{call_sign(7)[4:]}X",
        "search, nothing": "/search?q=zzyzxqvwk",
        "search, JSON": "/api/search?q=Pine Knob",
        "record, channel": f"/records/channel/{first['channel']}",
        "record, radio": f"/records/radio/{first['radio']}",
        "record, site": f"/records/site/{first['site']}",
        "record, station": f"/records/station/{first['station']}",
    }


def busy_seconds(postmaster: int) -> float:
    """Processor time that this program and the database's processes have used."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == postmaster:
                ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def measure(
    database: Database, viewers: dict[str, Viewer], asked: dict[str, str], rounds: int, postmaster: int
) -> bool:
    """Print a line for each page and person; whether every median holds.

    busy: mean processor time, which other programs on the machine change less than the clock's.
    """
    statements = [0]

    @event.listens_for(database.engine, "before_cursor_execute")
    def count(*_given) -> None:
        statements[0] += 1

    right = True
    print(f"{'page':<28} {'owners':>6} {'median ms':>10} {'p99 ms':>8} {'busy ms':>8} {'statements':>10} {'status':>6}")
    for name in ("1", "50"):
        client = create_app(WebConfig(database, viewers[name], trusted_hosts=("localhost",))).test_client()
        for what, address in asked.items():
            client.get(address)  # the first finds nothing in memory
            figures, status, worked = [], 0, busy_seconds(postmaster)
            for _ in range(rounds):
                statements[0] = 0
                began = time.perf_counter()
                status = client.get(address).status_code
                figures.append((time.perf_counter() - began) * 1000.0)
                if figures[-1] > HOPELESS_MS:
                    break
            busy = (busy_seconds(postmaster) - worked) * 1000.0 / len(figures)
            median, p99 = statistics.median(figures), sorted(figures)[math.ceil(0.99 * len(figures)) - 1]
            slow = median > MOST_MS
            right &= not slow and status == 200
            print(
                f"{what:<28} {name:>6} {median:>10.1f} {p99:>8.1f} {busy:>8.1f} {statements[0]:>10} {status:>6}"
                f"{'  TOO SLOW' if slow else ''}",
                flush=True,
            )
    return right


def timing(database: Database, viewers: dict[str, Viewer], rounds: int) -> bool:
    """Print what a search for a hidden word takes against one that stands nowhere; whether nobody can tell."""
    silent = True
    print("\ntiming: a word on many hidden records against a word on none")

    def look(session, word: str) -> None:
        typed = read_typed(session, word)
        look_up(session, typed.readings)
        near_readings(session, list(words_of(typed.chunks)))

    for name, whose, hidden in (
        ("1", "others' records", OTHERS_WORD), ("no contacts", "own owner's closed class", CLOSED_WORD),
    ):  # fmt: skip
        client = create_app(WebConfig(database, viewers[name], trusted_hosts=("localhost",))).test_client()
        with database.session(viewers[name]) as session:
            for what, ask in (
                ("look-up", lambda word, s=session: look(s, word)),
                ("page", lambda word, c=client: c.get(f"/search?q={word}")),
            ):
                full, none = alternate(ask, hidden, ABSENT_WORD, rounds * 5)
                silent &= full / none <= 1.5 or full - none <= 1.0
                print(f"  {whose:<28} {what:<8} {full:.2f} ms against {none:.2f} ms: {full / none:.2f}x")
    return silent


def alternate(ask: Callable[[str], object], one: str, other: str, rounds: int) -> tuple[float, float]:
    """Medians of two questions asked in turn."""
    figures: dict[str, list[float]] = {one: [], other: []}
    for _ in range(rounds):
        for word in (one, other):
            began = time.perf_counter()
            ask(word)
            figures[word].append((time.perf_counter() - began) * 1000.0)
    return statistics.median(figures[one]), statistics.median(figures[other])


LOAD_SITES = """
INSERT INTO site (id, owner_id, name, aliases, position, asr_number, address)
SELECT gen_random_uuid(), %s, 'Cedar Bluff ' || n, ARRAY['CED' || n %% 10000],
       ST_SetSRID(ST_MakePoint(-85 + n * 0.618 %% 1, 36 + n * 0.414 %% 1), 4326), (2000000 + n)::text,
       n %% 9000 || ' Walnut Road'
FROM generate_series(1, %s) n
"""


def writing(urls, owner: uuid.UUID, rows: int = 5000, load: int = 100_000) -> None:
    """Print what inserting and changing takes with the index following, and without; all of it is taken back."""
    connection = connect(urls, "casm,casm_geo,public")
    connection.autocommit = False
    cursor = connection.cursor()
    print("\nwriting: each row with its other triggers and indexes")
    for followed in (False, True):
        for table in ("channel", "site"):
            for event_of in ("insert", "update", "delete"):
                able = "ENABLE" if followed else "DISABLE"
                cursor.execute(f"ALTER TABLE {table} {able} TRIGGER words_follow_{event_of}")
        values = [(str(uuid.uuid4()), str(owner), f"WRITE{followed}{n}", hertz(n)) for n in range(rows)]
        inserted = seconds(lambda given=values: psycopg2.extras.execute_values(
            cursor, "INSERT INTO channel (id, owner_id, name, rx_freq_hz) VALUES %s", given, page_size=500
        ))  # fmt: skip
        changed = seconds(lambda mark=f"WRITE{followed}%": cursor.execute(
            "UPDATE channel SET alias = 'CHANGED ' || right(name, 4) WHERE owner_id = %s AND name LIKE %s",
            (str(owner), mark),
        ))  # fmt: skip
        untouched = seconds(lambda mark=f"WRITE{followed}%": cursor.execute(
            "UPDATE channel SET remarks = 'seen' WHERE owner_id = %s AND name LIKE %s", (str(owner), mark)
        ))  # fmt: skip
        loaded = seconds(lambda: cursor.execute(LOAD_SITES, (str(owner), load)))
        taken = seconds(lambda: take_up(cursor)) if followed else 0.0
        print(
            f"  {'with the index' if followed else 'without it':<15} "
            f"channels by 500: insert {inserted / rows * 1e6:.0f}, "
            f"change {changed / rows * 1e6:.0f}, change of what is not searched {untouched / rows * 1e6:.0f} µs a row; "
            f"{load:,} sites at once: {loaded / load * 1e6:.0f} µs a row, taking them up {taken / load * 1e6:.0f}",
            flush=True,
        )
        connection.rollback()
    connection.close()


def take_up(cursor) -> None:
    """Make the words of all that waits."""
    while True:
        cursor.execute("SELECT casm_sec.take_up_waiting(NULL, 20000)")
        if cursor.fetchone() == (0,):
            return


def seconds(act: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextlib.contextmanager
def database_in(folder: Path | None) -> Iterator[tuple[Settings, DatabaseUrls]]:
    """A server in a folder that is kept, or in one of its own that is gone at the end."""
    if folder is None:
        with empty_database() as found:
            yield found
        return
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    settings = Settings(folder.absolute())
    try:
        yield settings, locate_database(settings)
    finally:
        cluster.stop(settings)


def filled(cursor, inventory: Inventory) -> bool:
    """Whether an earlier run has filled the database with the very rows of this one."""
    cursor.execute("SELECT count(*) FROM radio")
    (rows,) = cursor.fetchone()
    if rows not in (0, len(inventory.ids["radio"])):
        sys.exit("this folder holds an inventory of another size: give --rows as then, or another folder")
    cursor.execute("SELECT count(*) FROM owner WHERE id = %s", (str(inventory.owners[0]),))
    return rows > 0 and cursor.fetchone() == (1,)


def fill(cursor, urls: DatabaseUrls, inventory: Inventory) -> None:
    """Write the records and the words, and say how long each took."""
    began = time.perf_counter()
    rows = write(cursor, inventory)
    took = time.perf_counter() - began
    print(f"{rows:,} records of {OWNERS} owners written and indexed in {took:.0f} s", flush=True)
    cursor.execute("SET session_replication_role = replica")
    hide_words(cursor, inventory)
    cursor.execute("SET session_replication_role = origin")
    began = time.perf_counter()
    engine = create_engine(urls.migrator, poolclass=NullPool)
    with engine.connect() as migrator:
        words = build_anew(migrator, lambda told: print(f"  {time.perf_counter() - began:.0f} s: {told}", flush=True))
    cursor.execute("VACUUM ANALYZE")
    cursor.execute(
        "SELECT pg_size_pretty(sum(pg_total_relation_size(oid))) FROM pg_class "
        "WHERE relname IN ('search_entry', 'search_variant') AND relkind = 'r'"
    )
    print(f"{words:,} words, {cursor.fetchone()[0]}, built in {time.perf_counter() - began:.0f} s\n", flush=True)


def main() -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--data-dir", type=Path, help="a folder for the database, kept and used again as it is")
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    options = parser.parse_args()
    inventory = plan(options.rows)
    with database_in(options.data_dir) as (settings, urls):
        connection = connect(urls, "casm,casm_geo,public")
        cursor = connection.cursor()
        if not filled(cursor, inventory):
            fill(cursor, urls, inventory)
        viewers = people(cursor, inventory.owners)
        asked = {what: address for what, address in pages(inventory).items() if options.only in what}
        database = open_database(urls)
        try:
            right = measure(database, viewers, asked, options.rounds, cluster.running_pid(settings) or 0)
            right &= timing(database, viewers, options.rounds)
        finally:
            database.close()
        writing(urls, inventory.owners[0])
        connection.close()
    if not right:
        sys.exit(1)


if __name__ == "__main__":
    main()
