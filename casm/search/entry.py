"""A word of a record, as a look-up in the index finds it."""

import uuid
from dataclasses import dataclass

from casm.search.typed import Reading


@dataclass(frozen=True)
class Entry:
    """A word of a record: where it stands, and the reading that found it."""

    table: str
    record_id: uuid.UUID
    column: str
    word: str
    reading: Reading
