"""What runs out on a day: of which class, by which column, and what people call it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_

from casm.editing.record_class import is_record_class, record_class_of

# Days ahead that are looked at, each taking in the ones before.
HORIZONS_DAYS = (30, 90, 365)


@dataclass(frozen=True)
class Expiry:
    """A day on which something ends. words: what ends. unless: (column, values) of rows for which it says nothing."""

    record_class: str
    column: str
    words: str
    unless: tuple[str, tuple[str, ...]] | None = None

    def counts(self, mapped: Any) -> ColumnElement[bool]:
        """Whether the day means anything for a row."""
        day = getattr(mapped, self.column)
        if self.unless is None:
            return and_(day.is_not(None))
        column, values = self.unless
        return and_(day.is_not(None), getattr(mapped, column).is_distinct_from(values[0]),
                    *(getattr(mapped, column).is_distinct_from(value) for value in values[1:]))  # fmt: skip


_EVERY = (
    Expiry("licence", "expires_on", "licences", unless=("licence_status", ("cancelled", "terminated"))),
    Expiry("agreement", "expires_on", "agreements"),
    Expiry("site_sensitive", "lease_end_on", "leases of sites"),
    Expiry("comm_unit_qualification", "expires_on", "recognitions of communications-unit personnel"),
    Expiry("alert_originator", "authority_expires_on", "memoranda on the use of IPAWS"),
    Expiry("radio", "end_of_life_on", "makers' support of radios", unless=("life_cycle", ("retired", "disposed"))),
)


def expiries() -> tuple[Expiry, ...]:
    """Every day of ending that the inventory keeps."""
    return tuple(one for one in _EVERY if is_record_class(one.record_class))


def expiry_of(record_class: str) -> Expiry | None:
    """The day of ending that a class keeps; None where it keeps none."""
    found = next((one for one in expiries() if one.record_class == record_class), None)
    return found if found is not None and found.column in record_class_of(record_class).shape.table.c else None
