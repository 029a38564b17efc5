"""Make a record, or change one from a stated version: nobody overwrites what somebody else wrote meanwhile."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg2
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casm.audit.changes import name_of
from casm.audit.record import collected, record_event
from casm.custom_fields.write_values import write_values
from casm.db.tables import OwnedRow
from casm.editing.custom_form import added_definitions, differing_values, misplaced, new_fields, stated_values
from casm.editing.faults import (
    EditConflict,
    FieldFault,
    FieldFaults,
    Meanwhile,
    NotWritable,
    RecordMissing,
    Written,
    on_a_form,
)
from casm.editing.field_texts import columns_of_row
from casm.editing.form_fields import SHOWN_AT, FormField
from casm.editing.history import read_history, texts_at
from casm.editing.names import Key
from casm.editing.parse_form import Changes, assemble, differences, left_alone, position_typed_anew, tidied
from casm.editing.prepare_columns import Looked, Looker, look_up, settled_child
from casm.editing.read_record import Record, record_of
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import Rights, read_rights
from casm.errors import CasmError
from casm.intake.compare import same
from casm.intake.constraint_words import NOT_ABOUT_A_ROW, ROW_ERRORS, explain
from casm.inventory.owner import Owner
from casm.notices.kinds import VERIFIED_CHANGED
from casm.notices.notify import About, notify
from casm.sharing.asset_class import CLASS_OF_TABLE

SRID = 4326
RETIRED = CasmError("This record is retired.", "take it back into use before changing it")


def create_record(
    session: Session,
    name: str,
    owner_id: uuid.UUID,
    texts: Mapping[str, str],
    *,
    known: Mapping[str, Key] | None = None,
) -> Written:
    """Make a record of the owner from a form's texts. known: references given by id instead of by name.

    FieldFaults names what is wrong; NotWritable when the viewer may not make records of this owner and class.
    """
    rights = read_rights(session)
    record_class = record_class_of(name)
    if not rights.may_write(record_class, owner_id):
        raise NotWritable
    draft = draft_record(session, record_class, owner_id, texts, rights, known=known)
    stated, columns, looked = draft.stated, draft.columns, draft.looked
    row = record_class.mapped(id=uuid.uuid4(), owner_id=owner_id, source="typed", **as_stored(columns))
    with refusals_in_words(session, record_class, stated):
        session.add(row)
        session.flush()
        for children in looked.children:
            part = record_class_of(children.source.record_class)
            parent = part.shape.references[children.source.parent].id_column
            for below in settled_child(children):
                made = {column: value for column, value in below.items() if value is not None}
                session.add(
                    part.mapped(
                        id=uuid.uuid4(), owner_id=owner_id, source="typed", **{parent: row.id}, **as_stored(made)
                    )
                )
        session.flush()
        write_values(session, owner_id, row.id, 1, draft.added)
    changed = (*columns, *(one.key for one, _ in draft.added))
    return Written(name, row.id, row.version, changed, draft.notes)


@dataclass(frozen=True)
class Draft:
    """A new record that can be taken, not yet written.

    fields: the form's. stated: the texts looked at. looked: its parts and columns. added: fields that owners added.
    """

    fields: tuple[FormField, ...]
    stated: Mapping[str, str]
    columns: Mapping[str, Any]
    looked: Looked
    added: Any
    notes: tuple[FieldFault, ...]


def draft_record(
    session: Session,
    record_class: RecordClass,
    owner_id: uuid.UUID,
    texts: Mapping[str, str],
    rights: Rights,
    *,
    known: Mapping[str, Key] | None = None,
) -> Draft:
    """Read a form's texts as a new record of the owner, and write nothing; FieldFaults names what is wrong."""
    owner_code = _code_of(session, owner_id)
    field_classes = rights.field_classes(record_class, owner_id)
    fields = new_fields(session, record_class, [owner_code], field_classes)
    stated = _stated(texts, fields)
    given = {one: key for one, key in (known or {}).items() if one in record_class.shape.references}
    # A reference given by id stands for any name in its field, so that checks of the whole see that it is filled.
    assembled = assemble(record_class, fields, {**stated, **dict.fromkeys(given, "given by id")}, owner_code)
    draft = assembled.draft
    faults = assembled.faults() + misplaced(texts, stated)
    _refuse_retiring(stated, faults)
    if faults:
        raise FieldFaults(tuple(faults), stated)
    references = {one: reference for one, reference in draft.references.items() if one not in given}
    own = {one: value for one, value in draft.values.items() if one in record_class.shape.table.c}
    changes = Changes(own, references, draft.areas)
    looked = look_up(session, record_class, owner_code, changes, tuple(draft.children))
    if looked.faults:
        raise FieldFaults(tuple(looked.faults), stated)
    columns = {one: value for one, value in looked.columns.items() if value is not None}
    columns |= known_columns(session, record_class, given)
    added = stated_values(added_definitions(session, record_class, [owner_code], field_classes), assembled)
    return Draft(fields, stated, columns, looked, added, (*assembled.notes(), *looked.notes))


