"""Who saw what: one event for each page, overlay or file that showed records to a person."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from casm.audit.record import plain
from casm.db.engine import ask_at_once
from casm.db.session import Database
from casm.sharing.viewer import Viewer

Seen = Mapping[uuid.UUID, Mapping[str, int]]

# A view is not waited for on the disk: a crash of the server may cost the views of its last moments, never one before a
# change that was confirmed.
AS_VIEWER = "SELECT set_config('casm.context', %(context)s, true), set_config('synchronous_commit', 'off', true)"
# One message to the server, which runs it as one transaction: the chain is locked for as long as the server takes and
# not for as long as this program is busy with others.
APPEND_VIEW = f"{AS_VIEWER}; SELECT casm_sec.append_audit(%(events)s::jsonb)"


def record_view(database: Database, viewer: Viewer, **shown: Any) -> None:
    """Record at once, in a transaction of its own, that a person was shown something; nothing for a local program.

    shown: as view_event has it.
    """
    if viewer.is_person:
        values = {"context": database.seal.context_of(viewer), "events": sent(view_event(viewer, **shown))}
        ask_at_once(database.asking_engine, APPEND_VIEW, values)


def view_event(
    viewer: Viewer,
    *,
    what: str | None = None,
    seen: Seen | None = None,
    action: str = "saw",
    subject_table: str | None = None,
    subject_id: uuid.UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The event of a view.

    what: the page or file in words, unless the subject says it. seen: how many records of each class of each owner; an
    owner's auditors learn of their own owners' part alone. The event itself is read by the auditors of the viewer's own
    owner and of every owner seen.
    """
    return {
        "owner_id": str(viewer.home_owner_id),
        "action": action,
        "subject_table": subject_table,
        "subject_id": None if subject_id is None else str(subject_id),
        "details": plain({**({"what": what} if what else {}), **(details or {})}),
        "seen": {str(owner): dict(classes) for owner, classes in (seen or {}).items()} or None,
    }


def sent(event: Mapping[str, Any]) -> str:
    """An event as the database takes it."""
    return json.dumps([event])
