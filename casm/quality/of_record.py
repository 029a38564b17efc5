"""What is missing and what is doubtful about one record, for its own page."""

import uuid

from sqlalchemy.orm import Session

from casm.quality.dismissal import dismissals_of
from casm.quality.listing import Shown, show
from casm.quality.run import find_of_record


def doubts_of_record(session: Session, name: str, record_id: uuid.UUID) -> list[Shown]:
    """The findings on one record, those called no fault last; doubles are looked for over whole lists only."""
    findings = find_of_record(session, name, record_id)
    dismissed = dismissals_of(session, findings)
    shown = show(session, findings, dismissed)
    return sorted(shown, key=lambda one: one.dismissed is not None)
