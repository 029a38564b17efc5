"""The layer of places shared at a reduced precision: squares with what lies somewhere in each."""

from collections.abc import Iterator
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy.orm import Session

from casm.exchange.feature import Feature
from casm.exchange.marking import says_exercise
from casm.sharing.approximate import ApproximatePlace, read_approximate_places
from casm.sharing.leaving import is_kept_out

ONE_AND_MANY = {
    "site": ("site", "sites"),
    "station": ("station", "stations"),
    "gateway": ("gateway", "gateways"),
    "radio_cache": ("radio cache", "radio caches"),
    "agency": ("head office", "head offices"),
    "dispatch_center": ("dispatch center", "dispatch centers"),
    "mobile_comm_vehicle": ("communications vehicle", "communications vehicles"),
    "comm_unit_member": ("communications-unit member", "communications-unit members"),
}


def read_squares(session: Session) -> Iterator[Feature]:
    """Every square this session's viewer may know of; its name says what lies in it, as "2 sites, 1 station"."""
    for place in read_approximate_places(session):
        if is_kept_out(session, place.owner_id, place.sensitivity):
            continue
        yield Feature(
            # Of the square and its owner: the ids of the records do not leave the database.
            id=uuid5(NAMESPACE_OID, f"{place.owner_id} {place.step_m} {place.cell.bounds}"),
            geometry=place.cell,
            properties={
                "name": contents(place),
                "step_m": place.step_m,
                "owner": place.owner_code,
                "owner_name": place.owner_name,
            },
            owner_code=place.owner_code,
            sensitivity=place.sensitivity,
            exercise=says_exercise(place.owner_name),
        )


def contents(place: ApproximatePlace) -> str:
    """What lies somewhere in a square."""
    return ", ".join(f"{count} {ONE_AND_MANY[asset_class][count > 1]}" for asset_class, count in place.counts)
