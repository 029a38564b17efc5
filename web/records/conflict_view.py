"""The three states of a record that somebody else changed meanwhile, field by field."""

from typing import Any

from casm.editing.faults import EditConflict
from casm.editing.read_record import Record


def conflict_rows(record: Record, error: EditConflict) -> list[dict[str, Any]]:
    """Fields that either changed: as they were, as they are on record now, and as this change would have them."""
    edited, theirs = set(error.edited), {field.name for one in error.meanwhile for field in one.fields}
    return [
        {"name": one.name, "label": one.label, "was": error.was.get(one.name, ""),
         "theirs": error.theirs.get(one.name, ""), "mine": (error.mine or {}).get(one.name, ""),
         "edited": one.name in edited, "changed": one.name in theirs}
        for one in record.fields if one.name in edited | theirs
    ]  # fmt: skip
