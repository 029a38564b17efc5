"""Owners from a file: nodes added below their parents, names and FIPS codes kept up to date."""

import uuid

import psycopg2
from psycopg2 import errors
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from casm.intake.owner_tree import OwnerTree
from casm.intake.problem import ERROR, Problem
from casm.intake.report import CHANGED, CREATED, REPORTED, UNCHANGED
from casm.intake.row import ParsedRow
from casm.inventory.owner import Owner

MAY_CHANGE = ("name", "fips")


def write_owner(session: Session, tree: OwnerTree, row: ParsedRow) -> tuple[str | None, Problem | None]:
    """(outcome, problem) of one owner row; outcome None: its parent is not there (yet).

    values: code, kind, name, fips. The parent is what stands before the code's last dot.
    """
    code = row.values["code"]
    if code in tree.ids:
        return _renew(session, tree.ids[code], row)
    parent = code.rpartition(".")[0]
    if not parent:
        return REPORTED, row.problem(
            ERROR, "code", "the tree has one nation and one public owner, made with the database",
            "put the new owner below one of them, such as us.tn", code,
        )  # fmt: skip
    if parent not in tree.ids:
        return None, row.problem(
            ERROR, "code", f"its parent {parent!r} is not there", "add a row for the parent, or correct the code", code
        )
    new_id = uuid.uuid4()
    columns = {name: row.values.get(name) for name in ("kind", "name", "fips")}
    try:
        with session.begin_nested():
            session.execute(insert(Owner).values(id=new_id, parent_id=tree.ids[parent], code=code, **columns))
    except Exception as error:
        cause = getattr(error, "orig", error)
        if isinstance(cause, errors.InsufficientPrivilege):
            return REPORTED, row.problem(
                ERROR, "code", f"you may not add owners below {parent}", "ask its administrator", code
            )
        if isinstance(cause, psycopg2.IntegrityError | psycopg2.DataError):
            return REPORTED, row.problem(
                ERROR, "code", f"the owner cannot be made: {cause.diag.message_primary}", "correct the row", code
            )
        raise
    tree.load(session)
    return CREATED, None


def _renew(session: Session, owner_id: uuid.UUID, row: ParsedRow) -> tuple[str, Problem | None]:
    stored = session.execute(select(Owner.kind, Owner.name, Owner.fips).where(Owner.id == owner_id)).one()
    if row.values.get("kind") not in (None, stored.kind):
        return REPORTED, row.problem(
            ERROR, "kind", f"this owner is a {stored.kind}, which cannot change", "choose another code for a new owner"
        )
    new = {name: row.values[name] for name in MAY_CHANGE if name in row.values}
    if all(getattr(stored, name) == value for name, value in new.items()):
        return UNCHANGED, None
    if not session.execute(update(Owner).where(Owner.id == owner_id).values(**new)).rowcount:
        return REPORTED, row.problem(ERROR, "code", "you may not change this owner", "ask its administrator")
    return CHANGED, None
