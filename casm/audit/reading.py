"""What was read while a request was answered: counted as rows are loaded, so that no page has to say it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import event

from casm.audit.changes import name_of
from casm.db.columns import OwnedRow
from casm.sharing.asset_class import CLASS_OF_TABLE, LAYER_OF_RESULT


@dataclass
class Reading:
    """How many rows of each (owner id, table or layer of results) were loaded, and what the row asked for is called.

    subject_id: the row that the request is about, if it names one.
    """

    subject_id: UUID | None = None
    subject_name: str | None = None
    counts: Counter[tuple[UUID, str]] = field(default_factory=Counter)


_reading: ContextVar[Reading | None] = ContextVar("casm_reading", default=None)


def count_into(reading: Reading | None) -> None:
    """Count what this thread loads from now on, in whatever session; None ends it."""
    _reading.set(reading)


@contextmanager
def reading_apart() -> Iterator[Reading]:
    """Count what is read within by itself; to whatever is counted around it, it counts as well."""
    around, within = _reading.get(), Reading()
    _reading.set(within)
    try:
        yield within
    finally:
        _reading.set(around)
        if around is not None:
            around.counts.update(within.counts)


def count_unread(owner_id: UUID, table: str, rows: int) -> None:
    """Count rows that are told of without being loaded one by one, as the marks of a map."""
    reading = _reading.get()
    if reading is not None and rows > 0:
        reading.counts[owner_id, table] += rows


def seen_of(counts: Mapping[tuple[UUID, str], int]) -> dict[UUID, dict[str, int]]:
    """Owner → table or layer → how many, of what a reading counted."""
    seen: dict[UUID, dict[str, int]] = {}
    for (owner_id, record_class), count in counts.items():
        seen.setdefault(owner_id, {})[record_class] = count
    return seen


@event.listens_for(OwnedRow, "load", propagate=True)
def count(row: Any, _context: object) -> None:
    """One row more. A result counts for every owner whose rows went into it."""
    reading = _reading.get()
    if reading is None:
        return
    stored = row.__dict__
    if row.__tablename__ in CLASS_OF_TABLE and "owner_id" in stored:
        reading.counts[stored["owner_id"], row.__tablename__] += 1
    elif "audience" in stored:
        layer = LAYER_OF_RESULT.get(stored.get("kind"), "coverage")
        for owner_id in stored["audience"]:
            reading.counts[owner_id, layer] += 1
    if reading.subject_id is not None and stored.get("id") == reading.subject_id:
        reading.subject_name = name_of(row)
