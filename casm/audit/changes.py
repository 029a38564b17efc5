"""Changes of inventory rows through a session's objects are recorded by themselves: one event for each changed row."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from casm.audit.record import collected, record_event
from casm.inventory.owner import Owner
from casm.sharing.asset_class import CLASS_OF_TABLE

WATCHED = "audit_watched"
# Marks of an event that came by itself; they are not stored.
BEFORE, AFTER = "status_before", "status_after"
BY_ITSELF = (BEFORE, AFTER)
# Names of people and keys stay where their own wall is.
NAMELESS_TABLES = {"contact", "resource_encryption", "fleet_encryption"}
KEPT_BY_DATABASE = {"version", "created_at", "updated_at"}
MAX_NAME_CHARACTERS = 200


def watch(session: Session) -> None:
    """Record the changes that go through this session's objects."""
    session.info[WATCHED] = True


@contextmanager
def one_event_for_all(session: Session) -> Iterator[None]:
    """Record no single rows within, as the caller records one event for all of them (a batch of an import)."""
    before = session.info.get(WATCHED, False)
    session.info[WATCHED] = False
    try:
        yield
        session.flush()
    finally:
        session.info[WATCHED] = before


@event.listens_for(Session, "after_flush")
def notice(session: Session, _context: object) -> None:
    """One event for each inserted or changed row of the inventory and of the owner tree."""
    if not session.info.get(WATCHED):
        return
    for row in session.new:
        if is_recorded(row):
            record_row(session, row, None, [])
    for row in session.dirty:
        if is_recorded(row) and (columns := changed_columns(row)):
            status = inspect(row).attrs.status.history.deleted if hasattr(row, "status") else ()
            record_row(session, row, status[0] if status else getattr(row, "status", "active"), columns)


def is_recorded(row: object) -> bool:
    """Whether the row is of the inventory (not a computed result) or of the owner tree."""
    return getattr(row, "__tablename__", None) in CLASS_OF_TABLE or isinstance(row, Owner)


def changed_columns(row: object) -> list[str]:
    """Names of the columns that get another value, in alphabetical order."""
    state = inspect(row)
    return sorted(
        attribute.key
        for attribute in state.mapper.column_attrs
        if attribute.key not in KEPT_BY_DATABASE and state.attrs[attribute.key].history.has_changes()
    )


def record_row(session: Session, row: Any, status_before: str | None, columns: list[str]) -> None:
    """One event about one row. status_before: None for a new row."""
    owner_id: uuid.UUID = row.id if isinstance(row, Owner) else row.owner_id
    details: dict[str, Any] = {"columns": columns} if columns else {}
    if name := name_of(row):
        details["name"] = name
    record_event(
        session,
        action="created" if status_before is None else "changed",
        owner_id=owner_id,
        subject_table=row.__tablename__,
        subject_id=row.id,
        details=details,
    )
    collected(session)[-1] |= {BEFORE: status_before, AFTER: getattr(row, "status", "active")}


def name_of(row: Any) -> str | None:
    """What the audit may call a row: its name or title, if it has one and it is behind no wall of its own."""
    if row.__tablename__ in NAMELESS_TABLES:
        return None
    stored = row.__dict__
    name = stored.get("name") or stored.get("title")
    return name[:MAX_NAME_CHARACTERS] if isinstance(name, str) else None


def merged(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events of one transaction, one for each row: several flushes of a row are one change.

    Where a function has recorded an event about the row itself, its words stand and none is added.
    """
    said = {(told["subject_table"], told["subject_id"]) for told in events if BEFORE not in told}
    kept: list[dict[str, Any]] = []
    by_row: dict[tuple[str, str], dict[str, Any]] = {}
    for told in events:
        row = (told["subject_table"], told["subject_id"])
        if BEFORE not in told:
            kept.append(told)
        elif row in by_row:
            first = by_row[row]
            columns = {*first["details"].get("columns", ()), *told["details"].get("columns", ())}
            first["details"] = told["details"] | ({"columns": sorted(columns)} if first[BEFORE] is not None else {})
            first[AFTER] = told[AFTER]
        elif row not in said:
            by_row[row] = told | {"details": dict(told["details"])}
            kept.append(by_row[row])
    for told in by_row.values():
        told["action"] = action_of(told[BEFORE], told[AFTER])
        if told[BEFORE] is None:
            told["details"].pop("columns", None)
    return kept


def action_of(status_before: str | None, status_after: str | None) -> str:
    """What became of a row: created, retired, put back or changed."""
    if status_before is None:
        return "created"
    if (status_before == "retired") == (status_after == "retired"):
        return "changed"
    return "retired" if status_after == "retired" else "put back"
