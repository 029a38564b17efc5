"""Findings of a viewer, kept in memory for as long as nothing that decides them has changed."""

import sys
import uuid
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from casm.bounded import Bounded
from casm.db.session import Database
from casm.quality.finding import Finding
from casm.quality.run import Counts, add, find
from casm.sharing.view_state import read_view_state
from casm.sharing.viewer import Viewer

MOST_BYTES = 128_000_000
# A finding with its sentence, figures and records takes about this much memory.
FINDING_BYTES = 3_000


class KeptFindings:
    """The findings of one process, by what their viewer sees (casm.sharing.view_state), the owner and the day."""

    def __init__(self) -> None:
        self.kept: Bounded[tuple[Finding, ...]] = Bounded(MOST_BYTES)

    def read(
        self, database: Database, viewer: Viewer, session: Session, owner_id: uuid.UUID | None
    ) -> tuple[Finding, ...]:
        """The viewer's findings on an owner's subtree, None for everything it sees; session: one of the viewer's."""
        state, day = read_view_state(database, viewer).word, datetime.now(UTC).date()
        found = self.kept.get((state, owner_id, day))
        if found is None:
            found = tuple(find(session, owner_id=owner_id, as_of=day))
            # Rows that changed while they were looked at would be kept under the wrong word.
            if read_view_state(database, viewer).word == state:
                self.kept.put((state, owner_id, day), found, sys.getsizeof(found) + FINDING_BYTES * len(found))
        return found

    def count(self, database: Database, viewer: Viewer, session: Session, owner_id: uuid.UUID | None) -> Counts:
        """How many findings there are, those called no fault among them."""
        counts = Counts()
        for finding in self.read(database, viewer, session, owner_id):
            add(counts, finding)
        return counts
