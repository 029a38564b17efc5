"""What counties write for the field's own terms, folded: lower case, one space for - _ / . and commas."""

STATUS = {
    "in service": "active", "on air": "active", "operational": "active", "yes": "active", "live": "active",
    "proposed": "planned", "future": "planned", "backup": "standby", "spare": "standby",
    "decommissioned": "retired", "removed": "retired",
}  # fmt: skip
SENSITIVITY = {"open": "public", "partners": "partner", "private": "internal", "confidential": "restricted"}

OWNER_KIND = {"urban area": "urban_area", "uasi": "urban_area", "tribal": "tribe", "parish": "county"}
AGENCY_LEVEL = {
    "municipal": "local", "city": "local", "town": "local", "village": "local", "tribe": "tribal", "parish": "county",
    "non profit": "ngo", "nonprofit": "ngo", "federal government": "federal",
}  # fmt: skip
DISCIPLINE = {
    "le": "law", "leo": "law", "law enforcement": "law", "police": "law", "pd": "law", "sheriff": "law", "so": "law",
    "police department": "law", "police dept": "law", "sheriff's office": "law", "sheriffs office": "law",
    "fire dept": "fire", "fd": "fire", "fire department": "fire", "fire service": "fire", "vfd": "fire",
    "fire rescue": "fire",
    "ambulance": "ems", "emergency medical services": "ems", "emergency medical": "ems", "medical": "ems",
    "em": "emergency_management", "ema": "emergency_management", "oem": "emergency_management",
    "psap": "dispatch", "911": "dispatch", "e911": "dispatch", "communications center": "dispatch", "ecc": "dispatch",
    "ph": "public_health", "health": "public_health", "hospital": "public_health",
    "pw": "public_works", "dpw": "public_works", "roads": "public_works",
    "dot": "transportation", "transport": "transportation", "transit": "transportation", "utilities": "utility",
    "national guard": "military", "it": "communications", "radio": "communications",
}  # fmt: skip
CONTACT_ROLE = {
    "main": "primary", "poc": "primary", "point contact": "primary", "tech": "technical", "radio technician":
    "technical", "24x7": "activation_24x7", "24 7": "activation_24x7", "activation": "activation_24x7",
    "license": "licence", "licensing": "licence", "account": "account_manager",
}  # fmt: skip
BAND = {
    "vhf high": ("VHF",), "vhf hi": ("VHF",), "vhf h": ("VHF",), "high band": ("VHF",), "150": ("VHF",),
    "150 mhz": ("VHF",), "vhf low": ("LOW",), "vhf lo": ("LOW",), "low band": ("LOW",), "lowband": ("LOW",),
    "220 mhz": ("220",), "uhf 450": ("UHF",), "450": ("UHF",), "450 mhz": ("UHF",), "t band": ("T-BAND",),
    "uhf t": ("T-BAND",), "tband": ("T-BAND",), "470": ("T-BAND",), "700 mhz": ("700",), "800 mhz": ("800",),
    "900 mhz": ("900",), "7 800": ("700", "800"), "700 800": ("700", "800"), "700 800 mhz": ("700", "800"),
    "7 800 mhz": ("700", "800"), "firstnet": ("LTE",), "cellular": ("LTE",), "broadband": ("LTE",),
    "mw": ("MICROWAVE",),
}  # fmt: skip
_PHASE1 = ("p25", "p25 ph1", "p25 phase i", "p25 phase one", "p25 ph i", "project 25", "apco 25", "digital p25")
_PHASE2 = ("p25 ph2", "p25 phase ii", "p25 phase two", "p25 ph ii", "p25 tdma")
RADIO_MODE = (
    dict.fromkeys(("analog", "analogue", "fm", "nfm", "conventional", "analog conventional"), ("analog_fm",))
    | dict.fromkeys(_PHASE1, ("p25_phase1",))
    | dict.fromkeys(_PHASE2, ("p25_phase2",))
    | {"p25 phase 1": ("p25_phase1",), "p25 phase 2": ("p25_phase2",), "provoice": ("edacs",),
       "smartzone": ("smartnet",), "mototrbo": ("dmr",), "nexedge": ("nxdn",), "firstnet": ("lte",)}
)  # fmt: skip
CHANNEL_MODE = (
    dict.fromkeys(("a", "analog", "analogue", "fm", "nfm"), "analog_fm")
    | dict.fromkeys(_PHASE1, "p25_phase1")
    | dict.fromkeys(_PHASE2, "p25_phase2")
    | {"p25 phase 1": "p25_phase1", "p25 phase 2": "p25_phase2", "m": "mixed_fm_p25", "mixed": "mixed_fm_p25",
       "mixed mode": "mixed_fm_p25", "mototrbo": "dmr", "nexedge": "nxdn"}
)  # fmt: skip
_SELF_SUPPORTING = ("self support", "self supporting", "self support tower", "lattice", "lattice tower", "ltower")
STRUCTURE_TYPE = dict.fromkeys(_SELF_SUPPORTING, "self_supporting_tower") | {
    "guyed": "guyed_tower", "guy tower": "guyed_tower", "gtower": "guyed_tower", "mtower": "monopole",
    "utility pole": "pole", "wood pole": "pole", "rooftop": "building", "roof": "building", "roof top": "building",
    "bldg": "building", "water tower": "water_tank", "tank": "water_tank", "grain silo": "silo",
}  # fmt: skip
SYSTEM_KIND = {"trunk": "trunked", "trunking": "trunked", "conv": "conventional", "voting": "voted"}
SYSTEM_TECHNOLOGY = (
    dict.fromkeys(("analogue", "analog conventional", "fm"), "analog")
    | dict.fromkeys(_PHASE1, "p25_phase1")
    | dict.fromkeys(_PHASE2, "p25_phase2")
    | {"p25 phase 1": "p25_phase1", "p25 phase 2": "p25_phase2", "p25 conv": "p25_conventional",
       "motorola smartnet": "smartnet", "motorola smartzone": "smartzone", "type ii": "smartnet",
       "mototrbo": "dmr", "nexedge": "nxdn", "firstnet": "lte"}
)  # fmt: skip
CHANNEL_CONFIGURATION = {
    "direct": "simplex", "talkaround": "simplex", "talk around": "simplex", "ta": "simplex", "s": "simplex",
    "r": "repeater", "rpt": "repeater", "rptr": "repeater", "repeated": "repeater", "half duplex": "duplex",
    "d": "duplex", "rx only": "receive_only", "receive only": "receive_only", "ro": "receive_only",
}  # fmt: skip
CHANNEL_FUNCTION = {
    "call": "calling", "hailing": "calling", "cmd": "command", "tac": "tactical", "tactical channel": "tactical",
    "disp": "dispatch", "mutual aid": "mutual_aid", "interop": "mutual_aid", "interoperability": "mutual_aid",
    "air ground": "air_ground", "air to ground": "air_ground", "a g": "air_ground",
}  # fmt: skip
SQUELCH_KIND = {"pl": "ctcss", "tone": "ctcss", "dpl": "dcs", "carrier": "csq"}
TALKGROUP_ACCESS = {"phase 1": "fdma", "phase1": "fdma", "p1": "fdma", "phase 2": "tdma", "phase2": "tdma",
                    "p2": "tdma", "dynamic dual mode": "dynamic", "ddm": "dynamic"}  # fmt: skip
