"""Put an owner below another parent, or merge it into another owner; everything it has follows."""

import csv
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casm.audit.record import record_event
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.asset_class import CLASS_OF_TABLE, FIELD_CLASS_OF_TABLE
from casm.sharing.moved_fields import MovedField, in_words, moved_fields
from casm.sharing.rights import managed_owners
from casm.sharing.sight import read_sight

CONFLICTS_SHOWN = 20
# Of no asset class, and read by whoever knows of the owner.
OPEN_TABLES = ("custom_field",)
# In the place of names that the asker may not read.
UNSEEN = "records that you may not see"


@dataclass(frozen=True)
class Conflict:
    """A natural key that both owners use; key: None where the asker may not see records of the class.

    record_class: the table's name, which for added fields is of no class.
    """

    record_class: str
    key: str | None


def movable_owners(session: Session) -> list[Owner]:
    """The owners that the asker may move: it rules their parents too; by code."""
    managed = {owner.id: owner for owner in managed_owners(session)}
    return [owner for owner in managed.values() if owner.parent_id in managed and owner.merged_into_id is None]


def receiving_owners(session: Session) -> list[Owner]:
    """The owners that the asker may put others below, or merge them into; by code."""
    return [one for one in managed_owners(session) if one.merged_into_id is None and one.kind != "public"]


def transfer_owner(session: Session, owner_id: uuid.UUID, new_parent_id: uuid.UUID) -> int:
    """Put an owner with all below it under another parent; return how many owners moved.

    Only for who rules its old and its new parent. Computed results of them are withdrawn, as others may see them now.
    Fields that owners above it added go along, with all values. CasmError says what stands in the way.
    """
    owner, parent = _named(session, owner_id), _named(session, new_parent_id)
    details = {"owner": owner.code, "new_parent": parent.code, "fields": _carried(session, owner, parent)}
    moved = _call(session, func.casm_sec.transfer_owner(owner_id, new_parent_id), owner, parent)
    record_event(
        session, action="owner transferred", owner_id=owner_id, subject_table="owner", subject_id=owner_id,
        details=details | {"owners_moved": moved},
    )  # fmt: skip
    session.expire_all()
    return moved


def merge_conflicts(session: Session, merged_id: uuid.UUID, into_id: uuid.UUID) -> list[Conflict]:
    """Records of both owners that one owner cannot have side by side, such as two sites of one name.

    Those that the asker may not see are told of by their class alone, once: by the database, and here once more.
    """
    rows = session.execute(
        select(func.casm_sec.merge_conflicts(merged_id, into_id).table_valued("table_name", "key"))
    ).all()
    sight = read_sight(session)
    found = set()
    for row in rows:
        seen = row.table_name in OPEN_TABLES
        if row.table_name in CLASS_OF_TABLE:
            wanted = CLASS_OF_TABLE[row.table_name], FIELD_CLASS_OF_TABLE.get(row.table_name, "public")
            seen = all(sight.shows(owner_id, *wanted) for owner_id in (merged_id, into_id))
        found.add(Conflict(row.table_name, _key_in_words(row.key) if seen and row.key is not None else None))
    return sorted(found, key=lambda c: (c.record_class, c.key or ""))


def _key_in_words(key: str) -> str:
    """A key as people read it: `Lima · 3` of the database's `(Lima,3)`."""
    values = next(csv.reader([key.removeprefix("(").removesuffix(")")], escapechar="\\"), [])
    return " · ".join(value for value in values if value)


def merge_owners(session: Session, merged_id: uuid.UUID, into_id: uuid.UUID) -> int:
    """Give everything one owner has to another; return how many rows moved.

    Records, history, people, grants, links, added fields and references of others follow. The merged owner's name stays
    below the other's, empty, since the audit refers to it. CasmError where natural keys clash or rights are missing.
    """
    merged, into = _named(session, merged_id), _named(session, into_id)
    details: dict[str, object] = {"merged": merged.code, "into": into.code}
    try:
        with session.begin_nested():
            conflicts = merge_conflicts(session, merged_id, into_id)
    except DBAPIError as error:
        raise _said(error, merged, into) from error
    if conflicts:
        shown = "; ".join(f"{c.record_class} {c.key or UNSEEN}" for c in conflicts[:CONFLICTS_SHOWN])
        more = f"; and {len(conflicts) - CONFLICTS_SHOWN} more" if len(conflicts) > CONFLICTS_SHOWN else ""
        raise CasmError(
            f"{merged.name} and {into.name} both have: {shown}{more}.",
            "rename or retire one of each two, then merge again",
        )
    details |= {"fields": _carried(session, merged, into)}
    moved = _call(session, func.casm_sec.merge_owners(merged_id, into_id), merged, into)
    record_event(
        session, action="owner merged", owner_id=into_id, subject_table="owner", subject_id=merged_id,
        details=details | {"rows_moved": moved},
    )  # fmt: skip
    session.expire_all()
    return moved


def _carried(session: Session, owner: Owner, receiver: Owner) -> list[str]:
    """Fields that go along, by class and name; CasmError where one of that name is there that is another."""
    fields = moved_fields(session, owner, receiver)
    check_fields(owner, receiver, fields)
    return [f"{one.record_class}.{one.name}" for one in fields]


def check_fields(owner: Owner, receiver: Owner, fields: list[MovedField]) -> None:
    """CasmError naming the fields of one name that differ."""
    differing = [one for one in fields if one.differs]
    if differing:
        raise CasmError(
            f"{owner.name} cannot go to {receiver.name}: there a field of the same name is of another kind, unit or "
            f"choices: {in_words(differing)}.",
            "retire one of each two under “add fields of their own”, or add it under another name, then try again",
        )


def _named(session: Session, owner_id: uuid.UUID) -> Owner:
    owner = session.get(Owner, owner_id)
    if owner is None or owner.merged_into_id is not None:
        raise CasmError("There is no such owner.", "choose one from the list")
    return owner


def _call(session: Session, function, owner: Owner, other: Owner) -> int:
    try:
        with session.begin_nested():
            return int(session.scalar(select(function)) or 0)
    except DBAPIError as error:
        raise _said(error, owner, other) from error


def _said(error: DBAPIError, owner: Owner, other: Owner) -> CasmError:
    """What the database refused, in words; the error itself where it is none of ours."""
    code = getattr(error.orig, "pgcode", None)
    if code == "42501":
        return CasmError(
            f"{owner.name} and {other.name} are not both yours to move.",
            "have an administrative manager of the owner above both do it",
        )
    told = getattr(error.orig, "diag", None)
    # A refusal of our own names no constraint, and is a sentence without its full stop.
    if str(code).startswith("23") and not getattr(told, "constraint_name", None):
        primary = getattr(told, "message_primary", "")
        return CasmError(f"{owner.name} cannot go there: {primary}.", "mend that first, or choose another owner")
    if code == "23505":
        return CasmError(
            f"Below {other.name} there is one called like {owner.name} already.", "rename one of them first"
        )
    raise error
