"""Making, revoking and listing share links, as their owner's managers do."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casm.accounts.password import hash_password
from casm.audit.record import record_event
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.rights import actor_of, managed, require_manager, require_own
from casm.sharing.share_link import ShareLink
from casm.sharing.shared_part import SharedPart, checked_end

LONGEST = timedelta(days=180)
USUAL = timedelta(days=30)
TOKEN_BYTES = 32
LONGEST_TITLE = 120
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200


@dataclass(frozen=True)
class LinkRow:
    """A link as it is listed, with its owner's name."""

    link: ShareLink
    owner: str
    open: bool


def token_digest(token: str) -> str:
    """What is kept of a link's secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(
    session: Session,
    owner_id: UUID,
    title: str,
    part: SharedPart,
    *,
    password: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[ShareLink, str]:
    """Make a link to part of an owner's subtree; the link and its secret, which is told this once.

    expires_at: 30 days from now when None, at most 180. CasmError when the asker does not manage the owner, has not
    all of the part himself, or a field cannot be as it is.
    """
    require_manager(session, owner_id)
    require_own(session, owner_id, part.asset_classes, part.field_classes)
    named = " ".join(title.split())
    if not named or len(named) > LONGEST_TITLE:
        raise CasmError(f"A link needs a title of at most {LONGEST_TITLE} characters.", "say whom or what it is for")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ShareLink(
        id=uuid4(),
        owner_id=owner_id,
        title=named,
        token_sha256=token_digest(token),
        password_hash=hashed(password),
        **part.columns(),
        expires_at=checked_end(datetime.now(UTC) + USUAL if expires_at is None else expires_at, LONGEST),
        made_by=actor_of(session),
    )
    session.add(link)
    session.flush()
    record_event(
        session,
        action="made a link",
        owner_id=owner_id,
        subject_table="share_link",
        subject_id=link.id,
        details={
            "title": named,
            "asset_classes": part.asset_classes,
            "field_classes": part.field_classes,
            "area": None if part.area is None else part.area.wkt[:2000],
            "precision_m": part.precision_m,
            "until": link.expires_at,
            "with_password": bool(password),
        },
    )
    return link, token


def set_link_password(session: Session, link_id: UUID, password: str | None) -> None:
    """Give a link another password, or none; whoever is looking at the moment must open it anew."""
    link = own_link(session, link_id)
    session.execute(update(ShareLink).where(ShareLink.id == link.id).values(password_hash=hashed(password)))
    record_event(
        session,
        action="changed a link",
        owner_id=link.owner_id,
        subject_table="share_link",
        subject_id=link.id,
        details={"with_password": bool(password)},
    )


def revoke_link(session: Session, link_id: UUID) -> None:
    """End a link now; nothing happens to one that was revoked before. CasmError when it is not the asker's to end."""
    link = own_link(session, link_id)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = datetime.now(UTC), actor_of(session)
        session.flush()
        record_event(
            session, action="revoked a link", owner_id=link.owner_id, subject_table="share_link", subject_id=link.id
        )


def list_links(session: Session) -> list[LinkRow]:
    """Links of the owners the asker manages, open ones first, then the newest."""
    found = session.execute(
        select(ShareLink, Owner.name)
        .join(Owner, Owner.id == ShareLink.owner_id)
        .where(managed(ShareLink.owner_id))
        .order_by(ShareLink.created_at.desc(), ShareLink.id)
    )
    now = datetime.now(UTC)
    rows = [LinkRow(link, owner, link.revoked_at is None and link.expires_at > now) for link, owner in found]
    return sorted(rows, key=lambda row: not row.open)


def own_link(session: Session, link_id: UUID) -> ShareLink:
    """A link of an owner the asker manages, locked against others; CasmError when there is none such."""
    link = session.scalar(
        select(ShareLink).where(ShareLink.id == link_id, managed(ShareLink.owner_id)).with_for_update()
    )
    if link is None:
        raise CasmError("There is no such link, or it is not yours to change.", "look at the list again")
    return link


def hashed(password: str | None) -> str | None:
    """A link's password as it is kept; None for none. CasmError when it is too short or too long."""
    if not password:
        return None
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise CasmError(
            f"The link's password has {len(password)} characters.",
            f"choose one of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}, and tell it apart from the link",
        )
    return hash_password(password)
