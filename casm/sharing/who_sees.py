"""Who can see a record, and why: every membership, grant and link that reaches it, each as a sentence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casm.db.columns import OwnedRow
from casm.errors import CasmError
from casm.inventory.agency import Agency
from casm.inventory.agreement import Agreement
from casm.inventory.alert_originator import AlertOriginator
from casm.inventory.backhaul import BackhaulLink
from casm.inventory.broadband_service import BroadbandService
from casm.inventory.channel import Channel
from casm.inventory.comm_unit import CommUnitMember
from casm.inventory.contact import Contact
from casm.inventory.dispatch_center import DispatchCenter
from casm.inventory.fleet import Fleet
from casm.inventory.gateway import Gateway
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.licence import Licence
from casm.inventory.mobile_comm_vehicle import MobileCommVehicle
from casm.inventory.need import Need
from casm.inventory.owner import Owner
from casm.inventory.radio import Radio
from casm.inventory.radio_cache import RadioCache
from casm.inventory.radio_system import RadioSystem
from casm.inventory.site import Site
from casm.inventory.station import Station
from casm.inventory.talkgroup import Talkgroup
from casm.sharing.asset_class import FIELD_CLASS_OF_TABLE
from casm.sharing.role import ROLES
from casm.sharing.viewer import PUBLIC_OWNER_ID
from casm.sharing.words import fields_in_words, place_in_words

RECORD_OF_CLASS: dict[str, type[OwnedRow]] = {
    "jurisdiction": Jurisdiction, "agency": Agency, "contact": Contact, "site": Site, "licence": Licence,
    "radio_system": RadioSystem, "channel": Channel, "talkgroup": Talkgroup, "station": Station, "fleet": Fleet,
    "radio_cache": RadioCache, "gateway": Gateway, "backhaul_link": BackhaulLink, "agreement": Agreement, "need": Need,
    "dispatch_center": DispatchCenter, "comm_unit_member": CommUnitMember, "alert_originator": AlertOriginator,
    "broadband_service": BroadbandService, "radio": Radio, "mobile_comm_vehicle": MobileCommVehicle,
}  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """One reason why somebody sees a record.

    via: ``membership``, ``grant``, ``link`` or ``public``; via_id: which. who: the person, owner or link's title.
    at_owner_id: the owner it was given for, whose subtree it covers. fields: the kinds of details seen.
    precision_m: 0 where the record itself is seen, else only its square of that size. given_by: None where it comes
    with the software.
    """

    via: str
    via_id: UUID | None
    who: str
    role: str | None
    at_owner_id: UUID
    at_owner: str
    fields: tuple[str, ...]
    has_area: bool
    precision_m: int
    since: datetime | None
    until: datetime | None
    given_by: str | None

    @property
    def sentence(self) -> str:
        """The reason, as one would say it."""
        if self.via == "public":
            return "Everybody who is let in at all sees public reference data."
        if self.via == "membership":
            role = ROLES[self.role].short_label if self.role in ROLES else self.role
            return f"{self.who} has the role {role} at {self.at_owner}."
        part = place_in_words(has_area=self.has_area, precision_m=self.precision_m)
        if self.via == "grant":
            return f"{self.at_owner} shows it to {self.who} ({part})."
        return f"Whoever holds the link “{self.who}” of {self.at_owner} ({part})."

    @property
    def details(self) -> str:
        """The kinds of details seen, in words."""
        return "none, only the square" if self.precision_m else fields_in_words(self.fields)


@dataclass(frozen=True)
class SeenRecord:
    """A record with everyone who sees it."""

    asset_class: str
    record_id: UUID
    name: str
    owner_id: UUID
    owner: str
    reaches: tuple[Reach, ...]


def who_sees(session: Session, asset_class: str, record_id: UUID) -> SeenRecord:
    """Everyone who sees a record at this moment, memberships first.

    For who may write the record's owner or manages it; CasmError where there is no such record or the asker is not
    one of these, alike.
    """
    record = RECORD_OF_CLASS.get(asset_class)
    row = None if record is None else session.scalar(select(record).where(record.id == record_id))
    if row is None or not answers_for(session, row.owner_id):
        raise CasmError("There is no such record, or you may not ask who sees it.", "ask one of its editors")
    reaches = read_reaches(session, asset_class, row)
    owner = session.scalar(select(Owner.name).where(Owner.id == row.owner_id)) or ""
    if row.owner_id == PUBLIC_OWNER_ID:
        everybody = Reach(
            "public", None, "Everybody", None, row.owner_id, owner, ("public",), False, 0, None, None, None
        )
        reaches.insert(0, everybody)
    name = getattr(row, "name", None) or getattr(row, "title", None) or getattr(row, "call_sign", None) or "unnamed"
    return SeenRecord(asset_class, record_id, str(name), row.owner_id, owner, tuple(reaches))


def read_reaches(session: Session, asset_class: str, row: OwnedRow) -> list[Reach]:
    """Memberships, then grants, then links that reach a row."""
    found = session.execute(
        text(
            "SELECT via, via_id, recipient AS who, role, at_owner_id, at_owner, field_classes AS fields, has_area, "
            "precision_m, since, until, given_by "
            "FROM casm_sec.who_sees(:asset_class, :field_class, :owner, CAST(:places AS public.geometry[])) "
            "ORDER BY array_position(ARRAY['membership', 'grant', 'link'], via), at_owner, recipient, since, via_id"
        ),
        {
            "asset_class": asset_class,
            "field_class": FIELD_CLASS_OF_TABLE.get(asset_class, "public"),
            "owner": row.owner_id,
            "places": places_of(session, row),
        },
    )
    return [Reach(**{**found_row, "fields": tuple(found_row["fields"])}) for found_row in found.mappings()]


def answers_for(session: Session, owner_id: UUID) -> bool:
    """Whether the asker writes or manages an owner's records."""
    return bool(
        session.scalar(
            text("SELECT :owner = ANY (casm_sec.writable_owners()) OR :owner = ANY (casm_sec.managed_owners())"),
            {"owner": owner_id},
        )
    )


def places_of(session: Session, row: OwnedRow) -> list[str]:
    """The places that must all lie in a share's area, as casm.sharing.application_wall judges them, in EWKB.

    Empty where one is not known, since what has no place lies in no area.
    """
    if isinstance(row, (Site, Gateway, RadioCache, MobileCommVehicle, CommUnitMember)):
        places = [row.position]
    elif isinstance(row, Station):
        places = [position_of(session, row.site_owner_id, row.site_id)]
    elif isinstance(row, BackhaulLink):
        ends = ((row.site_a_owner_id, row.site_a_id), (row.site_b_owner_id, row.site_b_id))
        places = [position_of(session, *end) for end in ends]
    elif isinstance(row, Agency):
        # In the area where either its service area or its head office is.
        both = select(func.ST_Collect(Agency.service_area, Agency.headquarters)).where(Agency.id == row.id)
        places = [session.scalar(both)]
    elif isinstance(row, DispatchCenter):
        both = select(func.ST_Collect(DispatchCenter.service_area, DispatchCenter.position))
        places = [session.scalar(both.where(DispatchCenter.id == row.id))]
    else:
        places = []
    return [] if None in places else [str(place) for place in places]


def position_of(session: Session, owner_id: UUID | None, site_id: UUID | None) -> Any:
    """The position of a site by reference, None where it is not known or not seen."""
    return session.scalar(select(Site.position).where(Site.owner_id == owner_id, Site.id == site_id))
