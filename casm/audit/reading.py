"""What was read while a request was answered: counted as rows are loaded, so that no page has to say it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from sqlalchemy import event

from casm.db.columns import OwnedRow
from casm.sharing.asset_class import CLASS_OF_TABLE, LAYER_OF_RESULT

Read = Counter[tuple[UUID, str]]

_read: ContextVar[Read | None] = ContextVar("casm_read", default=None)


@contextmanager
def counting() -> Iterator[Read]:
    """Count within: (owner id, record class or layer) of each row that this thread loads, whatever session does."""
    read: Read = Counter()
    before = _read.set(read)
    try:
        yield read
    finally:
        _read.reset(before)


def count_further(read: Read | None) -> None:
    """Count into this from now on in this thread; None ends it. For callers that have no block to count in."""
    _read.set(read)


@event.listens_for(OwnedRow, "load", propagate=True)
def count(row: Any, _context: object) -> None:
    """One row more. A result counts for every owner whose rows went into it."""
    read = _read.get()
    if read is None:
        return
    stored = row.__dict__
    record_class = CLASS_OF_TABLE.get(row.__tablename__)
    if record_class is not None and "owner_id" in stored:
        read[stored["owner_id"], record_class] += 1
    elif "audience" in stored:
        layer = LAYER_OF_RESULT.get(stored.get("kind"), "coverage")
        for owner_id in stored["audience"]:
            read[owner_id, layer] += 1
