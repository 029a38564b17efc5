"""A temporary store on disk in which the files' records are joined, so that memory does not grow with the files."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from casm.errors import CasmError
from casm.intake.fcc.records import DELIMITER, Record

_TABLES = """
CREATE TABLE record (system_id INTEGER, record_type TEXT, file TEXT, row INTEGER, lines INTEGER, has_nul INTEGER,
    body TEXT);
CREATE TABLE licence (n INTEGER PRIMARY KEY, system_id INTEGER UNIQUE, call_sign TEXT, in_force INTEGER,
    granted TEXT);
CREATE TABLE location (n INTEGER PRIMARY KEY, call_sign TEXT, number INTEGER, place TEXT, is_receiver INTEGER,
    filing TEXT);
CREATE TABLE site (place TEXT PRIMARY KEY, name TEXT, longitude_deg REAL, latitude_deg REAL);
CREATE TABLE station (call_sign TEXT, location INTEGER, antenna INTEGER, facts TEXT,
    PRIMARY KEY (call_sign, location, antenna)) WITHOUT ROWID;
CREATE TABLE hop (n INTEGER PRIMARY KEY, pair TEXT, link TEXT, facts TEXT);
"""
_INDEXES = """
CREATE INDEX record_of_licence ON record (system_id, record_type, file, row);
CREATE INDEX licence_of_call_sign ON licence (call_sign);
"""
_CACHE_KIB = 32 * 1024


class Spool:
    """The temporary store; every value bound. Order of rows is order of insertion."""

    def __init__(self) -> None:
        # Without a name SQLite uses a file that has none either, so that a killed program leaves nothing behind.
        self.database = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}", "temp_store = FILE"):
            self.database.execute(f"PRAGMA {setting}")
        self.database.executescript(_TABLES)
        self.database.execute("BEGIN")

    def add(self, system_id: int, record: Record) -> None:
        """Store one record under its licence."""
        body = DELIMITER.join(record.fields)
        self.database.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)",
            (system_id, record.record_type, record.file, record.row, record.lines, record.has_nul, body),
        )

    def index(self) -> None:
        """Make the stored records quick to find, once all are in."""
        self.database.executescript(_INDEXES)

    def write(self, statement: str, values: tuple[Any, ...]) -> None:
        """Run one statement with its values bound."""
        self.database.execute(statement, values)

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows of a query, as they come."""
        return iter(self.database.execute(statement, values))

    def records_of(self, system_id: int) -> dict[str, list[Record]]:
        """All records of a licence by type, in the order of the files."""
        found: dict[str, list[Record]] = {}
        for stored in self.rows(
            "SELECT record_type, file, row, body, lines, has_nul FROM record WHERE system_id = ? "
            "ORDER BY record_type, file, row",
            (system_id,),
        ):
            found.setdefault(stored[0], []).append(_record(stored))
        return found

    def orphans(self) -> Iterator[Record]:
        """Records whose licence has no HD record among the files."""
        statement = (
            "SELECT record_type, file, row, body, lines, has_nul FROM record "
            "WHERE system_id NOT IN (SELECT system_id FROM licence) ORDER BY file, row"
        )
        return (_record(stored) for stored in self.rows(statement))


def _record(stored: tuple[Any, ...]) -> Record:
    record_type, file, row, body, lines, has_nul = stored
    return Record(record_type, file, row, tuple(body.split(DELIMITER)), lines, bool(has_nul))


def packed(facts: dict[str, Any]) -> str:
    """Facts as text that gives back the same numbers."""
    return json.dumps(facts, ensure_ascii=False)


def unpacked(text: str) -> dict[str, Any]:
    """The facts that were packed."""
    return json.loads(text)


@contextmanager
def open_spool() -> Iterator[Spool]:
    """A spool that is gone afterwards, however the program ends. CasmError when there is no room for it."""
    spool = Spool()
    try:
        yield spool
    except sqlite3.OperationalError as error:
        raise CasmError(
            f"The licence files could not be joined in the folder for temporary files: {error}.",
            "make room there (about three times the files' size), or set SQLITE_TMPDIR to a folder with room",
        ) from error
    finally:
        spool.database.close()
