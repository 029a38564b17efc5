"""Layers of what stands ready: dispatch centers, gateways, caches, vehicles, and the communications unit."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.exchange.feature import Feature, feature_of, other_side, shape_of, stream
from casm.inventory.agency import Agency
from casm.inventory.cache_checkout import checked_out_counts
from casm.inventory.comm_unit import CommUnitMember, CommUnitQualification
from casm.inventory.dispatch_center import DispatchCenter
from casm.inventory.gateway import Gateway
from casm.inventory.mobile_comm_vehicle import MobileCommVehicle
from casm.inventory.owner import Owner
from casm.inventory.radio_cache import RadioCache
from casm.inventory.site import Site

CENTER_COLUMNS = (
    "name", "fcc_psap_id", "kind", "county_fips", "state_code", "address", "service_area_source",
    "console_position_count", "console_vendor", "patch_capable", "cad_vendor", "eido_capable", "ng911_stage",
    "esinet_provider",
)  # fmt: skip
GATEWAY_COLUMNS = (
    "name", "kind", "make", "model", "bands", "simultaneous_patches", "patches_in_use", "activation_minutes",
    "staffing",
)  # fmt: skip
CACHE_COLUMNS = (
    "name", "address", "radio_count", "load_version", "spare_battery_count", "charger_count", "deploy_minutes",
    "release_authority", "transport", "condition", "last_tested_on",
)  # fmt: skip
VEHICLE_COLUMNS = (
    "name", "nims_type", "address", "bands", "radio_count", "satellite", "deployable_lte", "mast_height_m",
    "seat_count", "generator_kw", "generator_fuel_hours", "driving_range_m", "crew_count", "crew_notes",
    "deploy_minutes", "request_number",
)  # fmt: skip
# Left out on purpose: telephones and e-mail, which stay with who may see contacts.
MEMBER_COLUMNS = ("name", "deployable")


def read_dispatch_centers(session: Session) -> Iterator[Feature]:
    """Every dispatch center in use, as the area it serves, or its point where no area is known."""
    named = DispatchCenter.backup_center_owner_id, DispatchCenter.backup_center_id
    backup, is_backup = other_side(DispatchCenter, *named)
    for row, owner, agency_name, backup_name in _with_agency(session, DispatchCenter, backup, is_backup):
        position, area = shape_of(row.position), shape_of(row.service_area)
        yield feature_of(
            row,
            owner,
            CENTER_COLUMNS,
            geometry=position if area is None else area,
            more={
                "longitude": None if position is None else round(position.x, 7),
                "latitude": None if position is None else round(position.y, 7),
            },
            references={
                "agency": (row.agency_id, agency_name),
                "backup_center": (row.backup_center_id, backup_name),
            },
        )


def read_gateways(session: Session) -> Iterator[Feature]:
    """Every gateway in use, at its own point, else at its site's."""
    site, is_site = other_side(Site, Gateway.site_owner_id, Gateway.site_id)
    agency, is_agency = other_side(Agency, Gateway.agency_owner_id, Gateway.agency_id)
    statement = (
        select(Gateway, Owner, agency.name, site.name, site.position)
        .join(Owner, Owner.id == Gateway.owner_id)
        .outerjoin(agency, is_agency)
        .outerjoin(site, is_site)
        .where(Gateway.status != "retired")
        .order_by(Gateway.name, Gateway.id)
    )
    for row, owner, agency_name, site_name, site_position in stream(session, statement):
        yield feature_of(
            row,
            owner,
            GATEWAY_COLUMNS,
            geometry=shape_of(site_position if row.position is None else row.position),
            references={"agency": (row.agency_id, agency_name), "site": (row.site_id, site_name)},
        )


def read_radio_caches(session: Session) -> Iterator[Feature]:
    """Every radio cache in use, as its point, with how many radios are out and left."""
    out = checked_out_counts(session)
    for row, owner, agency_name in _with_agency(session, RadioCache):
        lent = out[row.owner_id, row.id]
        left = None if row.radio_count is None else max(row.radio_count - lent, 0)
        yield feature_of(
            row,
            owner,
            CACHE_COLUMNS,
            geometry=shape_of(row.position),
            more={"checked_out_count": lent, "available_radio_count": left},
            references={"agency": (row.agency_id, agency_name)},
        )


def read_vehicles(session: Session) -> Iterator[Feature]:
    """Every mobile communications vehicle in use, where it is kept."""
    gateway, is_gateway = other_side(Gateway, MobileCommVehicle.gateway_owner_id, MobileCommVehicle.gateway_id)
    for row, owner, agency_name, gateway_name in _with_agency(session, MobileCommVehicle, gateway, is_gateway):
        yield feature_of(
            row,
            owner,
            VEHICLE_COLUMNS,
            geometry=shape_of(row.position),
            references={"agency": (row.agency_id, agency_name), "gateway": (row.gateway_id, gateway_name)},
        )


def read_comm_unit_members(session: Session) -> Iterator[Feature]:
    """Everybody of the communications unit in service, where each starts from, with the positions each has."""
    held: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    qualifications = select(CommUnitQualification).where(CommUnitQualification.status != "retired")
    for one in session.scalars(qualifications.order_by(CommUnitQualification.unit_position)):
        held[one.owner_id, one.comm_unit_member_id].append(
            {
                "position": one.unit_position,
                "task_book": one.task_book_status,
                "expires_on": None if one.expires_on is None else one.expires_on.isoformat(),
            }
        )
    for row, owner, agency_name in _with_agency(session, CommUnitMember):
        yield feature_of(
            row,
            owner,
            MEMBER_COLUMNS,
            geometry=shape_of(row.position),
            more={"positions": held[row.owner_id, row.id]},
            references={"agency": (row.agency_id, agency_name)},
        )


def _with_agency(session: Session, mapped: Any, other: Any = None, is_other: Any = None) -> Iterator[Any]:
    """(row, owner, name of its agency, and of one other record if asked) of every record in use, by name."""
    agency, is_agency = other_side(Agency, mapped.agency_owner_id, mapped.agency_id)
    columns = (mapped, Owner, agency.name) if other is None else (mapped, Owner, agency.name, other.name)
    statement = select(*columns).join(Owner, Owner.id == mapped.owner_id).outerjoin(agency, is_agency)
    if other is not None:
        statement = statement.outerjoin(other, is_other)
    yield from stream(session, statement.where(mapped.status != "retired").order_by(mapped.name, mapped.id))
