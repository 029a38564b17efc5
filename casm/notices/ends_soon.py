"""Tell those who decide about licences, agreements, leases and the like that one is about to end: once for each day."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.dashboard.expiry import expiries
from casm.editing.change_record import about_row
from casm.editing.record_class import record_class_of
from casm.notices.kinds import ENDS_SOON
from casm.notices.notify import notify

AHEAD_DAYS = 90
MOST_TOLD = 10_000


def tell_of_endings(session: Session, as_of: date) -> int:
    """Tell of what ends within 90 days from the day on; nobody is told the same twice. How many records there are."""
    count = 0
    for one in expiries():
        mapped = record_class_of(one.record_class).mapped
        day = getattr(mapped, one.column)
        rows = session.scalars(
            select(mapped)
            .where(mapped.status != "retired", one.counts(mapped), day >= as_of,
                   day <= as_of + timedelta(days=AHEAD_DAYS))
            .order_by(day, mapped.id).limit(MOST_TOLD)
        )  # fmt: skip
        for row in rows:
            details = {"day": getattr(row, one.column).isoformat()}
            notify(session, ENDS_SOON, about_row(row), to_deciders=True, details=details, once=True)
            count += 1
    return count
