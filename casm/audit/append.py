"""What every session does with its audit events: append them before the commit, forget them with a rollback."""

import json
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from casm.audit.changes import BY_ITSELF, merged
from casm.audit.record import collected

MARKS = "audit_marks"
APPEND = text("SELECT casm_sec.append_audit(CAST(:events AS jsonb))")
APPEND_AS_GATE = text("SELECT casm_sec.append_gate_audit(CAST(:events AS jsonb))")


def append(connection: Connection, events: list[dict[str, Any]]) -> int:
    """Append events to the chain, which stays locked until the commit; the number of the last one.

    Nothing else may follow in the transaction: whoever waits for a row while he holds the chain could wait for ever.
    """
    named = any(told.get("actor") for told in events)
    sent = [{name: value for name, value in told.items() if name not in BY_ITSELF} for told in events]
    return int(connection.execute(APPEND_AS_GATE if named else APPEND, {"events": json.dumps(sent)}).scalar_one())


@event.listens_for(Session, "before_commit")
def append_collected(session: Session) -> None:
    """The last statements of a transaction. Releasing a savepoint is no commit."""
    if session.in_nested_transaction():
        return
    session.flush()
    events = merged(collected(session))
    if events:
        append(session.connection(), events)
        collected(session).clear()


@event.listens_for(Session, "after_commit")
def nothing_is_left(session: Session) -> None:
    """A commit past an open savepoint would leave events behind: say so instead of losing them in silence."""
    if not session.in_nested_transaction() and collected(session):
        raise RuntimeError("a transaction was committed without its audit events; close its savepoints first")


@event.listens_for(Session, "after_transaction_create")
def mark(session: Session, transaction: SessionTransaction) -> None:
    """Remember how many events there were when a savepoint was set."""
    if transaction.nested:
        session.info.setdefault(MARKS, {})[transaction] = len(collected(session))


@event.listens_for(Session, "after_soft_rollback")
def forget(session: Session, transaction: SessionTransaction) -> None:
    """What is undone did not happen."""
    if transaction.parent is None:
        collected(session).clear()
    elif transaction in session.info.get(MARKS, {}):
        del collected(session)[session.info[MARKS][transaction] :]


@event.listens_for(Session, "after_transaction_end")
def close(session: Session, transaction: SessionTransaction) -> None:
    """A session may be used again after it was closed without a commit."""
    session.info.get(MARKS, {}).pop(transaction, None)
    if transaction.parent is None:
        collected(session).clear()
