"""Audit events: collected while a session works, appended to the chain as the last statement before its commit."""

import json
import math
import re
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

EVENTS = "audit_events"
# A verb in the past tense, as it stands in a sentence: "A. Person put back site Cross Mountain".
ACTION = re.compile(r"[a-z][a-z ]{1,39}")
MAX_DETAILS_BYTES = 16_384


def record_event(
    session: Session,
    *,
    action: str,
    owner_id: uuid.UUID | None,
    subject_table: str | None = None,
    subject_id: uuid.UUID | None = None,
    details: Mapping[str, Any] | None = None,
    actor: str | None = None,
    account_id: uuid.UUID | None = None,
    seen: Mapping[uuid.UUID, Mapping[str, int]] | None = None,
) -> None:
    """Have one event appended to the audit when the session's transaction commits; none if it is rolled back.

    action: a verb in the past tense ("granted", "put back"). owner_id: whose auditors read it; None: the viewer's own
    owner's. details: facts without the values of closed fields, as JSON; never a password, token or key. actor,
    account_id: only in sessions of the gate, where nobody has signed in yet; everywhere else the sealed context says
    who acts, and these are not heeded. seen: how many records of each class of each owner left or were shown, of which
    each owner's auditors learn their own part. ValueError when the action is no such verb or the details are too long.
    """
    if not ACTION.fullmatch(action):
        raise ValueError(f"an audit event's action is a verb in lower case, not {action!r}")
    told = plain(dict(details or {}))
    if len(json.dumps(told)) > MAX_DETAILS_BYTES:
        raise ValueError(f"the details of an audit event are longer than {MAX_DETAILS_BYTES} bytes")
    collected(session).append(
        {
            "owner_id": None if owner_id is None else str(owner_id),
            "action": action,
            "subject_table": subject_table,
            "subject_id": None if subject_id is None else str(subject_id),
            "details": told,
            "actor": actor,
            "account_id": None if account_id is None else str(account_id),
            "seen": {str(owner): dict(classes) for owner, classes in (seen or {}).items()} or None,
        }
    )


def collected(session: Session) -> list[dict[str, Any]]:
    """The events that wait for the session's commit."""
    waiting: list[dict[str, Any]] = session.info.setdefault(EVENTS, [])
    return waiting


def plain(value: Any) -> Any:
    """A value as JSON can hold it and PostgreSQL can store it (which takes no NUL character)."""
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(str(plain(item)) for item in value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
