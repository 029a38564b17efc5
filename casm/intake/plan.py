"""Compare rows with what is stored: which are new, which differ and in what, which are the same already."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from casm.intake import bulk
from casm.intake.compare import same, settle
from casm.intake.folding import FOLDED_CLASSES, oriented, partner
from casm.intake.report import CHANGED, CREATED, UNCHANGED
from casm.intake.row import ChildSet, ParsedRow
from casm.intake.shapes import Shape


@dataclass
class ReadyChildren:
    """The children a row states, references found: columns only, without owner and parent."""

    source: ChildSet
    rows: list[dict[str, Any]]


@dataclass
class ReadyRow:
    """A row with its references found. After planning: its id, what is to be written, and its outcome.

    fill_only: the row changes only what is stored as unknown. passed_over: columns that differ from the stored record
    and yield to it; passed_over_aside: those of its side table.
    """

    row: ParsedRow
    owner_id: uuid.UUID
    columns: dict[str, Any]
    children: list[ReadyChildren] = field(default_factory=list)
    record_id: uuid.UUID | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    fill_only: bool = False
    passed_over: list[str] = field(default_factory=list)
    passed_over_aside: list[str] = field(default_factory=list)
    outcome: str = UNCHANGED


class Unplanned(Exception):
    """A row that cannot be written as it stands."""

    def __init__(self, field_name: str | None, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.field_name, self.reason, self.mend = field_name, reason, mend


def settle_columns(shape: Shape, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Every column as the table stores it; retiring and reviving set the date with the status."""
    settled = {name: settle(shape.table.c[name], value) for name, value in columns.items()}
    if "status" in settled and settled["status"] is None:
        del settled["status"]
    return settled


def key_of(shape: Shape, ready: ReadyRow) -> tuple[Any, ...]:
    """Owner and natural key; Unplanned when a part of the key is missing."""
    defaults = bulk.defaults_of(shape.table)
    full = {name: ready.columns.get(name, defaults.get(name)) for name in shape.key}
    for name, value in full.items():
        if value is None and not shape.table.c[name].nullable:
            raise Unplanned(
                name.removesuffix("_id"),
                f"{name.removesuffix('_id').replace('_', ' ')} is missing, and nothing else tells the record",
                "fill it in",
            )
    return (ready.owner_id, *shape.key_of(full))


def plan(
    session: Session,
    shape: Shape,
    ready_rows: Iterable[tuple[tuple[Any, ...], ReadyRow]],
    *,
    fill_only: bool = False,
) -> None:
    """Set record_id, changes and outcome of each row from what is stored under its key.

    fill_only: change only what is stored as unknown.
    """
    keyed = list(ready_rows)
    if not keyed:
        return
    stored = _stored(session, shape, keyed, in_use=True)
    retiring = [(key, ready) for key, ready in keyed if ready.columns.get("status") == "retired" and key not in stored]
    if retiring:
        stored |= _stored(session, shape, retiring, in_use=False)
    for key, ready in keyed:
        ready.fill_only = fill_only
        found = stored.get(key)
        if found is None:
            ready.record_id = uuid.uuid4()
            ready.outcome = CREATED
            ready.changes = dict(ready.columns)
        else:
            ready.record_id = found["id"]
            if shape.record_class in FOLDED_CLASSES:
                ready.columns = oriented(ready.columns, found)
            ready.changes = {name: value for name, value in ready.columns.items() if not same(found[name], value)}
            if fill_only:
                ready.passed_over = [name for name in ready.changes if found[name] is not None]
                ready.changes = {name: ready.changes[name] for name in ready.changes if found[name] is None}
            ready.outcome = CHANGED if ready.changes else UNCHANGED
        if "status" in ready.changes:
            ready.changes["retired_at"] = datetime.now(UTC) if ready.changes["status"] == "retired" else None


def _stored(
    session: Session, shape: Shape, keyed: list[tuple[tuple[Any, ...], ReadyRow]], *, in_use: bool
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Stored rows under their key; with in_use False retired ones, of which the latest wins."""
    stated = {name for _, ready in keyed for name in ready.columns}
    if shape.record_class in FOLDED_CLASSES:
        stated |= {partner(name) for name in stated}
    columns = {"id", "owner_id", "updated_at", *shape.key, *stated}
    conditions: dict[str, Iterable[Any]] = {"owner_id": {ready.owner_id for _, ready in keyed}}
    conditions |= key_conditions(shape, [ready.columns for _, ready in keyed])
    rows = bulk.fetch(session, shape.table, columns, conditions, in_use=in_use)
    return {(row["owner_id"], *shape.key_of(row)): row for row in sorted(rows, key=lambda row: row["updated_at"])}


def key_conditions(shape: Shape, rows: list[dict[str, Any]]) -> dict[str, set[Any]]:
    """For each key column that every row states, the values to look for; the rest is compared afterwards."""
    defaults = bulk.defaults_of(shape.table)
    conditions = {}
    if shape.record_class == "backhaul_link":
        ends = {row[name] for row in rows for name in ("site_a_id", "site_b_id")}
        return {"site_a_id": ends, "site_b_id": ends}
    for name in shape.key:
        values = {row.get(name, defaults.get(name)) for row in rows}
        if None not in values:
            conditions[name] = values
    return conditions
