"""How messages call classes and fields, in the field's own words."""

from casm.sharing.asset_class import FIELD_CLASS_OF_TABLE

CLASS_WORDS = {
    "dispatch_center": "dispatch center",
    "dispatch_center_peer": "CAD peer of a dispatch center",
    "dispatch_center_agency": "agency dispatched by a center",
    "comm_unit_member": "communications-unit member",
    "comm_unit_member_contact": "telephone and e-mail of a communications-unit member",
    "comm_unit_qualification": "position of a communications-unit member",
    "mobile_comm_vehicle": "mobile communications vehicle",
    "broadband_service": "broadband or priority service",
    "broadband_service_sensitive": "codes of priority circuits",
    "radio": "individual radio",
    "cache_checkout": "checkout of a radio cache",
    "licence": "licence",
    "radio_system": "radio system",
    "system_peer": "ISSI or CSSI peer",
    "station_frequency": "station frequency",
    "radio_cache": "radio cache",
    "fleet_encryption": "fleet encryption",
    "template_slot": "template slot",
    "gateway_port": "gateway port",
    "backhaul_link": "backhaul link",
    "microwave_path": "microwave path",
    "link_carries_system": "system carried by a link",
    "agreement_party": "party of an agreement",
    "agreement_asset": "asset of an agreement",
    "need_party": "party of a need",
    "resource_encryption": "encryption",
    "site_sensitive": "site access and power",
    "backhaul_link_sensitive": "circuit of a link",
}


def class_words(record_class: str) -> str:
    """The class as a person says it."""
    return CLASS_WORDS.get(record_class, record_class.replace("_", " "))


def field_words(column: str) -> str:
    """The column as a person says it, its unit kept."""
    return column.removesuffix("_id").removesuffix("_owner").replace("_", " ")


# Class → its fields that are kept in tables which row security opens only to viewers of their class.
FIELDS_APART: dict[str, dict[str, frozenset[str]]] = {
    "encryption": {
        "channel": frozenset({"encryption_state", "encryption_algorithm", "key_reference"}),
        "talkgroup": frozenset({"encryption_state", "encryption_algorithm", "key_reference"}),
        "fleet": frozenset({"encryption_algorithms", "key_references"}),
    },
    "sensitive": {
        "site": frozenset(
            {"access_notes", "grid_power", "generator_kw", "generator_fuel_hours", "battery_hours", "lease_end_on"}
        ),
        "backhaul_link": frozenset({"circuit_id", "tsp_code"}),
        "broadband_service": frozenset({"tsp_codes"}),
    },
    "contact": {"comm_unit_member": frozenset({"phone", "mobile", "email"})},
}


def field_class_of(record_class: str | None, field_name: str | None) -> str:
    """The class of field that a finding about this field repeats something of; of an unknown class, the closest."""
    if record_class in FIELD_CLASS_OF_TABLE:
        return FIELD_CLASS_OF_TABLE[record_class]
    for field_class, by_class in FIELDS_APART.items():
        wanted = by_class.values() if record_class is None else (by_class.get(record_class, frozenset()),)
        if any(field_name in names for names in wanted):
            return field_class
    return "public"
