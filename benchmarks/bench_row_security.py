"""What row security costs a search by place, and what its timing tells of others.

1,000,000 sites of 50 owners, each owner's in a region of its own and 5 % scattered over the country, loaded owner by
owner as imports do. Searches by box as the program's role, on behalf of people with a role at one owner and grants from
6 and from 49 others, and of a national viewer, in turn with the same search by a superuser, whom row security does not
bind: over everybody's rows with PostGIS's own index ("open"), and for the same owners named in the query ("same rows").
Then all again after a dump and restore into a new server, and after an update of the PostGIS extension. Ends with
status 1 when a search takes more than 1.5 times the open one and 2 ms longer, goes by another index than it should, or
when a box full of others' rows takes 1.5 times and 1 ms longer than an empty one.
"""

import argparse
import io
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg2

from casm.config import Settings
from casm.db import cluster
from casm.db.backup import backup as make_backup
from casm.db.locate import DatabaseUrls, locate_database, locate_server
from casm.db.restore import restore
from casm.db.server import libpq_parameters, make_url
from casm.db.session import Database, open_database
from casm.sharing.asset_class import RECORD_CLASSES
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

OWNERS = 50
COLUMNS, ROWS = 10, 5  # the country as 10 x 5 regions
WEST, SOUTH, REGION_WIDTH, REGION_HEIGHT = -125.0, 25.0, 6.0, 5.0
SCATTERED_SHARE = 0.05
BOX_SIZES_DEG = (0.05, 0.5, 3.0)
BOXES = 25
SEED = 7

# As text, since the program's own connections turn a UUID into an object, which is not the wall's doing.
SEARCH = "SELECT id::text, name, position FROM site WHERE position && ST_MakeEnvelope(%s, %s, %s, %s, 4326)"
IN_MEMORY = Path("/dev/shm")
ROOM_BYTES = 4_000_000_000


@contextmanager
def empty_database() -> Iterator[tuple[Settings, DatabaseUrls]]:
    """A server of its own in a temporary folder, in memory where there is room, gone at the end."""
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="casm-bench-", dir=IN_MEMORY if roomy else None))
    folder.chmod(0o711)
    settings = Settings(folder)
    try:
        yield settings, locate_database(settings)
    finally:
        cluster.stop(settings)
        shutil.rmtree(folder, ignore_errors=True)


def fill(connection, owners: list[uuid.UUID], count: int) -> None:
    """Write the owners and their sites, then make the indexes that a search by place may use."""
    draw = np.random.default_rng(SEED)
    shares = draw.uniform(0.6, 3.6, OWNERS)
    owner_of = np.sort(draw.choice(OWNERS, count, p=shares / shares.sum()))
    scattered = draw.random(count) < SCATTERED_SHARE
    across, up = draw.random(count), draw.random(count)
    lon = np.where(scattered, across * COLUMNS, owner_of % COLUMNS + across) * REGION_WIDTH + WEST
    lat = np.where(scattered, up * ROWS, owner_of // COLUMNS + up) * REGION_HEIGHT + SOUTH
    ids = draw.bytes(16 * count).hex()
    padding = "EXERCISE " * 20
    text = io.StringIO()
    for n in range(count):
        row_id, owner = ids[32 * n : 32 * n + 32], owners[owner_of[n]]
        text.write(f"{row_id}\t{owner}\tSite {n}\tSRID=4326;POINT({lon[n]:.6f} {lat[n]:.6f})\t{padding}\n")
    text.seek(0)
    with connection.cursor() as cursor:
        for number, owner in enumerate(owners):
            cursor.execute(
                "INSERT INTO owner (id, parent_id, kind, name, code) VALUES (%s, %s, 'state', %s, %s)",
                (str(owner), str(NATION_OWNER_ID), f"State {number}", f"us.s{number}"),
            )
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'site' "
            "AND indexname ~ '^ix_site_(owner|position)'"
        )
        indexes = dict(cursor.fetchall())
        cursor.execute("ALTER TABLE site DROP CONSTRAINT uq_site_owner_id_id CASCADE, DROP CONSTRAINT pk_site CASCADE")
        cursor.execute("DROP INDEX casm.uq_site_name, casm.ix_site_import_batch_id")
        for name in indexes:
            cursor.execute(f"DROP INDEX casm.{name}")
        # The rows are right by construction; checking a million references would take longer than the measurement.
        cursor.execute("SET session_replication_role = replica")
        cursor.copy_expert("COPY site (id, owner_id, name, position, remarks) FROM STDIN", text)
        cursor.execute("SET session_replication_role = origin")
        for statement in indexes.values():
            cursor.execute(statement)
        cursor.execute("CREATE INDEX bench_open ON site USING gist (position public.gist_geometry_ops_2d)")
        cursor.execute("VACUUM ANALYZE site")


