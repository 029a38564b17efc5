"""What can be shared apart: the classes of asset, which tables belong to each, and the layers of results."""

# Table → the asset class whose rights decide about it; parts follow the record they are part of.
CLASS_OF_TABLE = {
    "jurisdiction": "jurisdiction",
    "agency": "agency",
    "dispatch_center": "dispatch_center",
    "dispatch_center_peer": "dispatch_center",
    "dispatch_center_agency": "dispatch_center",
    "comm_unit_member": "comm_unit_member",
    "comm_unit_member_contact": "comm_unit_member",
    "comm_unit_qualification": "comm_unit_member",
    "alert_originator": "alert_originator",
    "broadband_service": "broadband_service",
    "broadband_service_sensitive": "broadband_service",
    "contact": "contact",
    "site": "site",
    "site_sensitive": "site",
    "licence": "licence",
    "radio_system": "radio_system",
    "system_peer": "radio_system",
    "channel": "channel",
    "talkgroup": "talkgroup",
    "resource_encryption": "channel",
    "station": "station",
    "station_frequency": "station",
    "fleet": "fleet",
    "fleet_encryption": "fleet",
    "template": "fleet",
    "template_slot": "fleet",
    "radio": "radio",
    "radio_cache": "radio_cache",
    "cache_checkout": "radio_cache",
    "gateway": "gateway",
    "gateway_port": "gateway",
    "mobile_comm_vehicle": "mobile_comm_vehicle",
    "backhaul_link": "backhaul_link",
    "backhaul_link_sensitive": "backhaul_link",
    "microwave_path": "backhaul_link",
    "link_carries_system": "backhaul_link",
    "agreement": "agreement",
    "agreement_party": "agreement",
    "agreement_asset": "agreement",
    "need": "need",
    "need_party": "need",
}

# Tables that row security opens only to viewers of a class of field; the others are of the class "public".
FIELD_CLASS_OF_TABLE = {
    "contact": "contact",
    "comm_unit_member_contact": "contact",
    "resource_encryption": "encryption",
    "fleet_encryption": "encryption",
    "site_sensitive": "sensitive",
    "backhaul_link_sensitive": "sensitive",
    "broadband_service_sensitive": "sensitive",
    "radio": "sensitive",
}

# Result kind → the layer it is shown in.
LAYER_OF_RESULT = {
    "station_coverage": "coverage",
    "system_coverage": "coverage",
    "direct_reach": "coverage",
    "interop_pair": "interoperability",
    "interop_group": "interoperability",
    "gap": "gap",
}

RECORD_CLASSES = tuple(dict.fromkeys(CLASS_OF_TABLE.values()))
RESULT_LAYERS = tuple(dict.fromkeys(LAYER_OF_RESULT.values()))
ASSET_CLASSES = RECORD_CLASSES + RESULT_LAYERS

# Classes whose rows lie somewhere: only these can be shared for an area, and those with a point at a reduced precision.
PLACED_CLASSES = (
    "site", "station", "gateway", "radio_cache", "backhaul_link", "agency", "dispatch_center", "mobile_comm_vehicle",
    "comm_unit_member",
)  # fmt: skip
APPROXIMATE_CLASSES = tuple(name for name in PLACED_CLASSES if name != "backhaul_link")
