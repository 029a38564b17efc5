"""How messages call classes and fields, in the field's own words."""

CLASS_WORDS = {
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


# Fields kept in tables that row security opens only to viewers of their class.
ENCRYPTION_FIELDS = frozenset(
    {"encryption_state", "encryption_algorithm", "key_reference", "encryption_algorithms", "key_references"}
)

SENSITIVE_FIELDS = frozenset(
    {"access_notes", "grid_power", "generator_kw", "generator_fuel_hours", "battery_hours", "lease_end_on",
     "circuit_id"}
)  # fmt: skip


def field_class_of(record_class: str | None, field_name: str | None) -> str:
    """The class of field that a finding about this field repeats something of."""
    if record_class == "contact":
        return "contact"
    if field_name in SENSITIVE_FIELDS:
        return "sensitive"
    return "encryption" if field_name in ENCRYPTION_FIELDS else "public"
