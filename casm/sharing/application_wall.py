"""The application's own wall: every ORM read of a session is narrowed to what its viewer may see.

The database's row security does the same by owner, class and field class and knows nothing of this one, so that a
fault in either leaves the other standing. What a grant limits to an area is held here alone.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import ORMExecuteState, Session

from casm.assessments.result import Result, ResultLayer
from casm.db.columns import Base, OwnedRow
from casm.inventory.agency import Agency
from casm.inventory.backhaul import BackhaulLink, LinkCarriesSystem, MicrowavePath
from casm.inventory.cache_checkout import CacheCheckout
from casm.inventory.comm_unit import CommUnitMember, CommUnitMemberContact, CommUnitQualification
from casm.inventory.dispatch_center import DispatchCenter, DispatchCenterAgency, DispatchCenterPeer
from casm.inventory.gateway import Gateway, GatewayPort
from casm.inventory.mobile_comm_vehicle import MobileCommVehicle
from casm.inventory.radio_cache import RadioCache
from casm.inventory.sensitive import BackhaulLinkSensitive, SiteSensitive
from casm.inventory.site import Site
from casm.inventory.station import Station, StationFrequency
from casm.sharing.asset_class import CLASS_OF_TABLE, FIELD_CLASS_OF_TABLE, LAYER_OF_RESULT, RESULT_LAYERS
from casm.sharing.attached_wall import attached_limits
from casm.sharing.limit import Expression, Limit, Limits, among, owner_array
from casm.sharing.sight import Scope, Sight, read_sight
from casm.sharing.viewer import FIELD_CLASSES, PUBLIC_OWNER_ID
from casm.sharing.work_wall import work_limits

CRITERIA = "casm.application_wall"
SIGHT = "casm.application_wall.sight"
RESULTS = Result.__table__


def raise_wall(session: Session) -> None:
    """Narrow every ORM read of the transaction that begins."""
    session.info.pop(CRITERIA, None)
    session.info.pop(SIGHT, None)


def narrow(state: ORMExecuteState) -> None:
    """Session event: add the viewer's limits to a SELECT, to those of relationships and to mass changes too."""
    if (
        state.is_column_load
        or state.is_relationship_load
        or not (state.is_select or state.is_update or state.is_delete)
    ):
        return
    info = state.session.info
    if CRITERIA not in info:
        # What follows asks the database itself, through this same event.
        info[CRITERIA] = ()
        info[CRITERIA] = tuple(criteria(state.session))
    state.statement = state.statement.options(*info[CRITERIA])


def criteria(session: Session) -> list[Any]:
    """One loader option for each guarded class of which something may be hidden."""
    sight = sight_of_wall(session)
    own_sight = session.scalar(select(func.casm_sec.sight()))
    has_own = session.scalar(select(select(RESULTS).where(RESULTS.c.sight_sha256 == own_sight).exists()))
    return list(limits(sight, own_sight, has_own=bool(has_own)))


def sight_of_wall(session: Session) -> Sight:
    """What the wall of this transaction goes by: the sight as it was when it was first asked for."""
    if SIGHT not in session.info:
        session.info[SIGHT] = read_sight(session)
    return session.info[SIGHT]


@lru_cache(maxsize=256)
def limits(sight: Sight, own_sight: str | None, *, has_own: bool) -> tuple[Any, ...]:
    """The options of one sight: they say nothing but what the sight says, and take longer to build than to use."""
    options = [
        Limit(Result, seen_results(sight, own_sight, Result, has_own=has_own), include_aliases=True),
        Limit(ResultLayer, layer_of_seen(sight, own_sight, has_own=has_own), include_aliases=True),
        *work_limits(sight, FIELD_CLASS_OF_TABLE),
        *attached_limits(sight, FIELD_CLASS_OF_TABLE, lies_in),
    ]
    for mapper in Base.registry.mappers:
        entity = mapper.class_
        table = mapper.local_table.name
        if table in CLASS_OF_TABLE:
            shown = seen(entity, table, sight)
            if shown is not None:
                options.append(Limit(entity, shown, include_aliases=True))
    return (Limits(options),)


def seen(entity: type[OwnedRow], table: str, sight: Sight) -> Expression | None:
    """The rows of a class that a sight shows; None where it shows them all."""
    asset_class = CLASS_OF_TABLE[table]
    field_class = FIELD_CLASS_OF_TABLE.get(table, "public")
    owner_ids = sight.owners(asset_class, field_class)
    parts = [among(entity.owner_id, owner_ids)]
    if sight.everybody(asset_class, field_class):
        if PUBLIC_OWNER_ID in owner_ids:
            return None
        parts.append(entity.owner_id != PUBLIC_OWNER_ID)
    lies_within = WITHIN.get(entity)
    for scope in sight.limited(asset_class, field_class):
        if lies_within is not None:
            parts.append(and_(among(entity.owner_id, scope.owner_ids), lies_within(entity, area_of(scope))))
    return or_(*parts)


