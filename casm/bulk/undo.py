"""Undo what was changed together, as one: each record that nobody changed since becomes what it was before.

Changes of one transaction bear one moment in the history, by which they are found again. A record that was changed
since is told and left alone: undoing never overwrites a later edit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.bulk.carry_out import Plan, carry_out, preview
from casm.bulk.edit import differing_texts, set_added
from casm.bulk.outcome import Done, Outcome, Preview
from casm.bulk.retire import plan_bring_back, plan_retire
from casm.custom_fields.past_values import Past, read_pasts
from casm.db.tables import History, OwnedRow
from casm.editing.faults import RecordMissing
from casm.editing.field_texts import columns_of_image, columns_of_row
from casm.editing.put_back import NOT_PUT_BACK
from casm.editing.read_record import Record, shown_columns
from casm.editing.record_class import record_class_of
from casm.editing.rights import read_rights
from casm.intake.compare import same
from casm.sharing.limit import among

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RETIRED = "retired"


def moment_number(moment: datetime) -> int:
    """A moment as an address has it: microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(number: int) -> datetime:
    """The moment of a number; RecordMissing when there is none such."""
    try:
        return EPOCH + timedelta(microseconds=number)
    except OverflowError:
        raise RecordMissing from None


@dataclass(frozen=True)
class Together:
    """What was changed together: by whom, when, and each record's image before with its version then."""

    name: str
    moment: datetime
    actor: str
    before: Mapping[UUID, tuple[int, dict[str, Any]]]


def read_together(session: Session, name: str, moment: datetime) -> Together:
    """Changes of a class at one moment, of owners whose records the viewer may write; RecordMissing without any."""
    record_class = record_class_of(name)
    writable = read_rights(session).writable(record_class)
    rows = session.execute(
        select(History.row_id, History.row_version, History.before, History.actor).where(
            among(History.owner_id, writable), History.changed_at == moment, History.table_name == name
        )
    ).all()
    if not rows:
        raise RecordMissing
    before = {row.row_id: (row.row_version, dict(row.before)) for row in rows}
    return Together(name, moment, rows[0].actor, before)


def preview_undo(session: Session, together: Together) -> Preview:
    """What undoing would do; records changed since are among the refused."""
    return preview(session, record_class_of(together.name), list(together.before), plan_of(together))


def commit_undo(session: Session, together: Together, stated: Mapping[UUID, int]) -> Done:
    """Undo the changes of these records from these versions, of all of them or of none."""
    known = {record_id: version for record_id, version in stated.items() if record_id in together.before}
    return carry_out(session, record_class_of(together.name), known, plan_of(together))


def plan_of(together: Together) -> Plan:
    """The plan that makes records what they were before."""

    def plan(session: Session, able: Sequence[tuple[Record, OwnedRow, Outcome]]) -> None:
        back, away = [], []
        definitions = {one.id: one for record, _, _ in able for one in record.added.definitions}
        pasts = read_pasts(session, [(record.owner.id, record.id) for record, _, _ in able], definitions.values())
        for record, row, one in able:
            version, image = together.before[record.id]
            if record.version != version + 1:
                one.refuse(
                    f"it was changed since (to version {record.version}), and that is not overwritten",
                    "change it by itself, on its page",
                )
            elif record.retired and image["status"] != RETIRED:
                back.append((record, row, one))
            elif not record.retired and image["status"] == RETIRED:
                away.append((record, row, one))
            else:
                _put_back(record, row, one, image, pasts[record.id])
        plan_bring_back(session, back)
        plan_retire(session, away)

    return plan


def _put_back(record: Record, row: OwnedRow, one: Outcome, image: Mapping[str, Any], past: Past) -> None:
    record_class = record.record_class
    former = shown_columns(record_class, record.fields, columns_of_image(record_class.shape.table, image))
    stored = columns_of_row(row)
    differing = {
        name: value for name, value in former.items() if name not in NOT_PUT_BACK and not same(stored[name], value)
    }
    if differing:
        one.differing = differing_texts(record, differing)
        from_before = {"source": former["source"], "import_batch_id": former["import_batch_id"]}
        one.writes = [(row, differing | from_before)]
    was = [(key, past.at(key.id, record.version - 1)) for key in record.added.definitions]
    set_added(record, row, one, [(key, value) for key, value in was if value != record.added.values[key.key]])
