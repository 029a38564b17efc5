"""Columns of fields that owners added, in files: read by the field's own parser, written with the rows of a chunk."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from casm.custom_fields.definitions import PREFIX, Definition, field_of, read_definitions
from casm.custom_fields.write_values import of_definition
from casm.db.session import Database
from casm.intake import bulk
from casm.intake.fields import ClassSpec
from casm.intake.plan import ReadyRow
from casm.intake.problem import ERROR
from casm.intake.report import CHANGED, CREATED, UNCHANGED
from casm.intake.row import RejectedRow
from casm.intake.shapes import Shape
from casm.inventory.custom_field import CustomValue
from casm.sharing.asset_class import RECORD_CLASSES
from casm.sharing.sight import read_sight
from casm.sharing.viewer import Viewer

VALUES = CustomValue.__table__
COLUMNS = ("value_text", "value_whole", "value_decimal", "value_yes", "value_on")


def with_added_fields(spec: ClassSpec, database: Database, viewer: Viewer, owner_code: str) -> ClassSpec:
    """The class with the fields that records of the owner, or of an owner below it, have beside its own.

    Forms ask for those that are needed; a file that tells nothing of one takes nothing from it. A heading that would
    mean two fields, of two owners below, is none of them.
    """
    if spec.record_class not in RECORD_CLASSES:
        return spec
    with database.session(viewer) as session:
        may_write = read_sight(session).writable(spec.record_class, "sensitive")
        field_classes = ("public", "sensitive") if may_write else ("public",)
        found = read_definitions(session, spec.record_class, field_classes=field_classes)
    own = [one for one in found if one.holds_for(owner_code)]
    below = [one for one in found if one.owner_code.startswith(f"{owner_code}.")]
    keys = [one.key for one in below]
    chosen = [*own, *(one for one in below if keys.count(one.key) == 1)]
    taken = set(spec.by_heading)
    added = []
    for one in chosen:
        source = replace(field_of(one), required=False)
        # The class' own fields keep their headings.
        free = tuple(name for name in source.aliases if not {*replace(source, aliases=(name,)).headings} & taken)
        added.append(replace(source, aliases=free))
    return replace(spec, fields=(*spec.fields, *added)) if added else spec


def parted(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(columns of the class, values of added fields by key) of what a row states."""
    added = {name: value for name, value in values.items() if name.startswith(PREFIX)}
    return {name: value for name, value in values.items() if name not in added}, added


def refuse_astray(
    session: Session, shape: Shape, ready_rows: Iterable[ReadyRow], codes: dict[uuid.UUID, str]
) -> tuple[list[ReadyRow], list[RejectedRow]]:
    """Rows to be written, and those that state a field which records of their owner do not have."""
    rows = list(ready_rows)
    if not any(ready.row.added for ready in rows):
        return rows, []
    definitions = read_definitions(session, shape.record_class)
    kept, refused = [], []
    for ready in rows:
        own = _of_owner(definitions, codes[ready.owner_id])
        astray = next((key for key in ready.row.added if key not in own), None)
        if astray is None:
            kept.append(ready)
            continue
        row = ready.row
        problem = row.problem(ERROR, astray, "records of this owner have no such field", "leave the cell empty")
        refused.append(RejectedRow(row.file, row.row, (*row.notes, problem), row.record_class))
    return kept, refused


def write_added(
    session: Session, shape: Shape, done: Iterable[ReadyRow], batch_id: uuid.UUID, codes: dict[uuid.UUID, str]
) -> None:
    """Store what rows state in added fields; a row in which that alone differs is changed, and gets a new version."""
    stating = [ready for ready in done if ready.row.added]
    if not stating:
        return
    definitions = read_definitions(session, shape.record_class)
    stored = _stored(session, stating)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    touched: list[ReadyRow] = []
    for ready in stating:
        own = _of_owner(definitions, codes[ready.owner_id])
        before = len(new) + len(changed)
        for key, value in ready.row.added.items():
            one = own[key]
            found = stored.get((ready.record_id, one.id))
            if found is None and value is not None:
                new.append({"id": uuid.uuid4(), "owner_id": ready.owner_id, "record_id": ready.record_id,
                            **of_definition(one), one.column: value})  # fmt: skip
            elif found is not None and found[one.column] != value:
                changed.append({**dict.fromkeys(COLUMNS), one.column: value, "id": found["id"],
                                "record_id": ready.record_id})  # fmt: skip
        if len(new) + len(changed) > before:
            touched.append(ready)
    _step(session, shape, [ready for ready in touched if ready.outcome == UNCHANGED], batch_id)
    for ready in touched:
        ready.outcome = CHANGED if ready.outcome == UNCHANGED else ready.outcome
    versions = {
        row["id"]: row["version"]
        for row in bulk.fetch(session, shape.table, ("id", "version"), {"id": {r.record_id for r in touched}},
                              in_use=False)
    }  # fmt: skip
    for row in (*new, *changed):
        row["record_version"] = versions[row["record_id"]]
    names = ("id", "owner_id", "record_id", "record_class", "custom_field_id", "kind", "field_class", *COLUMNS)
    bulk.insert(session, VALUES, (*names, "record_version"), new)
    bulk.update(session, VALUES, (*COLUMNS, "record_version"), changed)


def _stored(session: Session, stating: list[ReadyRow]) -> dict[tuple[uuid.UUID, uuid.UUID], dict[str, Any]]:
    """(record, definition) → what is stored."""
    known = [ready for ready in stating if ready.outcome != CREATED]
    conditions = {
        "owner_id": {ready.owner_id for ready in known}, "record_id": {ready.record_id for ready in known},
    }  # fmt: skip
    rows = bulk.fetch(session, VALUES, ("id", "record_id", "custom_field_id", *COLUMNS), conditions, in_use=False)
    return {(row["record_id"], row["custom_field_id"]): row for row in rows}


def _step(session: Session, shape: Shape, ready_rows: list[ReadyRow], batch_id: uuid.UUID) -> None:
    """A new version of records whose own columns stay; the import is its source."""
    rows = [{"id": ready.record_id, "source": ready.row.source, "import_batch_id": batch_id} for ready in ready_rows]
    bulk.update(session, shape.table, ("source", "import_batch_id"), rows)


def _of_owner(definitions: Iterable[Definition], code: str) -> dict[str, Definition]:
    return {one.key: one for one in definitions if one.holds_for(code)}
