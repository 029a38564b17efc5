"""What may leave: a session that writes for others reads no row above its owner's ceiling, or not for the public."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import ColumnElement, and_, event, not_, or_, select
from sqlalchemy.orm import ORMExecuteState, Session

from casm.assessments.result import Result
from casm.db.columns import SENSITIVITY, Base, OwnedRow
from casm.inventory.owner import Owner
from casm.sharing.handling import Handling, handling_of_owners
from casm.sharing.limit import Limit, among, owner_array

Allowed = Callable[[Handling, str], bool]
KEPT_OUT = "casm.kept_out"


def leaving(session: Session) -> AbstractContextManager[bool]:
    """While it is open, the session reads only rows that may go into files and share links; gives as `only`."""
    return only(session, Handling.may_leave)


def releasing(session: Session) -> AbstractContextManager[bool]:
    """While it is open, the session reads only rows that may go into a public release, once generalised."""
    return only(session, Handling.may_be_released)


@contextmanager
def only(session: Session, allowed: Allowed) -> Iterator[bool]:
    """While it is open, the session reads only rows whose owner's rules allow a row of that sensitivity.

    A result needs the leave of every owner behind it. What refers to a row left out reads as unavailable. Gives
    whether the rules of any owner could keep a row out.
    """
    kept_out = refused(session, allowed)
    options = tuple(limits(kept_out)) if kept_out else ()

    def narrow(state: ORMExecuteState) -> None:
        if state.is_select and not state.is_column_load and not state.is_relationship_load:
            state.statement = state.statement.options(*options)

    outer = session.info.get(KEPT_OUT, ())
    session.info[KEPT_OUT] = (*outer, kept_out)
    event.listen(session, "do_orm_execute", narrow)
    try:
        yield bool(kept_out)
    finally:
        event.remove(session, "do_orm_execute", narrow)
        session.info[KEPT_OUT] = outer


def is_kept_out(session: Session, owner_id: uuid.UUID, sensitivity: str) -> bool:
    """Whether such a row stays out for now; for what is read by the database's own functions and not row by row."""
    return any(owner_id in kept_out.get(sensitivity, ()) for kept_out in session.info.get(KEPT_OUT, ()))


def refused(session: Session, allowed: Allowed) -> dict[str, set[uuid.UUID]]:
    """For each sensitivity, the owners of whom no such row is allowed; sensitivities of nobody are left out."""
    rules = handling_of_owners(session, session.scalars(select(Owner.id)))
    by_sensitivity = {
        sensitivity: {owner_id for owner_id, rule in rules.items() if not allowed(rule, sensitivity)}
        for sensitivity in SENSITIVITY
    }
    return {sensitivity: owner_ids for sensitivity, owner_ids in by_sensitivity.items() if owner_ids}


def limits(kept_out: dict[str, set[uuid.UUID]]) -> Iterable[Limit]:
    """One loader option for each class of rows."""
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, OwnedRow):
            yield Limit(mapper.class_, not_(or_(*conditions(mapper.class_, kept_out))), include_aliases=True)


def conditions(entity: type[OwnedRow], kept_out: dict[str, set[uuid.UUID]]) -> Iterable[ColumnElement[bool]]:
    """Which rows of a class stay out, a condition for each sensitivity."""
    for sensitivity, owner_ids in kept_out.items():
        whose = among(entity.owner_id, owner_ids)
        if entity is Result:
            whose = or_(whose, Result.audience.overlap(owner_array(owner_ids)))
        yield and_(entity.sensitivity == sensitivity, whose)
