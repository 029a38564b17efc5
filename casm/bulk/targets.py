"""The records that are changed together: those chosen, or all that meet a filter, read and held in one go."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.bulk.outcome import MOST_ROWS, Outcome, TooMany
from casm.db.tables import History, OwnedRow
from casm.editing.custom_form import Added, read_added_of_many
from casm.editing.field_texts import columns_of_row, texts_of
from casm.editing.form_fields import FormField, form_fields
from casm.editing.names import read_names, references_of, title_of, written_names
from casm.editing.read_record import OwnerOf, Record, shown_columns
from casm.editing.record_class import RecordClass
from casm.editing.rights import Rights
from casm.exchange.marking import says_exercise
from casm.inventory.owner import Owner
from casm.listing.page import conditions_of
from casm.listing.query import ListQuery

NOT_YOURS = ("you may not change records of this owner", "ask its administrator to, or for the right to")


def matching_ids(session: Session, query: ListQuery) -> list[uuid.UUID]:
    """The ids of all records that meet a table's filter; TooMany when they are more than are changed together."""
    mapped = query.record_class.mapped
    conditions = conditions_of(session, query).of(mapped)
    ids = session.scalars(select(mapped.id).where(*conditions).limit(MOST_ROWS + 1)).all()
    if len(ids) > MOST_ROWS:
        raise TooMany(query.record_class.plural)
    return list(ids)


def read_targets(session: Session, record_class: RecordClass, ids: Iterable[uuid.UUID]) -> list[OwnedRow]:
    """The rows that the viewer sees, in the order of their names; TooMany when more are asked for than are changed."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_ROWS:
        raise TooMany(record_class.plural)
    mapped = record_class.mapped
    order = [getattr(mapped, column) for column in record_class.name_columns]
    return list(session.scalars(select(mapped).where(mapped.id.in_(wanted)).order_by(*order, mapped.id)))


def hold(session: Session, record_class: RecordClass, rows: Sequence[OwnedRow], rights: Rights) -> set[uuid.UUID]:
    """Hold those rows that the viewer may write against others until the transaction ends; their ids.

    In the order of their ids, so that two who hold the same rows wait for each other and never for ever.
    """
    mapped = record_class.mapped
    writable = rights.writable(record_class)
    wanted = [row.id for row in rows if row.owner_id in writable]
    held = session.scalars(
        select(mapped).where(mapped.id.in_(wanted)).order_by(mapped.id).with_for_update()
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    return {row.id for row in held}


def records_of(
    session: Session, record_class: RecordClass, rows: Sequence[OwnedRow], rights: Rights
) -> list[Record]:
    """Rows as records, their names, owners and what they have in fields that owners added read in one go."""
    columns = {row.id: columns_of_row(row) for row in rows}
    names = read_names(session, {key for one in columns.values() for key in references_of(record_class, one)})
    owners = {
        row.id: OwnerOf(row.id, row.code, row.name)
        for row in session.execute(
            select(Owner.id, Owner.code, Owner.name).where(Owner.id.in_({row.owner_id for row in rows}))
        )
    }
    fields: dict[uuid.UUID, tuple[FormField, ...]] = {}
    added = read_added_of_many(session, record_class, [(row.owner_id, row.id) for row in rows], {
        one.id: (one.code, rights.field_classes(record_class, one.id)) for one in owners.values()
    })  # fmt: skip
    found = []
    for row in rows:
        if row.owner_id not in fields:
            classes = rights.field_classes(record_class, row.owner_id)
            fields[row.owner_id] = form_fields(record_class.name, classes, new=False)
        own, further = fields[row.owner_id], added.get(row.id, Added())
        shown = shown_columns(record_class, own, columns[row.id])
        texts = texts_of(record_class, own, shown, written_names(row.owner_id, names))
        found.append(
            Record(
                record_class=record_class, id=row.id,
                owner=owners.get(row.owner_id, OwnerOf(row.owner_id, "", "another owner")), version=row.version,
                title=title_of(record_class, texts, shown), fields=(*own, *further.fields),
                texts={**texts, **further.texts}, columns=shown, names=names, row=row, added=further,
                may_write=rights.may_write(record_class, row.owner_id),
                may_propose=rights.may_propose(record_class, row.owner_id),
            )
        )  # fmt: skip
    return found


def outcome_of(record: Record) -> Outcome:
    """A record of which nothing is decided yet."""
    row: Any = record.row
    told = (getattr(row, name, None) for name in ("name", "title", "remarks"))
    return Outcome(
        id=record.id, version=record.version, title=record.title, owner_codes=(record.owner.code,),
        sensitivity=row.sensitivity, exercise=says_exercise(*told, record.owner.name), verified_by=row.verified_by,
    )  # fmt: skip


def compare_versions(session: Session, outcomes: Iterable[Outcome], stated: Mapping[uuid.UUID, int]) -> None:
    """Refuse each record whose version is another than was stated, and say who changed it."""
    differing = [one for one in outcomes if stated.get(one.id) != one.version]
    if not differing:
        return
    told = session.execute(
        select(History.row_id, History.row_version, History.actor).where(
            History.row_id.in_([one.id for one in differing])
        )
    )
    actors = {(row.row_id, row.row_version): row.actor for row in told}
    for one in differing:
        actor = actors.get((one.id, one.version - 1), "somebody")
        one.refuse(
            f"{actor} changed it meanwhile (it was version {stated.get(one.id)}, it is at {one.version} now)",
            "preview it again",
        )
