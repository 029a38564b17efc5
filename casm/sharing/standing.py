"""What somebody may do at all, anywhere: which pages are offered and opened, before any record is looked at."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Standing:
    """edits, manages, audits: at some owner at least; where, the database decides at each record."""

    edits: bool = False
    manages: bool = False
    audits: bool = False


def read_standing(session: Session) -> Standing:
    """The standing of the session's viewer, worked out anew from its memberships in force."""
    owners = (
        func.casm_sec.writable_owners(),
        func.casm_sec.managed_owners(),
        func.casm_sec.audit_owners(),
    )
    # On the connection: this reads no record, so the wall round records need not be raised for it.
    row = session.connection().execute(select(*(func.cardinality(of) > 0 for of in owners))).one()
    return Standing(*map(bool, row))
