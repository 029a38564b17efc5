"""What somebody may do at all, anywhere: which pages are offered and opened, before any record is looked at."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Standing:
    """edits, manages, audits: at some owner at least; where, the database decides at each record.

    edits: be it by proposing. unread: notices that wait for their reader.
    """

    edits: bool = False
    manages: bool = False
    audits: bool = False
    unread: int = 0


def read_standing(session: Session) -> Standing:
    """The standing of the session's viewer, worked out anew from its memberships in force."""
    # On the connection: this reads no record, so the wall round records need not be raised for it.
    row = session.connection().execute(
        select(
            func.casm_sec.edits_anywhere(),
            func.cardinality(func.casm_sec.managed_owners()) > 0,
            func.cardinality(func.casm_sec.audit_owners()) > 0,
            func.casm_sec.unread_notices(),
        )
    )
    return Standing(*row.one())