POLARIZATION = {"v": "vertical", "vert": "vertical", "h": "horizontal", "horiz": "horizontal", "x": "dual",
                "cross": "dual", "v h": "dual", "cp": "circular"}  # fmt: skip
ENCRYPTION_STATE = {
    "unencrypted": "clear", "none": "clear", "no": "clear", "n": "clear", "in clear": "clear",
    "strapped secure": "strapped", "always": "strapped", "select": "selectable", "optional": "selectable",
}  # fmt: skip
ENCRYPTION_ALGORITHM = {
    "aes": "aes_256", "aes256": "aes_256", "aes 256": "aes_256", "des": "des_ofb", "des ofb": "des_ofb", "desofb":
    "des_ofb", "des xl": "des_ofb", "arc4": "adp", "rc4": "adp", "adp rc4": "adp", "clear": "none", "no": "none",
}  # fmt: skip
FORM_FACTOR = {
    "handheld": "portable", "ht": "portable", "hand held": "portable", "vehicle": "mobile", "vehicular": "mobile",
    "control": "control_station", "base": "control_station", "desktop": "control_station", "air": "aircraft",
    "airborne": "aircraft",
}  # fmt: skip
GATEWAY_KIND = {
    "console": "console_patch", "patch": "console_patch", "portable": "mobile", "vehicle": "mobile", "permanent":
    "fixed", "rack": "fixed", "ip": "roip", "radio over ip": "roip",
}  # fmt: skip
PORT_CONNECTION = {"wire": "wired", "wireline": "wired", "4 wire": "wired", "ip": "wired", "rf": "radio",
                   "donor": "radio", "donor radio": "radio", "control station": "radio"}  # fmt: skip
