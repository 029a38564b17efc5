"""Opening a share link: by its secret, then by the pass that stands for it; its password, its views."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from casm.accounts.origin import Origin, gatekeeper
from casm.accounts.password import verify_password
from casm.accounts.throttle import TooManyAttempts, give_back, take_attempt
from casm.audit.record import record_event
from casm.db.session import Database, Seal
from casm.inventory.owner import Owner
from casm.sharing.links import token_digest
from casm.sharing.share_link import ShareLink
from casm.sharing.viewer import Viewer

LONGEST_TOKEN = 100
NOWHERE = Origin()


@dataclass(frozen=True)
class OpenLink:
    """A link in force. `owner` is the name of who shares; precision_m: 0 for positions as recorded."""

    id: UUID
    owner_id: UUID
    owner: str
    title: str
    asset_classes: tuple[str, ...]
    has_area: bool
    precision_m: int
    expires_at: datetime
    token_sha256: str = field(repr=False)
    password_hash: str | None = field(repr=False)

    def viewer(self, origin: Origin = NOWHERE) -> Viewer:
        """On whose behalf its holders read."""
        return Viewer.of_link(self.id, self.owner_id, origin.word)


def link_of_token(database: Database, token: str, origin: Origin = NOWHERE) -> OpenLink | None:
    """The link in force with this secret, None for any other."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return _find(database, ShareLink.token_sha256 == token_digest(token), origin)


def link_of_id(database: Database, link_id: UUID, origin: Origin = NOWHERE) -> OpenLink | None:
    """The link in force of this id, None for any other; who asks must also hold a pass."""
    return _find(database, ShareLink.id == link_id, origin)


def arrival_pass(seal: Seal, link: OpenLink) -> str:
    """What proves that its holder came by the link's secret; worth nothing where there is a password as well."""
    return seal.sign(f"share link arrival|{link.id}|{link.token_sha256}")


def opened_pass(seal: Seal, link: OpenLink) -> str:
    """What proves that its holder came by the secret and gave the password, if any; another password voids it."""
    return seal.sign(f"share link opened|{link.id}|{link.token_sha256}|{link.password_hash or ''}")


def is_pass(shown: str, wanted: str) -> bool:
    """Whether a pass is the one wanted, in a time that tells nothing."""
    return hmac.compare_digest(shown.encode(), wanted.encode())


def try_password(database: Database, link: OpenLink, password: str, origin: Origin = NOWHERE) -> bool:
    """Whether the password opens the link; TooManyAttempts after ten wrong ones in five minutes, for one link or from
    one address.
    """
    keys = {"share_link": str(link.id), "share_link_address": origin.address}
    with database.gate_session(link.viewer(origin)) as gate:
        wait_s = take_attempt(gate, **keys)
    if wait_s:
        raise TooManyAttempts(wait_s)
    if not verify_password(link.password_hash, password):
        return False
    with database.gate_session(link.viewer(origin)) as gate:
        give_back(gate, **keys)
    return True


def record_view(database: Database, link: OpenLink, origin: Origin = NOWHERE) -> None:
    """Count one look at the link's map, and put it into the audit."""
    with database.gate_session(link.viewer(origin)) as gate:
        gate.execute(
            update(ShareLink)
            .where(ShareLink.id == link.id)
            .values(view_count=ShareLink.view_count + 1, last_viewed_at=func.clock_timestamp())
            .execution_options(synchronize_session=False)
        )
        record_event(
            gate,
            action="opened a link",
            owner_id=link.owner_id,
            subject_table="share_link",
            subject_id=link.id,
            details={"title": link.title},
            actor=f"link {link.id}",
        )


def _find(database: Database, condition: ColumnElement[bool], origin: Origin) -> OpenLink | None:
    statement = (
        select(
            ShareLink.id,
            ShareLink.owner_id,
            Owner.name.label("owner"),
            ShareLink.title,
            ShareLink.asset_classes,
            ShareLink.area.is_not(None).label("has_area"),
            ShareLink.precision_m,
            ShareLink.expires_at,
            ShareLink.token_sha256,
            ShareLink.password_hash,
        )
        .join(Owner, Owner.id == ShareLink.owner_id)
        .where(condition, ShareLink.revoked_at.is_(None), ShareLink.expires_at > func.clock_timestamp())
    )
    with database.gate_session(gatekeeper(origin)) as gate:
        row = gate.execute(statement).one_or_none()
    if row is None:
        return None
    return OpenLink(**{**row._mapping, "asset_classes": tuple(row.asset_classes)})
