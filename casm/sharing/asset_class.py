"""What can be shared apart: the classes of asset, which tables belong to each, and the layers of results."""

# Table → the asset class whose rights decide about it; parts follow the record they are part of.
CLASS_OF_TABLE = {
    "jurisdiction": "jurisdiction",
    "agency": "agency",
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
    "radio_cache": "radio_cache",
    "gateway": "gateway",
    "gateway_port": "gateway",
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
PLACED_CLASSES = ("site", "station", "gateway", "radio_cache", "backhaul_link", "agency")
APPROXIMATE_CLASSES = ("site", "station", "gateway", "radio_cache", "agency")
