"""Write planned rows with their children: many at once, and where the database refuses, the refused ones alone."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from casm.intake import bulk
from casm.intake.compare import same
from casm.intake.constraint_words import NOT_ABOUT_A_ROW, ROW_ERRORS, explain
from casm.intake.plan import ReadyChildren, ReadyRow, settle_columns
from casm.intake.problem import ERROR
from casm.intake.report import CHANGED, CREATED, UNCHANGED
from casm.intake.row import ChildSet, RejectedRow
from casm.intake.shapes import Shape, shape_of

Replan = Callable[[ReadyRow], None]


def apply(
    session: Session, shape: Shape, ready_rows: list[ReadyRow], batch_id: uuid.UUID, replan: Replan
) -> tuple[list[ReadyRow], list[RejectedRow]]:
    """(rows written or found unchanged, rows the database refused), each row whole or not at all."""
    if not ready_rows:
        return [], []
    try:
        with session.begin_nested():
            outcomes = [ready.outcome for ready in ready_rows]
            _write(session, shape, ready_rows, batch_id)
        return ready_rows, []
    except ROW_ERRORS as error:
        if isinstance(error, NOT_ABOUT_A_ROW):
            raise
        for ready, outcome in zip(ready_rows, outcomes, strict=True):
            ready.outcome = outcome
        if len(ready_rows) == 1:
            return _retry_alone(session, shape, ready_rows[0], batch_id, replan)
    middle = len(ready_rows) // 2
    first = apply(session, shape, ready_rows[:middle], batch_id, replan)
    second = apply(session, shape, ready_rows[middle:], batch_id, replan)
    return first[0] + second[0], first[1] + second[1]


def _retry_alone(
    session: Session, shape: Shape, ready: ReadyRow, batch_id: uuid.UUID, replan: Replan
) -> tuple[list[ReadyRow], list[RejectedRow]]:
    """Compare one refused row anew, since a rival may have written it in the meantime, and try once more."""
    replan(ready)
    try:
        with session.begin_nested():
            _write(session, shape, [ready], batch_id)
        return [ready], []
    except ROW_ERRORS as error:
        if isinstance(error, NOT_ABOUT_A_ROW):
            raise
        column, reason, mend = explain(error, shape.record_class)
        name = column.removesuffix("_id") if column else None
        value = None if column is None else _stated(ready, column)
        row = ready.row
        problem = row.problem(ERROR, name if name in row.headings else column, reason, mend, value)
        return [], [RejectedRow(row.file, row.row, (*row.notes, problem), row.record_class)]


def _stated(ready: ReadyRow, column: str) -> Any:
    """What the row states for a column of its table or of a side table of one row."""
    aside = {name: value for below in ready.children if len(below.rows) == 1 for name, value in below.rows[0].items()}
    return ready.columns.get(column, aside.get(column))


def _write(session: Session, shape: Shape, ready_rows: list[ReadyRow], batch_id: uuid.UUID) -> None:
    _insert(session, shape, [ready for ready in ready_rows if ready.outcome == CREATED], batch_id)
    _update(session, shape, [ready for ready in ready_rows if ready.outcome == CHANGED and ready.changes], batch_id)
    families: dict[tuple[str, str, tuple[Any, ...]], list[tuple[ReadyRow, ReadyChildren]]] = defaultdict(list)
    for ready in ready_rows:
        for children in ready.children:
            scope = tuple(sorted(children.source.scope.items()))
            families[children.source.record_class, children.source.parent, scope].append((ready, children))
    for (record_class, parent, scope), members in families.items():
        changed = _write_children(session, shape_of(record_class), parent, dict(scope), members, batch_id)
        for ready in changed:
            if ready.outcome == UNCHANGED:
                ready.outcome = CHANGED


def _insert(session: Session, shape: Shape, ready_rows: list[ReadyRow], batch_id: uuid.UUID) -> None:
    if not ready_rows:
        return
    defaults = bulk.defaults_of(shape.table)
    stated = {name: None for ready in ready_rows for name in ready.changes}
    rows = []
    for ready in ready_rows:
        columns = {name: value for name, value in ready.changes.items() if value is not None or name not in defaults}
        rows.append({**defaults, **columns, **_provenance(ready, batch_id), "id": ready.record_id})
    names = list(dict.fromkeys([*defaults, *stated, "id", "owner_id", "source", "source_key", "import_batch_id"]))
    bulk.insert(session, shape.table, names, rows)


def _update(session: Session, shape: Shape, ready_rows: list[ReadyRow], batch_id: uuid.UUID) -> None:
    """Rows that change in the same columns go in one statement."""
    alike: dict[tuple[str, ...], list[ReadyRow]] = defaultdict(list)
    for ready in ready_rows:
        alike[tuple(sorted(ready.changes))].append(ready)
    for columns, members in alike.items():
        rows = [{**ready.changes, **_provenance(ready, batch_id), "id": ready.record_id} for ready in members]
        bulk.update(session, shape.table, (*columns, "source", "source_key", "import_batch_id"), rows)


def _provenance(ready: ReadyRow, batch_id: uuid.UUID) -> dict[str, Any]:
    return {
        "owner_id": ready.owner_id,
        "source": ready.row.source,
        "source_key": ready.row.source_key,
        "import_batch_id": batch_id,
    }


def _write_children(
    session: Session,
    shape: Shape,
    parent: str,
    scope: dict[str, Any],
    members: list[tuple[ReadyRow, ReadyChildren]],
    batch_id: uuid.UUID,
) -> list[ReadyRow]:
    """Make the stored children of each row exactly those it states; the rows for which that changed anything."""
    parent_column = shape.references[parent].id_column
    stored = _stored_children(session, shape, parent_column, scope, members)
    defaults = bulk.defaults_of(shape.table)
    new, retired = [], []
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    changed = []
    for ready, children in members:
        left = dict(stored.get(ready.record_id, {}))
        before = len(new) + len(retired) + sum(map(len, updates.values()))
        stamp = _provenance(ready, batch_id)
        for columns in children.rows:
            full = {**columns, **scope, parent_column: ready.record_id}
            found = left.pop(shape.key_of({**defaults, **dict.fromkeys(shape.key), **full}), None)
            if found is None:
                new.append({**defaults, **full, **stamp, "id": uuid.uuid4()})
                continue
            differing = {name: value for name, value in full.items() if not same(found[name], value)}
            if ready.fill_only and shape.key == (parent_column,):
                ready.passed_over_aside = sorted(name for name in differing if found[name] is not None)
                differing = {name: value for name, value in differing.items() if found[name] is None}
            if differing:
                updates[tuple(sorted(differing))].append({**differing, **stamp, "id": found["id"]})
        for found in left.values():
            retired.append({"id": found["id"], "status": "retired", "retired_at": datetime.now(UTC), **stamp})
        if len(new) + len(retired) + sum(map(len, updates.values())) > before:
            changed.append(ready)
    marks = ("source", "source_key", "import_batch_id")
    bulk.update(session, shape.table, ("status", "retired_at", *marks), retired)
    for names, rows in updates.items():
        bulk.update(session, shape.table, (*names, *marks), rows)
    bulk.insert(session, shape.table, list(dict.fromkeys(name for row in new for name in row)), new)
    return changed


def _stored_children(
    session: Session,
    shape: Shape,
    parent_column: str,
    scope: dict[str, Any],
    members: list[tuple[ReadyRow, ReadyChildren]],
) -> dict[uuid.UUID, dict[tuple[Any, ...], dict[str, Any]]]:
    """Children in use by parent and natural key."""
    parents = {ready.record_id for ready, _ in members if ready.outcome != CREATED}
    stated = {name for _, children in members for row in children.rows for name in row}
    columns = {"id", parent_column, *shape.key, *scope, *stated}
    conditions = {parent_column: parents, **{name: (value,) for name, value in scope.items()}}
    found: dict[uuid.UUID, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
    for row in bulk.fetch(session, shape.table, columns, conditions):
        found[row[parent_column]][shape.key_of(row)] = row
    return found


def ready_children(source: ChildSet, rows: list[dict[str, Any]]) -> ReadyChildren:
    """Children settled into what their table stores; the same child stated twice is one."""
    shape = shape_of(source.record_class)
    settled = [settle_columns(shape, row) for row in rows]
    distinct: list[dict[str, Any]] = []
    for row in settled:
        if row not in distinct:
            distinct.append(row)
    return ReadyChildren(source, distinct)