def seen_results(sight: Sight, own_sight: str | None, result: Any, *, has_own: bool) -> Expression:
    """Results computed with this very sight, and those shared by the one owner they are from.

    result: the class, or its table's columns. A viewer without results of that sight is shown those of the subtrees it
    sees itself, so that nothing is told twice.
    """
    own = result.sight_sha256 == own_sight
    shared = ("grant", "link") if has_own else ("grant", "link", "membership", "program")
    parts: list[Expression] = [own]
    for layer in RESULT_LAYERS:
        kinds = [kind for kind, of in LAYER_OF_RESULT.items() if of == layer]
        roots = {scope.root_id for scope in sight.scopes if scope.via in shared and scope.covers(layer)}
        wanted = [result.kind.in_(kinds), among(result.sight_root_id, roots)]
        for field_class in FIELD_CLASSES:
            if sight.everybody(layer, field_class):
                continue
            inside = result.audience.contained_by(owner_array(sight.owners(layer, field_class)))
            wanted.append(
                inside if field_class == "public" else or_(~result.field_classes.contains([field_class]), inside)
            )
        parts.append(and_(*wanted))
    return or_(*parts)


def layer_of_seen(sight: Sight, own_sight: str | None, *, has_own: bool) -> Expression:
    """A result's rasters and files are shown where the result is."""
    # The bare table, as in site_within.
    of = RESULTS.alias()
    shown = seen_results(sight, own_sight, of.c, has_own=has_own)
    return select(literal(1)).where(of.c.id == ResultLayer.result_id, shown).correlate_except(of).exists()


def area_of(scope: Scope) -> Any:
    """A scope's area as a bound geometry; the same for the same area, so that a statement binds it once."""
    return _one_area(scope.area)


@lru_cache(maxsize=256)
def _one_area(area: bytes | None) -> Any:
    return literal(WKBElement(area, srid=4326, extended=True), type_=Site.position.type)


def touches(geometry: Any, area: Any) -> Expression:
    """Whether a place meets an area; the box first, which an index answers."""
    return and_(geometry.op("&&")(area), func.ST_Intersects(geometry, area))


def site_within(owner_id: Any, site_id: Any, area: Any) -> Expression:
    """Whether a site by reference lies in an area."""
    # The bare table: narrowed by the database alone, as this is part of the application's own limits.
    site = Site.__table__.alias()
    return (
        select(literal(1))
        .where(site.c.owner_id == owner_id, site.c.id == site_id, touches(site.c.position, area))
        .correlate_except(site)
        .exists()
    )


def station_within(entity: Any, area: Any) -> Expression:
    """A station stands where its site does."""
    return site_within(entity.site_owner_id, entity.site_id, area)


def link_within(entity: Any, area: Any) -> Expression:
    """A link is shown only if both its ends are."""
    return and_(
        site_within(entity.site_a_owner_id, entity.site_a_id, area),
        site_within(entity.site_b_owner_id, entity.site_b_id, area),
    )


def part_within(parent: Any, key: str, within: Callable[[Any, Any], Expression]) -> Callable[[Any, Any], Expression]:
    """A part lies where the record does that it is part of."""

    def inside(entity: Any, area: Any) -> Expression:
        whole = parent.__table__.alias()
        return (
            select(literal(1))
            .where(whole.c.owner_id == entity.owner_id, whole.c.id == getattr(entity, key), within(whole.c, area))
            .correlate_except(whole)
            .exists()
        )

    return inside


def by_position(entity: Any, area: Any) -> Expression:
    """A record with a point of its own."""
    return touches(entity.position, area)


def center_within(entity: Any, area: Any) -> Expression:
    """A dispatch center is where it serves or stands."""
    return or_(touches(entity.service_area, area), touches(entity.position, area))


def agency_within(entity: Any, area: Any) -> Expression:
    """An agency is where it serves or sits."""
    return or_(touches(entity.service_area, area), touches(entity.headquarters, area))


def lies_in(asset_class: str, owner_id: Any, record_id: Any, scope: Scope) -> Expression | None:
    """Whether a record by class, owner and id lies in a scope's area; None for a class whose records lie nowhere."""
    entity = next(one for one in (*WITHIN, None) if one is None or one.__tablename__ == asset_class)
    if entity is None:
        return None
    # The bare table, as in site_within.
    whole = entity.__table__.alias()
    inside = WITHIN[entity](whole.c, area_of(scope))
    return (
        select(literal(1))
        .where(whole.c.owner_id == owner_id, whole.c.id == record_id, inside)
        .correlate_except(whole)
        .exists()
    )


WITHIN: dict[type, Callable[[Any, Any], Expression]] = {
    Site: by_position,
    Gateway: by_position,
    RadioCache: by_position,
    MobileCommVehicle: by_position,
    CommUnitMember: by_position,
    DispatchCenter: center_within,
    Agency: agency_within,
    Station: station_within,
    BackhaulLink: link_within,
    StationFrequency: part_within(Station, "station_id", station_within),
    GatewayPort: part_within(Gateway, "gateway_id", by_position),
    MicrowavePath: part_within(BackhaulLink, "backhaul_link_id", link_within),
    LinkCarriesSystem: part_within(BackhaulLink, "backhaul_link_id", link_within),
    SiteSensitive: part_within(Site, "site_id", by_position),
    BackhaulLinkSensitive: part_within(BackhaulLink, "backhaul_link_id", link_within),
    CacheCheckout: part_within(RadioCache, "radio_cache_id", by_position),
    DispatchCenterPeer: part_within(DispatchCenter, "dispatch_center_id", center_within),
    DispatchCenterAgency: part_within(DispatchCenter, "dispatch_center_id", center_within),
    CommUnitMemberContact: part_within(CommUnitMember, "comm_unit_member_id", by_position),
    CommUnitQualification: part_within(CommUnitMember, "comm_unit_member_id", by_position),
}
