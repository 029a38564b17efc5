"""What the form of a new record is filled with: its owner, usual values, and the record it is to be part of."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.editing.custom_form import new_fields
from casm.editing.faults import NotWritable, RecordMissing
from casm.editing.field_texts import value_text
from casm.editing.form_fields import FormField, form_fields
from casm.editing.names import Key
from casm.editing.read_record import Line, lines_of
from casm.editing.record_class import RecordClass, record_class_of
from casm.editing.rights import OwnerChoice, owners_to_choose, read_rights
from casm.intake import bulk


@dataclass(frozen=True)
class Given:
    """A reference that is settled before the form is filled in: to the record it is begun from."""

    reference: str
    label: str
    key: Key
    name: str


@dataclass(frozen=True)
class NewForm:
    """A form for a new record. owners: who it may be made for. given: references that are settled already."""

    record_class: RecordClass
    fields: tuple[FormField, ...]
    texts: Mapping[str, str]
    owners: tuple[OwnerChoice, ...]
    given: tuple[Given, ...]


def new_form(session: Session, name: str, given: Mapping[str, uuid.UUID] | None = None) -> NewForm:
    """The form; given: references by name of the field and id of the record.

    NotWritable when the viewer may make and propose no record of the class; RecordMissing when a given record is none
    it sees.
    """
    record_class = record_class_of(name)
    rights = read_rights(session)
    owners = owners_to_choose(session, rights, record_class)
    settled = []
    only_owner: uuid.UUID | None = None
    for reference, record_id in (given or {}).items():
        where = record_class.shape.references.get(reference)
        if where is None or where.target is None:
            raise RecordMissing
        one = _given(session, record_class, reference, where.target, record_id)
        settled.append(one[0])
        if where.owner_column is None:
            only_owner = one[1].row.owner_id
    if only_owner is not None:
        owners = [owner for owner in owners if owner.id == only_owner]
    if not owners:
        raise NotWritable
    owner_id = owners[0].id if len(owners) == 1 else None
    field_classes = rights.field_classes(record_class, owner_id)
    fields = new_fields(session, record_class, [owner.code for owner in owners], field_classes)
    defaults = bulk.defaults_of(record_class.shape.table)
    texts = {one.name: value_text(one.name, defaults.get(one.name)) for one in fields}
    return NewForm(record_class, fields, texts, tuple(owners), tuple(settled))


def _given(
    session: Session, record_class: RecordClass, reference: str, target: str, record_id: uuid.UUID
) -> tuple[Given, Line]:
    other = record_class_of(target)
    row = session.scalar(select(other.mapped).where(other.mapped.id == record_id))
    if row is None:
        raise RecordMissing
    line = lines_of(session, other, [row])[0]
    label = next(
        (one.label for one in form_fields(record_class.name, (), new=True) if one.name == reference), other.words
    )
    return Given(reference, label, (target, record_id), line.title), line
