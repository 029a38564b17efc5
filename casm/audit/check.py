"""Check the audit in the database against itself, its head and the checkpoints kept elsewhere."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from casm.audit.chain import Fault, Head, StoredEvent, faults
from casm.db.roles import BACKUP

FETCH_ROWS = 2000
# More than anyone reads; a rewritten audit has one for every event.
MOST_FAULTS = 100
EVENTS = """
SELECT sequence, id::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, actor,
       account_id::text, owner_id::text, action, subject_table, subject_id::text, origin, request_id, details::text,
       seen_sha256, content_sha256, previous_sha256, sha256, seen::text, seen_salt::text,
       to_json(seen_owner_ids)::text AS seen_owner_ids
FROM casm.audit_event ORDER BY sequence, id
"""


@dataclass
class Verdict:
    """What a check found: how far the audit reaches, and up to MOST_FAULTS faults."""

    head: Head
    checkpoints: int = 0
    faults: list[Fault] = field(default_factory=list)
    more: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def check(connection: Any, checkpoints: Iterable[Head] = ()) -> Verdict:
    """Read the whole audit and its head at one moment and compare.

    connection: psycopg2, of a role that may act as casm_backup (which row security does not filter), not in
    autocommit; it is left rolled back. checkpoints: those of other audits are passed over.
    """
    connection.rollback()
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {BACKUP}")
        head = read_head(connection)
        known = [one for one in checkpoints if one.genesis_sha256 == head.genesis_sha256]
        verdict = Verdict(head, len(known))
        found = faults(stored_events(connection), head, known)
        verdict.faults = list(itertools.islice(found, MOST_FAULTS))
        verdict.more = next(found, None) is not None
        return verdict
    finally:
        connection.rollback()
        connection.set_session(isolation_level="DEFAULT", readonly="DEFAULT")


def read_head(connection: Any) -> Head:
    """The head as it is kept beside the chain; one that no chain can meet where it has been taken away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT genesis_sha256, event_count, last_sha256 FROM casm_sec.audit_head")
        rows = cursor.fetchall()
    return Head(*rows[0]) if rows else Head("", 0, "gone")


def stored_events(connection: Any) -> Iterator[StoredEvent]:
    """Every event in the order of the chain, read in portions."""
    with connection.cursor("casm_audit") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(EVENTS)
        for row in cursor:
            yield StoredEvent(*row)
