"""What a record's page tells that is stored nowhere: figures counted from other records each time they are shown."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from casm.db.tables import OwnedRow
from casm.inventory.cache_checkout import checked_out_counts

Told = tuple[tuple[str, str], ...]


def counted(session: Session, record_class: str, row: OwnedRow) -> Told:
    """(label, text) of each such figure, as the viewer may count it."""
    count = COUNTED.get(record_class)
    return count(session, row) if count else ()


def _radios_left(session: Session, row: Any) -> Told:
    out = checked_out_counts(session, row.id)[row.owner_id, row.id]
    if row.radio_count is None:
        left = "not known, as how many it has is not on record"
    else:
        left = f"{max(row.radio_count - out, 0)} of {row.radio_count}"
    return ("Radios checked out", str(out)), ("Radios available now", left)


COUNTED: Mapping[str, Callable[[Session, Any], Told]] = {"radio_cache": _radios_left}
