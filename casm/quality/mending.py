"""Mend a finding by one click: the mend's columns go through the same door as any edit, from a stated version."""

import uuid

from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.editing.change_record import change_record
from casm.editing.faults import Written
from casm.editing.field_texts import texts_of
from casm.editing.names import written_names
from casm.editing.read_record import Record, read_record
from casm.quality.dismissal import FindingGone, finding_of
from casm.quality.doubt import Mend


def mend(
    session: Session, rule: str, name: str, record_id: uuid.UUID, about: str, version: int, number: int = 0
) -> Written:
    """Apply one of a finding's mends. version: the one that the finding was computed from.

    Errors as change_record and finding_of; FindingGone when it has no such mend. The former state stays in the
    history, from where it can be put back.
    """
    finding = finding_of(session, rule, name, record_id, about, version)
    if not 0 <= number < len(finding.doubt.mends):
        raise FindingGone
    chosen = finding.doubt.mends[number]
    written = change_record(
        session, name, record_id, version, texts_of_mend(read_record(session, name, record_id), chosen)
    )
    record_event(
        session, action="mended", owner_id=finding.owner_id, subject_table=name, subject_id=record_id,
        details={"rule": rule, "what": chosen.words, "columns": sorted(written.changed)},
    )  # fmt: skip
    return written


def texts_of_mend(record: Record, chosen: Mend) -> dict[str, str]:
    """The texts of those fields that the mend changes, as a person would type them."""
    columns = {**record.columns, **chosen.columns}
    texts = texts_of(record.record_class, record.fields, columns, written_names(record.owner.id, record.names))
    return {name: text for name, text in texts.items() if text != record.texts[name]}