BACKHAUL_KIND = {
    "mw": "microwave", "point to point": "microwave", "fiber": "fibre", "fiber optic": "fibre", "t1": "leased_circuit",
    "leased": "leased_circuit", "leased line": "leased_circuit", "telco": "leased_circuit", "mpls": "leased_circuit",
    "cable": "copper", "sat": "satellite", "vsat": "satellite", "cellular": "lte", "firstnet": "lte",
}  # fmt: skip
AGREEMENT_KIND = {
    "memorandum understanding": "mou", "memorandum of understanding": "mou", "moa": "mou", "memorandum of agreement":
    "mou", "mutual aid agreement": "mutual_aid", "maa": "mutual_aid", "emac": "mutual_aid", "procedure": "sop",
    "standard operating procedure": "sop", "letter of concurrence": "concurrence", "loc": "concurrence",
}  # fmt: skip
LICENCE_STATUS = {"a": "active", "current": "active", "e": "expired", "c": "cancelled", "canceled": "cancelled",
                  "t": "terminated"}  # fmt: skip
JURISDICTION_KIND = {"tribal": "tribe", "municipality": "city", "town": "city", "parish": "county", "borough": "county"}
PSAP_KIND = {"main": "primary", "p": "primary", "s": "secondary", "b": "backup", "alternate": "backup"}
NG911_STAGE = {
    "e911": "legacy", "selective router": "legacy", "transitional": "i3_transitional", "i3 transition":
    "i3_transitional", "in transition": "i3_transitional", "ng911": "i3", "nena i3": "i3", "full i3": "i3",
}  # fmt: skip
COMU_POSITION = {
    "communications unit leader": "COML", "communications leader": "COML", "communications technician": "COMT",
    "communications unit technician": "COMT", "incident communications center manager": "INCM",
    "incident tactical dispatcher": "INTD", "tactical dispatcher": "INTD", "radio operator": "RADO",
    "auxiliary communicator": "AUXC", "auxcomm": "AUXC", "aux": "AUXC", "it service unit leader": "ITSL",
    "information technology service unit leader": "ITSL", "communications coordinator": "COMC",
    "technical specialist": "THSP",
}  # fmt: skip
TASK_BOOK_STATUS = {"in progress": "open", "started": "open", "issued": "open", "completed": "complete", "done":
                    "complete", "approved": "signed", "signed off": "signed"}  # fmt: skip
DEPLOYABLE = {"none": "no", "n": "no", "local": "county", "in county": "county", "statewide": "state", "in state":
              "state", "out of state": "emac", "national": "emac", "nationwide": "emac"}  # fmt: skip
RADIO_LIFE_CYCLE = {
    "in stock": "new", "received": "new", "predeploy": "pre_deploy", "pre deployment": "pre_deploy", "in service":
    "active", "issued": "active", "deployed": "active", "spare": "backup", "in repair": "repair", "out for repair":
    "repair", "stolen": "lost", "missing": "lost", "out of service": "retired", "surplus": "disposed", "destroyed":
    "disposed", "scrapped": "disposed",
}  # fmt: skip
ALERT_CHANNEL = {
    "wireless emergency alerts": ("wea",), "emergency alert system": ("eas",), "nws": ("nwem",),
    "non weather emergency messages": ("nwem",), "noaa weather radio": ("nwem",), "sirens": ("siren",),
    "outdoor warning": ("siren",), "outdoor sirens": ("siren",), "opt in": ("opt_in",), "subscription": ("opt_in",),
    "mass notification": ("opt_in",), "ipaws": ("wea", "eas", "nwem"),
}  # fmt: skip
BROADBAND_KIND = {
    "first net": "firstnet", "frontline": "other_priority", "priority": "other_priority", "t priority":
    "other_priority", "other": "other_priority", "public": "commercial", "private": "private_lte", "cbrs":
    "private_lte",
}  # fmt: skip
RECEIVER_SENSITIVITY_METHOD = {
    "sinad": "sinad_12_db", "12 db sinad": "sinad_12_db", "12db sinad": "sinad_12_db", "20 db quieting":
    "quieting_20_db", "20dbq": "quieting_20_db", "quieting": "quieting_20_db", "5% ber": "ber_5_percent", "ber 5%":
    "ber_5_percent", "5 % ber": "ber_5_percent",
}  # fmt: skip
CONTROL_CHANNEL = {"yes": "primary", "main": "primary", "c": "primary", "alt": "alternate", "secondary": "alternate",
                   "a": "alternate", "none": "no", "voice": "no"}  # fmt: skip
LINK_DIVERSITY = {"no": "none", "sd": "space", "fd": "frequency", "quad": "space_frequency", "space and frequency":
                  "space_frequency"}  # fmt: skip
