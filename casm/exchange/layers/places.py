"""Layers of places and of those who serve them: jurisdictions, agencies, needs."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casm.exchange.feature import Feature, feature_of, other_side, shape_of, stream
from casm.inventory.agency import Agency
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.need import Need, NeedParty
from casm.inventory.owner import Owner

JURISDICTION_COLUMNS = ("kind", "name", "code", "state_fips", "edition")
AGENCY_COLUMNS = (
    "name", "abbreviation", "level", "discipline", "address", "service_area_source", "sworn_staff_count",
    "total_staff_count", "portable_count", "mobile_count", "control_station_count", "ori", "fdid", "nena_id",
)  # fmt: skip
NEED_COLUMNS = (
    "name", "origin", "required_level", "within_minutes", "coverage_probability", "area_share", "justification",
)  # fmt: skip


def read_jurisdictions(session: Session, within: tuple[float, float, float, float] | None = None) -> Iterator[Feature]:
    """Every jurisdiction in use, with its polygon; within: only those whose box meets (west, south, east, north)."""
    parent, is_parent = other_side(Jurisdiction, Jurisdiction.parent_owner_id, Jurisdiction.parent_id)
    statement = (
        select(Jurisdiction, Owner, parent.name)
        .join(Owner, Owner.id == Jurisdiction.owner_id)
        .outerjoin(parent, is_parent)
        .where(Jurisdiction.status != "retired")
        .order_by(Jurisdiction.kind, Jurisdiction.code, Jurisdiction.id)
    )
    if within is not None:
        statement = statement.where(Jurisdiction.area.bool_op("&&")(func.ST_MakeEnvelope(*within, 4326)))
    for row, owner, parent_name in stream(session, statement):
        yield feature_of(
            row,
            owner,
            JURISDICTION_COLUMNS,
            geometry=shape_of(row.area),
            references={"parent": (row.parent_id, parent_name)},
            edition=row.edition,
        )


def read_agencies(session: Session) -> Iterator[Feature]:
    """Every agency in use, as its service area, or its head office where no area is known."""
    jurisdiction, is_jurisdiction = other_side(Jurisdiction, Agency.jurisdiction_owner_id, Agency.jurisdiction_id)
    parent, is_parent = other_side(Agency, Agency.parent_agency_owner_id, Agency.parent_agency_id)
    statement = (
        select(Agency, Owner, jurisdiction.name, parent.name)
        .join(Owner, Owner.id == Agency.owner_id)
        .outerjoin(jurisdiction, is_jurisdiction)
        .outerjoin(parent, is_parent)
        .where(Agency.status != "retired")
        .order_by(Agency.name, Agency.id)
    )
    for row, owner, jurisdiction_name, parent_name in stream(session, statement):
        headquarters = shape_of(row.headquarters)
        area = shape_of(row.service_area)
        yield feature_of(
            row,
            owner,
            AGENCY_COLUMNS,
            geometry=headquarters if area is None else area,
            more={
                "headquarters_longitude": None if headquarters is None else round(headquarters.x, 7),
                "headquarters_latitude": None if headquarters is None else round(headquarters.y, 7),
            },
            references={
                "jurisdiction": (row.jurisdiction_id, jurisdiction_name),
                "parent_agency": (row.parent_agency_id, parent_name),
            },
        )


def read_needs(session: Session) -> Iterator[Feature]:
    """Every need in use, as its place, or the jurisdiction it names; without either it has no geometry."""
    jurisdiction, is_jurisdiction = other_side(Jurisdiction, Need.jurisdiction_owner_id, Need.jurisdiction_id)
    statement = (
        select(Need, Owner, jurisdiction)
        .join(Owner, Owner.id == Need.owner_id)
        .outerjoin(jurisdiction, is_jurisdiction)
        .where(Need.status != "retired")
        .order_by(Need.name, Need.id)
    )
    for row, owner, place in stream(session, statement):
        parties, hidden = need_parties(session, row)
        area = shape_of(row.place)
        if area is None and place is not None:
            area = shape_of(place.area)
        feature = feature_of(
            row,
            owner,
            NEED_COLUMNS,
            geometry=area,
            more={"parties": parties},
            references={"jurisdiction": (row.jurisdiction_id, None if place is None else place.name)},
        )
        if hidden:
            feature.properties.setdefault("unavailable", []).append("parties")
        yield feature


def need_parties(session: Session, need: Need) -> tuple[list[str | None], bool]:
    """Names of the agencies a need names (None for one that cannot be seen), and whether one cannot."""
    agency, is_agency = other_side(Agency, NeedParty.agency_owner_id, NeedParty.agency_id)
    names = session.scalars(
        select(agency.name)
        .select_from(NeedParty)
        .outerjoin(agency, is_agency)
        .where(NeedParty.owner_id == need.owner_id, NeedParty.need_id == need.id, NeedParty.status != "retired")
        .order_by(agency.name.nulls_last())
    ).all()
    return list(names), None in names