def change_record(session: Session, name: str, record_id: uuid.UUID, version: int, texts: Mapping[str, str]) -> Written:
    """Change the fields whose texts differ from what is on record; a text that is not given leaves its field.

    version: the one that the change was made from. EditConflict when it is not the one in force; FieldFaults when a
    text cannot be taken; RecordMissing; NotWritable.
    """
    record, row = lock_record(session, name, record_id)
    change = draft_change(session, record, row, version, texts)
    differing, added = change.differing, change.added
    if not differing and not added:
        return Written(name, row.id, row.version)
    with refusals_in_words(session, record.record_class, change.submitted):
        if differing:
            write_columns(session, row, differing)
        else:
            step_version(session, row)
        write_values(session, row.owner_id, row.id, row.version, added)
    if added:
        record_event(
            session, action="changed", owner_id=row.owner_id, subject_table=name, subject_id=row.id,
            details={"columns": sorted([*differing, *(one.key for one, _ in added)])}
            | ({"name": called} if (called := name_of(row)) else {}),
        )  # fmt: skip
    return Written(name, row.id, row.version, (*differing, *(one.key for one, _ in added)), change.notes)


@dataclass(frozen=True)
class Change:
    """A change that can be taken, not yet written. submitted: the form; edited: fields whose texts differ.

    differing: columns and their new values. added: the same of fields that owners added.
    """

    submitted: Mapping[str, str]
    edited: frozenset[str]
    differing: Mapping[str, Any]
    added: Any
    notes: tuple[FieldFault, ...]


def draft_change(
    session: Session,
    record: Record,
    row: OwnedRow,
    version: int,
    texts: Mapping[str, str],
    looker: Looker | None = None,
) -> Change:
    """Read a form's texts as a change of a record, and write nothing; the errors of change_record.

    looker: kept for many records, so that names they share are looked up once.
    """
    record_class, fields = record.record_class, record.fields
    submitted = position_typed_anew({**record.texts, **_stated(texts, fields)}, record.texts)
    if record.version != version:
        raise conflict(session, record, version, mine=submitted)
    if record.retired:
        raise RETIRED
    edited = frozenset(
        one.name for one in fields
        if tidied(one, submitted[one.name]) != tidied(one, record.texts[one.name])
    )  # fmt: skip
    on_file = assemble(record_class, fields, record.texts, record.owner.code, stored=True)
    kept = left_alone(fields, on_file, edited)
    before = assemble(record_class, fields, record.texts, record.owner.code, passed_over=kept, stored=True)
    after = assemble(record_class, fields, submitted, record.owner.code, passed_over=kept, on_file=before)
    faults = after.faults_beside(before)
    _refuse_retiring({one: submitted[one] for one in edited}, faults)
    if faults:
        raise FieldFaults(tuple(faults), submitted)
    changes = differences(record_class, fields, before, after, edited)
    stored = columns_of_row(row)
    looked = look_up(session, record_class, record.owner.code, changes, (), stored, looker)
    if looked.faults:
        raise FieldFaults(tuple(looked.faults), submitted)
    differing = {one: value for one, value in looked.columns.items() if not same(stored[one], value)}
    added = differing_values(record.added.definitions, before, after, edited)
    notes = tuple(one for one in (*after.notes(), *looked.notes) if one.field is None or one.field in edited)
    return Change(submitted, edited, differing, added, notes)


