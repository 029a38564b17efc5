"""Exports: one event for each file written, with what it holds of whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from casm.audit.reading import reading_apart, seen_of
from casm.audit.record import record_event


@contextmanager
def one_export(session: Session, what: str, file_format: str) -> Iterator[dict[str, Any]]:
    """Record, when the block ends well, that the session's viewer has written a file of what was read within.

    what: the file's content in words. Yields the event's details, to be completed: marking, row_count, filter. Every
    writer of a format goes through here.
    """
    details: dict[str, Any] = {"what": what, "format": file_format}
    with reading_apart() as reading:
        yield details
    record_event(session, action="exported", owner_id=None, details=details, seen=seen_of(reading.counts))