def boxes(size_deg: float) -> list[tuple[float, float, float, float]]:
    """The same random boxes for everybody."""
    draw = np.random.default_rng(SEED)
    corners = draw.uniform((WEST, SOUTH), (WEST + 57.0, SOUTH + 22.0), (BOXES, 2))
    return [(float(x), float(y), float(x) + size_deg, float(y) + size_deg) for x, y in corners]


def milliseconds(cursor, query: str, box: tuple[float, ...]) -> tuple[float, int]:
    """(time with fetching, rows) of one search."""
    began = time.perf_counter()
    cursor.execute(query, box)
    found = len(cursor.fetchall())
    return (time.perf_counter() - began) * 1000.0, found


def index_condition(cursor, query: str, box: tuple[float, ...]) -> str:
    """What the plan looks up in the index: "owner and box", "box", "owner" or "nothing"."""
    cursor.execute(f"EXPLAIN {query}", box)
    conditions = " ".join(line for (line,) in cursor.fetchall() if "Index Cond" in line)
    parts = [name for name, sign in (("owner", "owner_id"), ("box", "&&")) if sign in conditions]
    return " and ".join(parts) or "nothing"


def people(cursor, owners: list[uuid.UUID]) -> dict[str, tuple[Viewer, list[uuid.UUID]]]:
    """Accounts that see 1, 7 and 50 owners, the last once by grants and once as a national viewer: (viewer, owners)."""
    found = {}
    for name, view in (("1", 1), ("7", 7), ("50", len(owners)), ("nation", len(owners))):
        account = uuid.uuid4()
        national = name == "nation"
        home = NATION_OWNER_ID if national else owners[0]
        cursor.execute(
            "INSERT INTO casm_gate.account (id, email, name, state, home_owner_id, approved_at) "
            "VALUES (%s, %s, %s, 'active', %s, now())",
            (str(account), f"{name}@example.gov", name, str(home)),
        )
        cursor.execute(
            "INSERT INTO membership (id, owner_id, account_id, role, field_classes, granted_by) "
            "VALUES (%s, %s, %s, %s, '{public}', 'bench')",
            (str(uuid.uuid4()), str(home), str(account), "national_viewer" if national else "agency_reader"),
        )
        for giver in () if national else owners[1:view]:
            cursor.execute(
                "INSERT INTO sharing_grant (id, owner_id, asset_classes, field_classes, recipient_account_id, "
                "valid_until, granted_by) VALUES (%s, %s, %s, '{public}', %s, now() + interval '1 day', 'bench')",
                (str(uuid.uuid4()), str(giver), list(RECORD_CLASSES), str(account)),
            )
        found[name] = Viewer.of_account(name, account, home), owners[:view]
    return found


def compare(database: Database, open_cursor, bare_cursor, viewers: dict[str, tuple[Viewer, list[uuid.UUID]]]) -> bool:
    """Print a line for each viewer and size of box; whether all are quick enough and go by the right index."""
    print(f"{'owners':>6} {'box':>6} {'rows':>7} {'walled ms':>10} {'open ms':>8} {'ratio':>6} {'same rows':>10}  by")
    right = True
    for name, (viewer, owners) in viewers.items():
        named = ", ".join(f"'{owner}'" for owner in owners)
        same_rows = f"{SEARCH} AND owner_id IN ({named})"
        with database.session(viewer) as session:
            cursor = session.connection().connection.cursor()
            for size_deg in BOX_SIZES_DEG:
                walled, opened, same, rows, plans = [], [], [], 0, set()
                for box in boxes(size_deg):
                    for repeat in range(2):  # the second finds everything in memory
                        figures = (
                            milliseconds(cursor, SEARCH, box),
                            milliseconds(open_cursor, SEARCH, box),
                            milliseconds(bare_cursor, same_rows, box),
                        )
                        if repeat and figures[0][1] != figures[2][1]:
                            raise SystemExit("the wall and the query that names its owners found different rows")
                    walled.append(figures[0][0])
                    opened.append(figures[1][0])
                    same.append(figures[2][0])
                    rows += figures[0][1]
                    plans.add(index_condition(cursor, SEARCH, box))
                took, bare, named_ms = map(statistics.median, (walled, opened, same))
                quick = took <= max(1.5 * bare, bare + 2.0)
                expected = {"box"} if len(owners) == OWNERS else {"owner and box"}
                right &= quick and plans == expected
                print(
                    f"{name:>6} {size_deg:>5}° {rows / BOXES:>7.0f} {took:>10.2f} {bare:>8.2f} {took / bare:>5.2f}x "
                    f"{took / named_ms:>9.2f}x  {', '.join(sorted(plans))}{'' if quick else '  TOO SLOW'}"
                )
    return right


