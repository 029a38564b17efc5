"""Where the asker belongs, and in which role."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.inventory.owner import Owner
from casm.sharing.membership import Membership


def read_own_memberships(session: Session) -> list[tuple[Membership, Owner]]:
    """The memberships in force of the account that asks, with their owners, by owner; none for a program."""
    statement = (
        select(Membership, Owner)
        .join(Owner, Owner.id == Membership.owner_id)
        .where(Membership.account_id == func.casm_sec.account_id(), Membership.ended_at.is_(None))
        .order_by(Owner.code, Membership.role)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]
