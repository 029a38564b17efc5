"""Giving, revoking and listing grants: what an owner shows to another owner or to a person, until a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, aliased

from casm.audit.record import record_event
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.notices.kinds import GRANT_ENDED, GRANT_GIVEN
from casm.notices.notify import About, notify
from casm.sharing.grant import SharingGrant
from casm.sharing.recipients import Recipient
from casm.sharing.rights import actor_of, managed, require_manager, require_own
from casm.sharing.shared_part import SharedPart, checked_end

# A grant is looked at again at least every three years.
LONGEST = timedelta(days=3 * 366)
LONGEST_NOTE = 500


@dataclass(frozen=True)
class GrantRow:
    """A grant as it is listed: `grant` holds its columns, the names are of giver and recipient."""

    grant: SharingGrant
    giver: str
    recipient: str
    in_force: bool


def give_grant(
    session: Session,
    owner_id: UUID,
    part: SharedPart,
    recipient: Recipient,
    until: datetime | None,
    note: str | None = None,
    *,
    may_propose: bool = False,
) -> SharingGrant:
    """Show part of an owner's subtree to a recipient until a moment; recorded in the audit, and told to the recipient.

    may_propose: the recipient may also propose changes of what it shows.

    CasmError when the asker does not manage the owner, has not all of the part himself, or the end is not possible.
    """
    require_manager(session, owner_id)
    require_own(session, owner_id, part.asset_classes, part.field_classes)
    if recipient.owner_id == owner_id:
        raise CasmError("A jurisdiction sees its own records anyway.", "choose another recipient")
    if may_propose and part.precision_m:
        raise CasmError(
            "Changes can be proposed of records that are shown as they are, not of less exact ones.",
            "show exact positions, or let none propose",
        )
    if note is not None and len(note) > LONGEST_NOTE:
        raise CasmError(f"The note is longer than {LONGEST_NOTE} characters.", "shorten it")
    grant = SharingGrant(
        owner_id=owner_id,
        **part.columns(),
        recipient_owner_id=recipient.owner_id,
        recipient_account_id=recipient.account_id,
        recipient_email=recipient.email,
        valid_until=checked_end(until, LONGEST),
        note=note or None,
        may_propose=may_propose,
        granted_by=actor_of(session),
    )
    session.add(grant)
    session.flush()
    record_event(
        session,
        action="granted",
        owner_id=owner_id,
        subject_table="sharing_grant",
        subject_id=grant.id,
        details={
            "to": recipient.name,
            "asset_classes": part.asset_classes,
            "field_classes": part.field_classes,
            "area": None if part.area is None else part.area.wkt[:2000],
            "precision_m": part.precision_m,
            "until": grant.valid_until,
            **({"may_propose": True} if may_propose else {}),
        },
    )
    _tell(session, grant, GRANT_GIVEN)
    return grant


def _tell(session: Session, grant: SharingGrant, kind: str) -> None:
    """Those who receive: that it was given, or has ended."""
    about = About(grant.owner_id)
    if grant.recipient_account_id is not None:
        notify(session, kind, about, to_account=grant.recipient_account_id)
    elif grant.recipient_owner_id is not None:
        notify(session, kind, about, to_receivers_of=grant.recipient_owner_id)


def revoke_grant(session: Session, grant_id: UUID) -> None:
    """End a grant now; nothing happens to one that was revoked before. CasmError when it is not the asker's to end."""
    grant = session.scalar(
        select(SharingGrant).where(SharingGrant.id == grant_id, managed(SharingGrant.owner_id)).with_for_update()
    )
    if grant is None:
        raise CasmError("There is no such grant, or it is not yours to revoke.", "look at the list again")
    if grant.revoked_at is None:
        grant.revoked_at, grant.revoked_by = datetime.now(UTC), actor_of(session)
        session.flush()
        record_event(
            session, action="revoked", owner_id=grant.owner_id, subject_table="sharing_grant", subject_id=grant.id
        )
        _tell(session, grant, GRANT_ENDED)


def list_given(session: Session) -> list[GrantRow]:
    """Grants of the owners the asker manages, those in force first, then by recipient."""
    return _rows(session, managed(SharingGrant.owner_id))


def list_received(session: Session) -> list[GrantRow]:
    """Grants in force by which the asker sees something."""
    used = session.scalars(text("SELECT via_id FROM casm_sec.scopes() WHERE via = 'grant'")).all()
    return _rows(session, SharingGrant.id.in_(used))


def _rows(session: Session, condition) -> list[GrantRow]:
    giver, recipient = aliased(Owner), aliased(Owner)
    found: Sequence = session.execute(
        select(SharingGrant, giver.name, recipient.name)
        .join(giver, giver.id == SharingGrant.owner_id)
        .outerjoin(recipient, recipient.id == SharingGrant.recipient_owner_id)
        .where(condition)
        .order_by(SharingGrant.created_at.desc(), SharingGrant.id)
    ).all()
    now = datetime.now(UTC)
    rows = [
        GrantRow(
            grant,
            giver_name,
            recipient_name or grant.recipient_email or ("you" if grant.recipient_account_id else "unavailable"),
            grant.revoked_at is None and grant.valid_from <= now < grant.valid_until,
        )
        for grant, giver_name, recipient_name in found
    ]
    return sorted(rows, key=lambda row: not row.in_force)
