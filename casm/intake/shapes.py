"""The shape of each record class as the writer sees it: natural key, names it goes by, references, order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Table

from casm.db.tables import Base
from casm.errors import CasmError


@dataclass(frozen=True)
class ReferenceColumns:
    """Where a reference is stored. owner_column None: contained, so the target belongs to the same owner."""

    target: str | None
    id_column: str
    owner_column: str | None


@dataclass(frozen=True)
class Shape:
    """How rows of one table are recognised and found.

    key: columns of the natural key, unique per owner among rows in use. key_of: the key of a row's columns, for
    keys that are more than a tuple of columns. names: columns by which a reference may name a row, tried in order.
    aliases: a text-array column of further names. within: reference to the record that contains it, if any.
    """

    record_class: str
    table: Table
    key: tuple[str, ...]
    names: tuple[str, ...]
    aliases: str | None
    within: str | None
    references: Mapping[str, ReferenceColumns]
    key_of: Callable[[Mapping[str, Any]], tuple[Any, ...]]


# Natural keys as `unique_while_in_use` states them in the model; test_shapes compares the two.
KEYS: dict[str, tuple[str, ...]] = {
    "jurisdiction": ("kind", "code"),
    "agency": ("name",),
    "dispatch_center": ("name",),
    "dispatch_center_peer": ("dispatch_center_id", "peer_center_id"),
    "dispatch_center_agency": ("dispatch_center_id", "agency_id"),
    "comm_unit_member": ("name",),
    "comm_unit_member_contact": ("comm_unit_member_id",),
    "comm_unit_qualification": ("comm_unit_member_id", "unit_position"),
    "alert_originator": ("name",),
    "broadband_service": ("name",),
    "broadband_service_sensitive": ("broadband_service_id",),
    "site": ("name",),
    "site_sensitive": ("site_id",),
    "licence": ("call_sign",),
    "radio_system": ("name",),
    "system_peer": ("radio_system_id", "peer_system_id", "kind"),
    "channel": ("name",),
    "talkgroup": ("radio_system_id", "talkgroup_number"),
    "station": ("name",),
    "station_frequency": ("station_id", "sequence"),
    "radio_cache": ("name",),
    "cache_checkout": ("radio_cache_id", "checked_out_to", "out_on"),
    "fleet": ("name",),
    "fleet_encryption": ("fleet_id",),
    "template": ("fleet_id", "name"),
    "template_slot": ("template_id", "zone", "position"),
    "radio": ("serial_number",),
    "gateway": ("name",),
    "mobile_comm_vehicle": ("name",),
    "gateway_port": ("gateway_id", "port_number"),
    "backhaul_link": ("site_a_id", "site_b_id", "designation"),
    "backhaul_link_sensitive": ("backhaul_link_id",),
    "microwave_path": ("call_sign", "path_number", "segment_number"),
    "link_carries_system": ("backhaul_link_id", "radio_system_id"),
    "agreement": ("title",),
    "agreement_party": ("agreement_id", "agency_id"),
    "agreement_asset": ("agreement_id", "asset_id"),
    "need": ("name",),
    "need_party": ("need_id", "agency_id"),
    "contact": (
        "name", "agency_id", "gateway_id", "radio_cache_id", "site_id", "dispatch_center_id", "mobile_comm_vehicle_id",
    ),
    "resource_encryption": ("channel_id", "talkgroup_id"),
}

# Names a reference may use, where they are not simply the last column of the key.
NAMES: dict[str, tuple[str, ...]] = {
    "jurisdiction": ("code", "name"),
    "agency": ("name", "abbreviation"),
    "dispatch_center": ("name", "fcc_psap_id"),
    "radio": ("serial_number", "alias"),
    "channel": ("name", "alias"),
    "talkgroup": ("alias", "talkgroup_number"),
    "template": ("name",),
    "backhaul_link": ("name",),
}
ALIASES = {"site": "aliases"}
WITHIN = {"talkgroup": "radio_system", "template": "fleet"}

# References whose name is not the target's class.
TARGETS = {
    "parent_agency": "agency",
    "site_a": "site",
    "site_b": "site",
    "tx_site": "site",
    "rx_site": "site",
    "tx_station": "station",
    "peer_system": "radio_system",
    "parent": "jurisdiction",
    "peer_center": "dispatch_center",
    "backup_center": "dispatch_center",
    "alternate_link": "backhaul_link",
    "asset": None,
}

# A class stands after every class it refers to, so that one pass in this order finds nearly everything.
DEPENDENCY_ORDER = (
    "owner", "jurisdiction", "agency", "dispatch_center", "comm_unit_member", "comm_unit_qualification",
    "alert_originator", "broadband_service", "site", "licence", "radio_system", "channel", "talkgroup", "station",
    "station_frequency", "radio_cache", "cache_checkout", "fleet", "template", "template_slot", "radio", "gateway",
    "gateway_port", "mobile_comm_vehicle", "backhaul_link", "microwave_path", "contact", "agreement", "need",
)  # fmt: skip

# Classes whose children name rows of the class: systems joined to systems, centers that exchange incidents.
SELF_NAMING = frozenset({"radio_system", "dispatch_center"})


def _backhaul_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    ends = sorted((row["site_a_id"], row["site_b_id"]), key=str)
    return (*ends, row["designation"])


KEY_FUNCTIONS: dict[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]] = {"backhaul_link": _backhaul_key}


def _columns_in_order(key: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    return lambda row: tuple(row[column] for column in key)


@cache
def shape_of(record_class: str) -> Shape:
    """The shape of one class; CasmError for a class that no file can hold."""
    if record_class not in KEYS:
        raise CasmError(
            f"{record_class!r} is not a class of record that can be imported.",
            f"use one of: {', '.join(DEPENDENCY_ORDER)}",
        )
    table = Base.metadata.tables[record_class]
    key = KEYS[record_class]
    return Shape(
        record_class=record_class,
        table=table,
        key=key,
        names=NAMES.get(record_class, key[-1:]),
        aliases=ALIASES.get(record_class),
        within=WITHIN.get(record_class),
        references=_references(table),
        key_of=KEY_FUNCTIONS.get(record_class, _columns_in_order(key)),
    )


def _references(table: Table) -> dict[str, ReferenceColumns]:
    """Every column that ends in _id and points at another inventory row, with its owner half if it has one."""
    found = {}
    for column in table.c:
        name = column.name.removesuffix("_id")
        if name == column.name or name in ("owner", "import_batch") or name.endswith("_owner"):
            continue
        target = TARGETS.get(name, name)
        if target is not None and target not in Base.metadata.tables:
            continue  # an identifier that is no reference, such as a P25 SysID
        owner_column = f"{name}_owner_id"
        found[name] = ReferenceColumns(target, column.name, owner_column if owner_column in table.c else None)
    return found


def names_itself(shape: Shape) -> bool:
    """Whether a row of the class may name another row of the same class, itself or through its children."""
    return shape.record_class in SELF_NAMING or any(
        where.target == shape.record_class for where in shape.references.values()
    )
