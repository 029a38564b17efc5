"""Every class: what is missing, what ends, what nobody has confirmed. New classes follow by their columns' names."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from casm.editing.record_class import RecordClass, record_class_of
from casm.quality.look_at.said import Said
from casm.quality.rules.expiry import check_expiry
from casm.quality.rules.missing import REQUIRED, check_missing
from casm.quality.rules.stale import check_stale
from casm.quality.shelf import Row

# Months after which a class is to be confirmed again, where it is not the usual 12; None: it never falls due.
DUE_MONTHS: dict[str, int | None] = {"jurisdiction": None}
USUAL_DUE_MONTHS = 12
# How a column says until when something holds → what it is that ends.
ENDINGS = ("expires_on", "lease_end_on", "end_of_life_on", "valid_until_on")
KINDS = {"licence": "licence", "agreement": "agreement", "comm_unit_qualification": "recognition"}
OVER = ("expired", "cancelled", "terminated")


def look_at_every(record_class: RecordClass, row: Row, as_of: date) -> Iterator[Said]:
    """What the rules for every class say of a row."""
    name = record_class.name
    if name in REQUIRED:
        known = {column for column, value in row._mapping.items() if value not in (None, False, "")}
        receive_only = getattr(row, "configuration", None) == "receive_only"
        for doubt in check_missing(name, known, receive_only=receive_only):
            yield Said("missing", doubt)
    for column, kind in endings(record_class.name):
        # A licence that is known to have ended is told where it is used.
        in_force = getattr(row, "licence_status", None) not in OVER and getattr(row, "cancelled_on", None) is None
        for doubt in check_expiry(kind, getattr(row, column), as_of, in_force=in_force):
            yield Said("expiry", doubt)
    if not record_class.part_of:
        for doubt in check_stale(row.verified_on, as_of, due_months(record_class, row)):
            yield Said("stale", doubt)


def due_months(record_class: RecordClass, row: Row) -> int | None:
    """After how many months a record falls due; a national channel holds until a newer edition is taken in."""
    if getattr(row, "library_edition", None):
        return None
    return DUE_MONTHS.get(record_class.name, USUAL_DUE_MONTHS)


@cache
def endings(name: str) -> tuple[tuple[str, str], ...]:
    """(column, what ends) of a class."""
    record_class = record_class_of(name)
    found = []
    for column in record_class.shape.table.c:
        ending = next((one for one in ENDINGS if column.name == one or column.name.endswith("_" + one)), None)
        if ending is None:
            continue
        if ending == "lease_end_on":
            kind = "lease"
        elif ending == "end_of_life_on":
            kind = "end of life"
        elif "recogni" in column.name:
            kind = "recognition"
        else:
            kind = KINDS.get(name, record_class.words)
        found.append((column.name, kind))
    return tuple(found)