def lock_record(
    session: Session, name: str, record_id: uuid.UUID, rights: Rights | None = None
) -> tuple[Record, OwnedRow]:
    """The record and its row, held against others until the transaction ends; RecordMissing or NotWritable."""
    record_class = record_class_of(name)
    rights = rights or read_rights(session)
    mapped = record_class.mapped
    owner_id = session.scalar(select(mapped.owner_id).where(mapped.id == record_id))
    if owner_id is None:
        raise RecordMissing
    if not rights.may_write(record_class, owner_id):
        raise NotWritable
    row = session.scalar(
        select(mapped).where(mapped.id == record_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise NotWritable
    return record_of(session, record_class, row, rights), row


def conflict(session: Session, record: Record, expected: int, mine: Mapping[str, str] | None = None) -> EditConflict:
    """The error that tells who changed the record since the expected version, and both states of it."""
    since = [one for one in read_history(session, record, since=max(expected, 1)) if one.actor is not None]
    meanwhile = tuple(Meanwhile(one.number, str(one.actor), one.at, one.fields) for one in reversed(since))
    was = texts_at(session, record, expected)
    return EditConflict(expected, record.version, meanwhile, was, record.texts, mine)


def write_columns(session: Session, row: OwnedRow, columns: Mapping[str, Any], *, source: str = "typed") -> None:
    """Set columns of a row, as typed by a person; the database steps the version and keeps what was.

    Whoever had verified the record is told.
    """
    verified_by = row.verified_by
    for name, value in as_stored(columns).items():
        setattr(row, name, value)
    row.source, row.import_batch_id = source, columns.get("import_batch_id")
    session.flush()
    session.refresh(row, ["version", "updated_at"])
    tell_verifier(session, row, verified_by)


def tell_verifier(session: Session, row: OwnedRow, verified_by: str | None) -> None:
    """Tell whoever had verified a record, if an account is of that name or address, that it is another now."""
    if verified_by:
        notify(session, VERIFIED_CHANGED, about_row(row), to_verifier=verified_by, details={"version": row.version})


def about_row(row: OwnedRow) -> About:
    """What a notice about a record is about."""
    table = row.__tablename__
    return About(row.owner_id, CLASS_OF_TABLE[table], (record_class_of(table).field_class,), table, row.id)


def step_version(session: Session, row: OwnedRow) -> None:
    """A new version of a row whose own columns stay, as something that belongs to it changes with it."""
    row.updated_at = datetime.now(UTC)
    session.flush()
    session.refresh(row, ["version", "updated_at"])


def as_stored(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as the mapped classes take them: geometries with their reference system."""
    return {
        name: from_shape(value, SRID) if isinstance(value, shapely.Geometry) else value
        for name, value in columns.items()
    }


@contextmanager
def refusals_in_words(session: Session, record_class: RecordClass, texts: Mapping[str, str]) -> Iterator[None]:
    """Turn what the database refuses about a row into a FieldFaults; nothing of the row is then written or audited."""
    told = len(collected(session))
    try:
        with session.begin_nested():
            yield
    except DBAPIError as error:
        del collected(session)[told:]
        cause = error.orig
        if not isinstance(cause, psycopg2.Error) or not isinstance(cause, ROW_ERRORS):
            raise
        if isinstance(cause, NOT_ABOUT_A_ROW):
            raise
        column, reason, mend = explain(cause, record_class.name)
        name = column.removesuffix("_id") if column else None
        raise FieldFaults(
            (FieldFault(SHOWN_AT.get(name or "", name), on_a_form(reason), on_a_form(mend)),), texts
        ) from None


def known_columns(session: Session, record_class: RecordClass, known: Mapping[str, Key]) -> dict[str, Any]:
    """The columns of references given by id; a contained one of another owner is refused by the database."""
    columns: dict[str, Any] = {}
    for name, (target, record_id) in known.items():
        where = record_class.shape.references[name]
        mapped = record_class_of(target).mapped
        owner_id = session.scalar(select(mapped.owner_id).where(mapped.id == record_id))
        if owner_id is None:
            raise RecordMissing
        columns[where.id_column] = record_id
        if where.owner_column:
            columns[where.owner_column] = owner_id
    return columns


def _stated(texts: Mapping[str, str], fields: Any) -> dict[str, str]:
    """The texts of fields that the viewer is shown; anything else in a form is not looked at."""
    shown = {one.name for one in fields}
    return {name: text for name, text in texts.items() if name in shown}


def _refuse_retiring(texts: Mapping[str, str], faults: list[FieldFault]) -> None:
    if texts.get("status", "").strip().casefold() in ("retired", "decommissioned", "removed"):
        faults.append(
            FieldFault(
                "status", "a record is retired by an act of its own", "choose another status here, then retire it"
            )
        )


def _code_of(session: Session, owner_id: uuid.UUID) -> str:
    code = session.scalar(select(Owner.code).where(Owner.id == owner_id))
    if code is None:
        raise NotWritable
    return str(code)
