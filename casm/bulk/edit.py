"""Set fields of many records to the same values, each record checked as its own form would."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from casm.bulk.carry_out import Plan, carry_out, preview
from casm.bulk.outcome import Done, Outcome, Preview
from casm.custom_fields.definitions import PREFIX, Definition
from casm.custom_fields.stored_values import value_text
from casm.db.tables import OwnedRow
from casm.editing.change_record import Change, draft_change
from casm.editing.custom_form import added_definitions, added_field
from casm.editing.faults import Differing, FieldFault, FieldFaults, on_a_form
from casm.editing.field_texts import texts_of
from casm.editing.form_fields import FormField, form_fields
from casm.editing.names import written_names
from casm.editing.parse_form import tidied
from casm.editing.prepare_columns import Looker
from casm.editing.read_record import Record
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import owners_to_choose, read_rights
from casm.intake.cell import CLEAR, Cell, CellError, is_unknown
from casm.intake.fields import REFERENCE
from casm.proposals.proposal import Proposal
from casm.proposals.propose import change_proposal

NOT_SHOWN = "you are not shown this field of this owner's records"


def settable_fields(session: Session, name: str) -> tuple[FormField, ...]:
    """The fields that may be set of many records of a class: those of its form that stand in a column, and added ones.

    Of added ones with one name, of owners of whom neither is above the other, the first stands for all: each record is
    checked by its own.
    """
    record_class, rights = record_class_of(name), read_rights(session)
    classes = rights.field_classes(record_class, None)
    codes = [one.code for one in owners_to_choose(session, rights, record_class)]
    added = {one.name: one for one in map(added_field, reversed(
        added_definitions(session, record_class, codes, classes)))}  # fmt: skip
    own = (one for one in form_fields(name, classes, new=False) if one.columns)
    return (*own, *reversed(added.values()))


def preview_edit(session: Session, name: str, ids: Sequence[UUID], texts: Mapping[str, str]) -> Preview:
    """What setting these fields would do; FieldFaults when a text cannot be taken for any record."""
    check_texts(session, name, texts)
    return preview(session, record_class_of(name), ids, plan_of(texts))


def commit_edit(
    session: Session, name: str, stated: Mapping[UUID, int], texts: Mapping[str, str], reason: str = ""
) -> Done:
    """Set these fields of all the records, or of none: BulkRefused when any is not as it was previewed."""
    check_texts(session, name, texts)
    return carry_out(session, record_class_of(name), stated, plan_of(texts), reason)


def check_texts(session: Session, name: str, texts: Mapping[str, str]) -> None:
    """FieldFaults when no field is set, or a text can be taken for no record."""
    known = {one.name: one for one in settable_fields(session, name)}
    faults = []
    if not texts:
        faults.append(FieldFault(None, "no field is set", "choose at least one field"))
    for field_name, text in texts.items():
        one = known.get(field_name)
        if one is None:
            faults.append(FieldFault(field_name, "this is no field of the form", f"use one of: {', '.join(known)}"))
        elif fault := _fault_of(one, text):
            faults.append(fault)
    if faults:
        raise FieldFaults(tuple(faults), texts)


def _fault_of(one: FormField, text: str) -> FieldFault | None:
    written = tidied(one, text)
    if one.name == "status" and written.casefold() == "retired":
        return FieldFault("status", "a record is retired by an act of its own", "retire the records instead")
    if is_unknown(written) or written == CLEAR:
        if one.required or not one.can_be_unknown:
            return FieldFault(one.name, f"{one.label} cannot be left open", "write what it is to be")
        return None
    try:
        one.source.parse(Cell(written))
    except CellError as error:
        return FieldFault(one.name, on_a_form(error.reason), on_a_form(error.mend), secret=error.secret)
    return None


def plan_of(texts: Mapping[str, str]) -> Plan:
    """The plan that sets these fields."""

    def plan(session: Session, able: Sequence[tuple[Record, OwnedRow, Outcome]]) -> None:
        looker = Looker()
        for record, row, one in able:
            _settle(session, record, row, one, texts, looker)

    return plan


def _settle(
    session: Session, record: Record, row: OwnedRow, one: Outcome, texts: Mapping[str, str], looker: Looker
) -> None:
    if record.retired:
        one.refuse("it is retired", "take it back into use before changing it")
        return
    shown = {field.name for field in record.fields}
    for name in texts:
        if name not in shown:
            added = name.startswith(PREFIX)
            reason = "records of this owner have no such field" if added else NOT_SHOWN
            one.refuse(reason, "leave it out, or the record", name)
    if one.refused:
        return
    try:
        settled = draft_change(session, record, row, record.version, texts, looker)
    except FieldFaults as error:
        one.refused = error.faults
        return
    one.note = "; ".join(note.reason for note in settled.notes)
    if settled.differing:
        one.differing = differing_texts(record, settled.differing, settled.submitted)
        one.writes = [(row, {**settled.differing, "source": "typed", "import_batch_id": None})]
    set_added(record, row, one, settled.added)
    if not record.may_write:
        one.proposal = partial(propose, record, settled)


def propose(record: Record, settled: Change, session: Session, reason: str) -> Proposal:
    """Propose what was settled of a record."""
    return change_proposal(session, record, settled, reason)


def set_added(record: Record, row: OwnedRow, one: Outcome, added: Iterable[tuple[Definition, Any]]) -> None:
    """Values of fields that owners added become part of what changes of a record."""
    one.set_added(added)
    if one.added:
        # The row is written in any case, as the values come with its new version.
        columns = one.writes[0][1] if one.writes else {}
        one.writes = [(row, {**columns, "updated_at": datetime.now(UTC)})]
        one.differing += tuple(
            Differing(key.key, key.label, record.texts[key.key], value_text(key.row, value)) for key, value in one.added
        )


def differing_texts(
    record: Record, columns: Mapping[str, object], submitted: Mapping[str, str] | None = None
) -> tuple[Differing, ...]:
    """The fields that columns change, before and after. submitted: names of references as they were typed."""
    record_class: RecordClass = record.record_class
    merged = {**record.columns, **columns}
    after = texts_of(record_class, record.fields, merged, written_names(record.owner.id, record.names))
    found = []
    for one in record.fields:
        if not set(one.columns) & set(columns) or one.name not in after:
            continue
        told = after[one.name]
        if submitted is not None and one.source.role == REFERENCE:
            told = submitted[one.name]
        if told != record.texts[one.name]:
            found.append(Differing(one.name, one.label, record.texts[one.name], told))
    if not found:
        changed = next((one for one in record.fields if set(one.columns) & set(columns)), None)
        label = changed.label if changed else ", ".join(columns)
        text = record.texts.get(changed.name, "") if changed else ""
        found.append(Differing(changed.name if changed else "", label, text, f"{text} (written anew)"))
    return tuple(found)
