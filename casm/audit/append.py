"""What every session does with its audit events: append them before the commit, forget them with a rollback."""

import json
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from casm.audit.changes import BY_ITSELF, merged
from casm.audit.record import collected

MARKS = "audit_marks"
# Set for a session over the accounts: from where its request comes, as nobody may have signed in yet.
GATE_ORIGIN = "audit_gate_origin"
APPEND = text("SELECT casm_sec.append_audit(CAST(:events AS jsonb))")
APPEND_AS_GATE = text("SELECT casm_sec.append_gate_audit(CAST(:events AS jsonb))")


def append(connection: Connection, events: list[dict[str, Any]], gate_origin: str | None = None) -> int:
    """Append events to the chain, which stays locked until the commit; the number of the last one.

    Nothing else may follow in the transaction: whoever waits for a row while he holds the chain could wait for ever.
    gate_origin: given for a connection of the gate, which may name who acts and from where.
    """
    sent = [{name: value for name, value in told.items() if name not in BY_ITSELF} for told in events]
    if gate_origin is not None:
        sent = [told | {"origin": gate_origin or None} for told in sent]
    statement = APPEND if gate_origin is None else APPEND_AS_GATE
    return int(connection.execute(statement, {"events": json.dumps(sent)}).scalar_one())


@event.listens_for(Session, "before_commit")
def append_collected(session: Session) -> None:
    """The last statements of a transaction. Releasing a savepoint is no commit."""
    if session.in_nested_transaction():
        return
    session.flush()
    events = merged(collected(session))
    if events:
        append(session.connection(), events, session.info.get(GATE_ORIGIN))
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
        del collected(session)[session.info[MARKS].pop(transaction) :]


@event.listens_for(Session, "after_transaction_end")
def close(session: Session, transaction: SessionTransaction) -> None:
    """A session may be used again after it was closed without a commit."""
    if transaction.parent is None:
        collected(session).clear()
        session.info.pop(MARKS, None)