def timing_channel(database: Database, viewer: Viewer) -> bool:
    """Print what a box full of others' rows takes against an empty one; whether nobody can tell."""
    crowded, empty = (-80.0, 41.0, -77.0, 44.0), (-40.0, 41.0, -37.0, 44.0)
    silent = True
    print("\ntiming: a viewer of one owner searches 3° that hold many rows of others, and 3° of nothing")
    with database.session(viewer) as session:
        cursor = session.connection().connection.cursor()
        for limit in ("", " LIMIT 10", " LIMIT 1000"):
            figures = [
                (milliseconds(cursor, SEARCH + limit, crowded)[0], milliseconds(cursor, SEARCH + limit, empty)[0])
                for _ in range(60)
            ]
            full, none = (statistics.median(column) for column in zip(*figures, strict=True))
            print(f"  {limit.strip() or 'all rows':<10} {full:.2f} ms against {none:.2f} ms: {full / none:.2f}x")
            silent &= full / none <= 1.5 or full - none <= 1.0
    return silent


def connect(urls: DatabaseUrls, search_path: str):
    """A superuser's connection, which row security does not bind."""
    connection = psycopg2.connect(**libpq_parameters(make_url(urls.migrator)), options=f"-c search_path={search_path}")
    connection.autocommit = True
    return connection


def update_extension(cursor) -> bool:
    """Update PostGIS over itself by its own scripts, as a new version would; False where they are not installed."""
    cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
    (version,) = cursor.fetchone()
    cursor.execute(
        "SELECT count(*) FROM pg_extension_update_paths('postgis') "
        "WHERE source = 'ANY' AND target = %s AND path IS NOT NULL",
        (version,),
    )
    if cursor.fetchone() == (0,):
        return False
    # Debian ships the scripts to this version from any older one, and none to a newer one.
    cursor.execute("UPDATE pg_catalog.pg_extension SET extversion = 'ANY' WHERE extname = 'postgis'")
    cursor.execute(f'ALTER EXTENSION postgis UPDATE TO "{version}"')
    return True


def measure(urls: DatabaseUrls, viewers: dict[str, tuple[Viewer, list[uuid.UUID]]], owners: list[uuid.UUID]) -> bool:
    """All searches and the timing of one database."""
    ours, plain = connect(urls, "casm,casm_geo,public"), connect(urls, "casm,public")
    database = open_database(urls)
    try:
        right = compare(database, plain.cursor(), ours.cursor(), viewers)
        return timing_channel(database, viewers["1"][0]) and right
    finally:
        database.close()
        ours.close()
        plain.close()


def main() -> None:
    """Load, measure and print, three times over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--once", action="store_true", help="leave out restore and extension update")
    options = parser.parse_args()
    numbers = np.random.default_rng(SEED)
    owners = [uuid.UUID(bytes=numbers.bytes(16), version=4) for _ in range(OWNERS)]
    began = time.perf_counter()
    with empty_database() as (settings, urls):
        connection = connect(urls, "casm,casm_geo,public")
        fill(connection, owners, options.rows)
        viewers = people(connection.cursor(), owners)
        connection.close()
        print(f"{options.rows:,} sites of {OWNERS} owners, loaded and indexed in {time.perf_counter() - began:.0f} s\n")
        right = measure(urls, viewers, owners)
        if not options.once:
            began = time.perf_counter()
            backup = settings.data_dir / "bench.casm-backup.zip"
            server = locate_server(settings)
            make_backup(server, backup)
            restore(server, backup, replace=True)
            connection = connect(urls, "casm,casm_geo,public")
            connection.cursor().execute("VACUUM ANALYZE site")
            connection.close()
            print(f"\nafter dump and restore ({time.perf_counter() - began:.0f} s)\n")
            right &= measure(urls, viewers, owners)
            connection = connect(urls, "public")
            updated = update_extension(connection.cursor())
            connection.close()
            print("\nafter an update of the extension\n" if updated else "\nno update scripts of PostGIS are installed")
            if updated:
                right &= measure(urls, viewers, owners)
    if not right:
        sys.exit(1)


if __name__ == "__main__":
    main()
