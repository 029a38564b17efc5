"""What can I see from others, and by which right: one's own roles, what was shown to one, and what everybody sees."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.inventory.owner import Owner
from casm.sharing.grant import SharingGrant
from casm.sharing.grants import GrantRow, list_received
from casm.sharing.membership import Membership
from casm.sharing.role import ROLES
from casm.sharing.sight import read_sight
from casm.sharing.words import classes_in_words, fields_in_words, place_in_words

REFERENCE = "boundaries, national channels and other reference data"


@dataclass(frozen=True)
class Shown:
    """One reason to see something of an owner: by which right, of whom, what, how finely, until when, from whom.

    kind: ``own`` (a role), ``shown`` (a grant), ``public`` or ``program`` (this machine's own reading).
    """

    kind: str
    owner: str
    reason: str
    layers: str
    fields: str
    place: str
    until: datetime | None
    given_by: str | None
    note: str | None = None


def what_i_see(session: Session) -> list[Shown]:
    """Every reason why the asker sees anything: own roles first, then what others show, then public reference data."""
    sight = read_sight(session)
    names = {owner_id: name for owner_id, name in session.execute(select(Owner.id, Owner.name))}
    granted: dict[UUID, GrantRow] = {row.grant.id: row for row in list_received(session)}
    memberships = {m.id: m for m in session.scalars(select(Membership))}
    found = []
    for scope in sight.scopes:
        if scope.via == "program writes":
            continue
        owner = names.get(scope.root_id, "unavailable")
        layers, fields = classes_in_words(scope.asset_classes), fields_in_words(scope.field_classes)
        grant = granted.get(scope.via_id) if scope.via == "grant" and scope.via_id else None
        member = memberships.get(scope.via_id) if scope.via == "membership" and scope.via_id else None
        if grant is not None:
            found.append(_shown(grant.grant, owner, grant.recipient, layers, fields))
        elif member is not None:
            reason = f"your role: {ROLES[member.role].short_label}"
            found.append(Shown("own", owner, reason, layers, fields, "everywhere", None, member.granted_by))
        elif scope.via == "public":
            found.append(Shown("public", owner, "everybody sees it", REFERENCE, fields, "everywhere", None, None))
        else:
            reason = "the reading that is open on this machine"
            found.append(Shown("program", owner, reason, layers, fields, "everywhere", None, None))
    order = ("own", "program", "shown", "public")
    return sorted(found, key=lambda shown: (order.index(shown.kind), shown.owner, shown.layers))


def _shown(grant: SharingGrant, owner: str, recipient: str, layers: str, fields: str) -> Shown:
    rough = grant.precision_m > 0
    return Shown(
        "shown",
        owner,
        f"shown to {recipient}",
        layers,
        "none, only squares" if rough else fields,
        place_in_words(has_area=grant.area is not None, precision_m=grant.precision_m),
        grant.valid_until,
        grant.granted_by,
        grant.note,
    )
