"""The field's own terms for what a record may say; no colours and no labels."""

OWNER_KIND = ("nation", "public", "state", "territory", "county", "urban_area", "tribe", "region", "agency")
JURISDICTION_KIND = ("nation", "state", "territory", "county", "tribe", "city", "district", "region")

AGENCY_LEVEL = ("federal", "state", "county", "local", "tribal", "ngo", "private")
DISCIPLINE = (
    "law", "fire", "ems", "emergency_management", "dispatch", "public_health", "public_works",
    "transportation", "utility", "military", "communications", "other",
)  # fmt: skip
CONTACT_ROLE = ("primary", "technical", "activation_24x7", "licence", "coml", "swic", "account_manager")

BAND = ("LOW", "VHF", "220", "UHF", "T-BAND", "700", "800", "900", "LTE", "MICROWAVE")
RADIO_MODE = (
    "analog_fm", "p25_phase1", "p25_phase2", "dmr", "nxdn", "edacs", "smartnet", "ltr", "opensky",
    "tetra", "lte",
)  # fmt: skip

STRUCTURE_TYPE = (
    "guyed_tower", "self_supporting_tower", "monopole", "pole", "building", "water_tank", "silo", "mast",
    "tower", "other",
)  # fmt: skip
DATUM = ("WGS84", "NAD83", "NAD27", "unknown")

SYSTEM_KIND = ("conventional", "trunked", "simulcast", "voted", "multicast")
SYSTEM_TECHNOLOGY = (
    "analog", "p25_conventional", "p25_phase1", "p25_phase2", "edacs", "smartnet", "smartzone", "ltr",
    "opensky", "dmr", "nxdn", "tetra", "lte",
)  # fmt: skip
# Standards-based in the sense of SAFECOM's ladder: several vendors' radios work on it by an open air interface.
STANDARDS_BASED_TECHNOLOGY = ("p25_conventional", "p25_phase1", "p25_phase2", "tetra", "lte")
PEER_KIND = ("issi", "cssi")

CHANNEL_CONFIGURATION = ("simplex", "duplex", "repeater", "receive_only")
CHANNEL_FUNCTION = (
    "calling", "command", "tactical", "dispatch", "mutual_aid", "air_ground", "data", "other",
)  # fmt: skip
SQUELCH_KIND = ("csq", "ctcss", "dcs", "nac")
CHANNEL_MODE = (
    "analog_fm", "p25_phase1", "mixed_fm_p25", "dmr", "nxdn", "p25_phase2", "edacs", "smartnet", "ltr",
    "opensky", "tetra", "lte",
)  # fmt: skip
TALKGROUP_ACCESS = ("fdma", "tdma", "dynamic")
POLARIZATION = ("vertical", "horizontal", "dual", "circular", "other")

ENCRYPTION_STATE = ("clear", "strapped", "selectable")
ENCRYPTION_ALGORITHM = ("none", "adp", "des_ofb", "aes_256")

FORM_FACTOR = ("portable", "mobile", "control_station", "aircraft")
GATEWAY_KIND = ("fixed", "mobile", "console_patch", "issi", "roip")
PORT_CONNECTION = ("wired", "radio")
BACKHAUL_KIND = ("microwave", "fibre", "copper", "leased_circuit", "satellite", "lte", "other")

AGREEMENT_KIND = ("mou", "mutual_aid", "sop", "lease", "concurrence")
LICENCE_STATUS = ("active", "expired", "cancelled", "terminated", "pending")
NEED_ORIGIN = ("stated", "proposed")
ASSET_CLASS = (
    "site", "station", "radio_system", "channel", "talkgroup", "fleet", "template", "radio_cache",
    "gateway", "backhaul_link", "dispatch_center", "mobile_comm_vehicle", "broadband_service",
)  # fmt: skip
RECEIVER_SENSITIVITY_METHOD = ("sinad_12_db", "quieting_20_db", "ber_5_percent", "other")
CONTROL_CHANNEL = ("primary", "alternate", "no")
LINK_DIVERSITY = ("none", "space", "frequency", "angle", "space_frequency")

PSAP_KIND = ("primary", "secondary", "backup")
NG911_STAGE = ("legacy", "i3_transitional", "i3")
PEER_EXCHANGE = ("cad_to_cad", "eido")
COMU_POSITION = ("COML", "COMT", "INCM", "INTD", "RADO", "AUXC", "ITSL", "COMC", "THSP")
TASK_BOOK_STATUS = ("open", "complete", "signed")
DEPLOYABLE = ("no", "county", "state", "emac")
RADIO_LIFE_CYCLE = ("new", "pre_deploy", "active", "backup", "repair", "lost", "retired", "disposed")
ALERT_CHANNEL = ("wea", "eas", "nwem", "siren", "opt_in")
BROADBAND_KIND = ("firstnet", "other_priority", "commercial", "private_lte")

RESULT_KIND = (
    "station_coverage", "system_coverage", "direct_reach", "interop_pair", "interop_group", "gap",
)  # fmt: skip
JOB_STATE = ("queued", "running", "done", "failed", "stopped")
BATCH_STATE = ("running", "done", "stopped")
PROBLEM_SEVERITY = ("error", "warning", "note")
