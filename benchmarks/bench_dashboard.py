"""What a dashboard takes over 1,000,000 sites of 50 owners, for people who see 1 and 50 of them, and for a nation's.

Each is read as the program's role under both walls, by the application itself: "made" is a page made anew, as after a
change of any record; "kept" one asked for again while nothing has changed. Prints medians; ends with status 1 when a
kept page takes over 300 ms at the median.
"""

import argparse
import statistics
import sys
import time
import uuid

from bench_row_security import OWNERS, connect, empty_database, fill, people

from casm.db.session import open_database
from web import create_app
from web.config import WebConfig

LONGEST_KEPT_MS = 300.0
# Of no consequence, but that every page is made anew.
CHANGE = "UPDATE site SET name = name WHERE id = (SELECT id FROM site LIMIT 1)"


def milliseconds(client, address: str) -> float:
    """One page, which must be there."""
    began = time.perf_counter()
    answer = client.get(address)
    taken = (time.perf_counter() - began) * 1000.0
    if answer.status_code != 200:
        sys.exit(f"{address}: {answer.status_code}")
    return taken


def main() -> int:
    """Fill, ask, print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--sites", type=int, default=1_000_000)
    given.add_argument("--repeats", type=int, default=5)
    options = given.parse_args()
    with empty_database() as (_settings, urls):
        connection = connect(urls, "casm,casm_geo,public")
        owners = [uuid.uuid4() for _ in range(OWNERS)]
        fill(connection, owners, options.sites)
        viewers = {name: viewer for name, (viewer, _seen) in people(connection.cursor(), owners).items()}
        database = open_database(urls)
        slow = False
        print(f"{'owners':>7} {'dashboard':>10} {'made ms':>9} {'kept ms':>9}")
        for name, address in (("1", "us.s0"), ("50", "us.s0"), ("50", "us"), ("nation", "us")):
            made, kept = [], []
            client = create_app(WebConfig(database, viewers[name], trusted_hosts=("localhost",))).test_client()
            milliseconds(client, f"/dashboard/{address}")
            for _ in range(options.repeats):
                connection.cursor().execute(CHANGE)
                made.append(milliseconds(client, f"/dashboard/{address}"))
                kept += [milliseconds(client, f"/dashboard/{address}") for _ in range(3)]
            middle = statistics.median(kept)
            slow = slow or middle > LONGEST_KEPT_MS
            print(f"{name:>7} {address:>10} {statistics.median(made):9.0f} {middle:9.0f}", flush=True)
        database.close()
        connection.close()
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
