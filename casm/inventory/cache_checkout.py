"""Radios lent from a cache: what is out is counted from these, and never written into the cache itself."""

import uuid
from collections import Counter
from datetime import date

from sqlalchemy import CheckConstraint, func, select
from sqlalchemy.orm import Mapped, Session

from casm.db.columns import (
    Base,
    OwnedRow,
    parent,
    reference_id,
    reference_owner,
    unique_while_in_use,
    whole_reference,
    within,
)  # fmt: skip


class CacheCheckout(OwnedRow, Base):
    """Radios handed out to somebody on a day, and the day they came back; out while it has no such day."""

    __tablename__ = "cache_checkout"

    radio_cache_id: Mapped[uuid.UUID]
    checked_out_to: Mapped[str]
    agency_owner_id: Mapped[uuid.UUID | None] = reference_owner()
    agency_id: Mapped[uuid.UUID | None] = reference_id()
    radio_count: Mapped[int]
    out_on: Mapped[date]
    due_on: Mapped[date | None]
    returned_on: Mapped[date | None]

    own_constraints = (
        parent("radio_cache", "radio_cache_id"),
        whole_reference("agency"),
        within("radio_count", 1, 100000),
        CheckConstraint("due_on >= out_on", name="due_after_out"),
        CheckConstraint("returned_on >= out_on", name="returned_after_out"),
        unique_while_in_use("cache_checkout", "radio_cache_id", "checked_out_to", "out_on"),
    )


# A checkout that is only planned takes nothing out yet; one that was entered by mistake is retired.
OUT = ("active", "standby")


def checked_out_counts(session: Session, cache_id: uuid.UUID | None = None) -> Counter[tuple[uuid.UUID, uuid.UUID]]:
    """Radios that are out of each cache the viewer sees, or of this one, by (owner, cache): lent and not yet back.

    The same as casm_sec.hold_checkouts() counts, which lets no more out than there are.
    """
    of_cache = (CacheCheckout.owner_id, CacheCheckout.radio_cache_id)
    statement = (
        select(*of_cache, func.sum(CacheCheckout.radio_count))
        .where(CacheCheckout.returned_on.is_(None), CacheCheckout.status.in_(OUT))
        .group_by(*of_cache)
    )
    if cache_id is not None:
        statement = statement.where(CacheCheckout.radio_cache_id == cache_id)
    return Counter({(owner_id, cache): count for owner_id, cache, count in session.execute(statement)})
