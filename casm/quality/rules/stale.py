"""Rule: somebody has confirmed a record within its class' time."""

from datetime import date

from casm.quality.doubt import NOTE, WARNING, Doubt
from geo.calendar_months import months_between, months_later


def check_stale(verified_on: date | None, as_of: date, due_months: int | None) -> list[Doubt]:
    """A doubt about a record that was verified too long ago, or never. due_months: None where it never falls due.

    Source: this project's definition of freshness (ARCHITECTURE.md: what is older than its class's due date, by default
    12 months, is unknown); ILEAS, Interoperable Communications: CASM Database Review (records confirmed by each source
    agency in a yearly campaign).
    """
    if due_months is None:
        return []
    if verified_on is None:
        sentence = "Nobody has confirmed this record, so what rests on it is unknown."
        return [Doubt(NOTE, sentence, (("verified on", "never"), ("due every", f"{due_months} months")), "verified")]
    due_on = months_later(verified_on, due_months)
    if as_of <= due_on:
        return []
    months = months_between(verified_on, as_of)
    sentence = f"It was last confirmed {months} months ago and was due on {due_on.isoformat()}."
    figures = (("verified on", verified_on.isoformat()), ("due on", due_on.isoformat()))
    return [Doubt(WARNING, sentence, figures, "verified")]
