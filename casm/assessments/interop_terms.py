"""Who may use what, as the viewer sees it: agencies, agreements and licences as frozen inputs."""

import uuid
from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.inventory.agency import Agency
from casm.inventory.agreement import Agreement, AgreementAsset, AgreementParty
from casm.inventory.licence import Licence
from casm.inventory.owner import Owner
from geo.interop import authority
from geo.interop.reason import Record

# Rows that are in force or kept ready; what is planned does not help anybody yet.
IN_SERVICE = ("active", "standby")
# Owners whose assets are those of the agencies under them: a county's or a tribe's, never a state's.
OWN_THROUGH = ("county", "urban_area", "tribe", "agency")


def record_of(record_class: str, row: Any, name: str | None = None, **more: Any) -> Record:
    """The evidence record of a row."""
    return Record(
        record_class, str(row.id), str(row.name if name is None else name), str(row.owner_id), row.verified_on, **more
    )


def in_service(session: Session, model: Any) -> list[Any]:
    """The visible rows of a class that are in service, in a fixed order."""
    return list(session.scalars(select(model).where(model.status.in_(IN_SERVICE)).order_by(model.id)))


def read_agencies(session: Session) -> tuple[authority.Agency, ...]:
    """Every visible agency in service, with the owners whose assets count as its own."""
    owners = {owner.id: owner for owner in session.scalars(select(Owner))}
    return tuple(
        authority.Agency(
            record_of("agency", row),
            row.discipline,
            frozenset(str(owner) for owner in own_owners(row.owner_id, owners)),
        )
        for row in in_service(session, Agency)
    )


def own_owners(owner_id: uuid.UUID, owners: dict[uuid.UUID, Owner]) -> set[uuid.UUID]:
    """An agency's owner, and those above it that it belongs to as a department does."""
    found, at = {owner_id}, owners.get(owner_id)
    while at is not None and at.kind in OWN_THROUGH and at.parent_id is not None:
        at = owners.get(at.parent_id)
        if at is not None and at.kind in OWN_THROUGH:
            found.add(at.id)
    return found


def read_agreements(session: Session) -> tuple[authority.Agreement, ...]:
    """Every visible agreement with its parties and the assets it covers."""
    parties: dict[Any, set[str]] = defaultdict(set)
    for party in in_service(session, AgreementParty):
        parties[party.owner_id, party.agreement_id].add(str(party.agency_id))
    assets: dict[Any, set[str]] = defaultdict(set)
    for asset in in_service(session, AgreementAsset):
        assets[asset.owner_id, asset.agreement_id].add(str(asset.asset_id))
    return tuple(
        authority.Agreement(
            record_of("agreement", row, row.title),
            frozenset(parties[row.owner_id, row.id]),
            frozenset(assets[row.owner_id, row.id]),
            row.effective_on,
            row.expires_on,
            row.open_ended,
        )
        for row in in_service(session, Agreement)
    )


def read_licences(session: Session) -> tuple[authority.Licence, ...]:
    """Every visible licence."""
    return tuple(
        authority.Licence(
            record_of("licence", row, row.call_sign),
            row.call_sign,
            str(row.owner_id),
            row.licence_status,
            row.expires_on,
            row.cancelled_on,
        )
        for row in in_service(session, Licence)
    )
