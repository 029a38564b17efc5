"""Everything that decides what a page shows to its reader, as one word: the rows there are and what may be seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casm.audit.views import AS_VIEWER, sent
from casm.db.engine import ask_at_once
from casm.db.session import Database
from casm.sharing.standing import Standing
from casm.sharing.viewer import Viewer

# One message, and so one transaction and one snapshot, by which the database also learns who asks.
_STATE = "word, edits OR casm_sec.edits_anywhere(), manages, audits, casm_sec.unread_notices()"
_READ = f"{AS_VIEWER}; SELECT {_STATE}, false FROM casm_sec.reader_state()"
# The event is appended last, as the audit's chain is locked from then on, and only under the word that was expected.
_READ_AND_TELL = (
    f"{AS_VIEWER}; SELECT {_STATE}, "
    "CASE WHEN word = %(expected)s THEN casm_sec.append_audit(%(events)s::jsonb) END IS NOT NULL "
    "FROM casm_sec.reader_state()"
)


@dataclass(frozen=True)
class ViewState:
    """A reader's state, the same for two readers only if they are shown the same; and what the reader may do at all.

    told: whether the expected state was found, and its view recorded.
    """

    word: str
    standing: Standing
    told: bool = False


@dataclass(frozen=True)
class Expected:
    """A state that somebody was in at the last look, and the view to record if it still is so (casm.audit.views)."""

    word: str
    event: Mapping[str, Any]


def read_view_state(database: Database, viewer: Viewer, expected: Expected | None = None) -> ViewState:
    """The state of the inventory for a viewer at this moment.

    expected: records its event as well, in the same transaction, if the state is the one it names.
    """
    values = {"context": database.seal.context_of(viewer)}
    if expected is None:
        row = ask_at_once(database.asking_engine, _READ, values)
    else:
        values |= {"expected": expected.word, "events": sent(expected.event)}
        row = ask_at_once(database.asking_engine, _READ_AND_TELL, values)
    word, edits, manages, audits, unread, told = row
    return ViewState(word, Standing(edits, manages, audits, unread), told)


def fold_changes(database: Database) -> int:
    """Add the changes that everybody sees up in one row; how many rows went. To be done now and then."""
    (gone,) = ask_at_once(database.asking_engine, "SELECT casm_sec.fold_data_changes()", {})
    return int(gone)
