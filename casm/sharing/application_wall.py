"""The application's own wall: every ORM read of a session is narrowed to what its viewer may see.

The database's row security does the same by owner, class and field class and knows nothing of this one, so that a
fault in either leaves the other standing. What a grant limits to an area is held here alone.
"""

from collections.abc import Callable
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.types import Uuid

from casm.assessments.result import Result
from casm.db.columns import Base, OwnedRow
from casm.inventory.agency import Agency
from casm.inventory.backhaul import BackhaulLink, LinkCarriesSystem, MicrowavePath
from casm.inventory.gateway import Gateway, GatewayPort
from casm.inventory.radio_cache import RadioCache
from casm.inventory.sensitive import BackhaulLinkSensitive, SiteSensitive
from casm.inventory.site import Site
from casm.inventory.station import Station, StationFrequency
from casm.sharing.asset_class import CLASS_OF_TABLE, LAYER_OF_RESULT, RESULT_LAYERS
from casm.sharing.sight import Scope, Sight, read_sight
from casm.sharing.viewer import FIELD_CLASSES, PUBLIC_OWNER_ID

FIELD_CLASS_OF_TABLE = {
    "contact": "contact", "resource_encryption": "encryption", "fleet_encryption": "encryption",
    "site_sensitive": "sensitive", "backhaul_link_sensitive": "sensitive",
}  # fmt: skip
CRITERIA = "casm.application_wall"

Expression = ColumnElement[bool]


class Limit(LoaderCriteriaOption):
    """SQLAlchemy's with_loader_criteria, but also for aliases joined by a written-out ON, which it forgets."""

    _cache_key_traversal = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> Expression:
        criterion = super()._resolve_where_criteria(ext_info)
        return ext_info._adapter.traverse(criterion) if ext_info.is_aliased_class else criterion


def raise_wall(session: Session) -> None:
    """Narrow every ORM read of the transaction that begins."""
    session.info.pop(CRITERIA, None)


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
    sight = read_sight(session)
    options = [Limit(Result, seen_results(session, sight), include_aliases=True)]
    for mapper in Base.registry.mappers:
        entity = mapper.class_
        table = mapper.local_table.name
        if table in CLASS_OF_TABLE:
            shown = seen(entity, table, sight)
            if shown is not None:
                options.append(Limit(entity, shown, include_aliases=True))
    return options


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


def seen_results(session: Session, sight: Sight) -> Expression:
    """Results computed with this very sight, and those shared by the one owner they are from.

    A viewer without results of that sight is shown those of the subtrees it sees itself, so that nothing is told twice.
    """
    own = Result.sight_sha256 == session.scalar(select(func.casm_sec.sight()))
    has_own = session.scalar(select(Result.__table__.select().where(own).exists()))
    shared = ("grant", "link") if has_own else ("grant", "link", "membership", "program")
    parts: list[Expression] = [own]
    for layer in RESULT_LAYERS:
        kinds = [kind for kind, of in LAYER_OF_RESULT.items() if of == layer]
        roots = {scope.root_id for scope in sight.scopes if scope.via in shared and scope.covers(layer)}
        wanted = [Result.kind.in_(kinds), among(Result.sight_root_id, roots)]
        for field_class in FIELD_CLASSES:
            if sight.everybody(layer, field_class):
                continue
            inside = Result.audience.contained_by(owner_array(sight.owners(layer, field_class)))
            wanted.append(
                inside if field_class == "public" else or_(~Result.field_classes.contains([field_class]), inside)
            )
        parts.append(and_(*wanted))
    return or_(*parts)


def among(column: Any, owner_ids: Any) -> Expression:
    """Whether an owner is one of a set."""
    return column == func.any(owner_array(owner_ids)) if owner_ids else false()


def owner_array(owner_ids: Any) -> Any:
    """Owner ids as one bound array."""
    return bindparam(None, sorted(owner_ids), type_=ARRAY(Uuid), unique=True)


def area_of(scope: Scope) -> Any:
    """A scope's area as a bound geometry."""
    return literal(WKBElement(scope.area, srid=4326, extended=True), type_=Site.position.type)


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


def agency_within(entity: Any, area: Any) -> Expression:
    """An agency is where it serves or sits."""
    return or_(touches(entity.service_area, area), touches(entity.headquarters, area))


WITHIN: dict[type, Callable[[Any, Any], Expression]] = {
    Site: by_position,
    Gateway: by_position,
    RadioCache: by_position,
    Agency: agency_within,
    Station: station_within,
    BackhaulLink: link_within,
    StationFrequency: part_within(Station, "station_id", station_within),
    GatewayPort: part_within(Gateway, "gateway_id", by_position),
    MicrowavePath: part_within(BackhaulLink, "backhaul_link_id", link_within),
    LinkCarriesSystem: part_within(BackhaulLink, "backhaul_link_id", link_within),
    SiteSensitive: part_within(Site, "site_id", by_position),
    BackhaulLinkSensitive: part_within(BackhaulLink, "backhaul_link_id", link_within),
}
