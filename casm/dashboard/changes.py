"""The newest changes of a scope's records, as their history tells of them."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.dashboard.conditions import RECENT_DAYS
from casm.dashboard.scope import Scope
from casm.editing.record_class import is_record_class, record_class_of
from casm.inventory.history import History

MOST_CHANGES = 10
UNNAMED = "unnamed"


@dataclass(frozen=True)
class Change:
    """One change. name: what the record was called before it."""

    record_class: str
    record_id: uuid.UUID
    name: str
    owner_id: uuid.UUID
    version: int
    actor: str
    at: datetime


def read_changes(session: Session, scope: Scope, as_of: date) -> list[Change]:
    """The ten newest of the last 30 days that the viewer's history shows."""
    since = datetime.combine(as_of - timedelta(days=RECENT_DAYS), time(), UTC)
    images = session.scalars(
        select(History).where(scope.holds(History.owner_id), History.changed_at >= since)
        .order_by(History.changed_at.desc(), History.id.desc()).limit(MOST_CHANGES)
    )  # fmt: skip
    return [
        Change(one.table_name, one.row_id, _name(one.table_name, one.before), one.owner_id, one.row_version + 1,
               one.actor, one.changed_at)
        for one in images if is_record_class(one.table_name)
    ]  # fmt: skip


def _name(table: str, before: dict[str, Any]) -> str:
    names = (before.get(column) for column in (*record_class_of(table).name_columns, "name", "title"))
    return next((str(name) for name in names if name), UNNAMED)
