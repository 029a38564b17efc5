"""Records of large loads, whose words are made afterwards, some thousand at once, so that loads are not held up."""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from casm.db import roles
from casm.search.index import Progress

RECORDS_AT_ONCE = 20_000


def take_up_own(session: Session) -> int:
    """Make the words of records that wait at owners whom the asker may write; how many records.

    To be called by whoever writes more than 5,000 rows in one statement, once they are committed. Commits as it goes.
    """
    taken = 0
    while some := session.scalar(text("SELECT casm_sec.take_up_own(:most)"), {"most": RECORDS_AT_ONCE}):
        taken += some
        session.commit()
    return taken


def take_up_all(connection: Connection, progress: Progress | None = None) -> int:
    """The same of every owner, by a role that may act as casm_owner; commits as it goes."""
    taken = 0
    while True:
        connection.execute(text(f"SET LOCAL ROLE {roles.OWNER}"))
        some = connection.scalar(text("SELECT casm_sec.take_up_waiting(NULL, :most)"), {"most": RECORDS_AT_ONCE})
        connection.commit()
        if not some:
            return taken
        taken += some
        if progress:
            progress(f"{taken:,} records")
