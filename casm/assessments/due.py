"""When a record falls due for verification again: the rule of the answers, for whoever lists what is overdue."""

from datetime import date, timedelta

from geo.interop.freshness import DEFAULT_DUE_MONTHS, months_later

# A library edition holds until a newer one is installed: its channels are never due.
NEVER_DUE_WHERE = {"channel": "national"}


def due_months_of(_record_class: str) -> int:
    """After how many months a record of the class is due again."""
    return DEFAULT_DUE_MONTHS


def overdue_before(as_of: date, months: int) -> date:
    """The first day of verification that still holds: what was verified before it is overdue on the day asked for."""
    day = months_later(as_of, -months)
    while months_later(day, months) < as_of:
        day += timedelta(days=1)
    while months_later(day - timedelta(days=1), months) >= as_of:
        day -= timedelta(days=1)
    return day
