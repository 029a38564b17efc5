"""What the asker may hand on: whether he rules an owner, and which classes and details he has there himself."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.asset_class import ASSET_CLASSES
from casm.sharing.viewer import FIELD_CLASSES
from casm.sharing.words import CLASS_WORDS, FIELD_CLASS_WORDS

# No class: the database counts it to whoever has every one, those to come included.
EVERY_CLASS = "*"


def require_manager(session: Session, owner_id: UUID) -> None:
    """CasmError unless the asker is an administrative manager of the owner; the same where there is no such owner."""
    if not session.scalar(text("SELECT :owner = ANY (casm_sec.managed_owners())"), {"owner": owner_id}):
        raise CasmError(
            "You do not manage this jurisdiction or agency, or there is none such.", "choose one that you manage"
        )


def require_own(
    session: Session, owner_id: UUID, asset_classes: Iterable[str] | None, field_classes: Iterable[str]
) -> None:
    """CasmError when somebody would get more of an owner than the asker has by roles of his own.

    asset_classes: None for every class.
    """
    classes = (*ASSET_CLASSES, EVERY_CLASS) if asset_classes is None else tuple(asset_classes)
    fields = [name for name in FIELD_CLASSES if name in set(field_classes)]
    held = session.execute(
        text(
            "SELECT f, bool_and(:owner = ANY (casm_sec.member_owners(c, f))) AS all_of, "
            "min(c) FILTER (WHERE c <> :every AND NOT :owner = ANY (casm_sec.member_owners(c, f))) AS lacks "
            "FROM unnest(CAST(:classes AS text[])) c, unnest(CAST(:fields AS text[])) f GROUP BY f"
        ),
        {"owner": owner_id, "classes": list(classes), "fields": fields, "every": EVERY_CLASS},
    )
    for field_class, all_of, lacks in held:
        if not all_of and lacks is None:
            raise CasmError(
                "You have the layers one by one, so you cannot pass on every layer, which is those to come too.",
                "choose the layers one by one",
            )
        if not all_of:
            raise CasmError(
                f"You do not have this yourself, so you cannot pass it on: {FIELD_CLASS_WORDS[field_class].lower()} "
                f"({CLASS_WORDS[lacks].lower()}).",
                "leave it out, or ask a manager above you",
            )


def managed(owner_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The condition that the asker manages a row's owner."""
    return owner_id.in_(select(func.unnest(func.casm_sec.managed_owners(type_=ARRAY(Uuid)))))


def managed_owners(session: Session) -> list[Owner]:
    """The owners the asker manages, in the order of their codes."""
    return list(session.scalars(select(Owner).where(managed(Owner.id)).order_by(Owner.code)))


def actor_of(session: Session) -> str:
    """The name the database has for the asker."""
    return str(session.scalar(text("SELECT casm_sec.actor()")))
