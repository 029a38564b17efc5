"""The FCC's codes in the words of the inventory (FCC, "ULS Code Definitions", edition of 2024-07-18).

A code that would need a guess has no entry: the record keeps it as filed and says so.
"""

LICENCE_STATUS = {
    "A": "active",
    "C": "cancelled",
    "E": "expired",
    "L": "pending",  # pending legal status
    "P": "cancelled",  # parent station cancelled
    "T": "terminated",
    "X": "pending",  # termination pending
}

STRUCTURE_TYPE = {
    "B": "building",
    "BANT": "building",
    "BMAST": "building",
    "BPIPE": "building",
    "BPOLE": "building",
    "BRIDG": "other",
    "BTWR": "building",
    "GTOWER": "guyed_tower",
    "LTOWER": "self_supporting_tower",  # lattice; guyed ones have their own code
    "MAST": "mast",
    "MTOWER": "monopole",
    "PIPE": "pole",
    "POLE": "pole",
    "RIG": "other",
    "SIGN": "other",
    "SILO": "silo",
    "STACK": "other",
    "TREE": "other",
    "UPOLE": "pole",
    "UTOWER": "self_supporting_tower",
}

STRUCTURE_WORDS = {
    "BANT": "building with antenna on top",
    "BMAST": "building with mast",
    "BPIPE": "building with pipe",
    "BPOLE": "building with pole",
    "BRIDG": "bridge",
    "BTWR": "building with tower",
    "RIG": "oil or other rig",
    "SIGN": "sign or billboard",
    "STACK": "smoke stack",
    "TANK": "tank (water, gas or other)",
    "TOWER": "free standing or guyed tower",
    "TREE": "tree",
    "UPOLE": "utility pole or tower",
}

POLARIZATION = {"H": "horizontal", "V": "vertical"}

FIXED_LOCATION = "F"
LOCATION_TYPE_WORDS = {
    "6": "6.1 metre control stations",
    "I": "itinerant",
    "L": "geographic area",
    "M": "mobile area",
    "P": "centre of an area",
    "T": "temporary fixed",
}

AREA_WORDS = {
    "A": "around a fixed location",
    "C": "countywide",
    "N": "nationwide, with Hawaii, Alaska and the territories",
    "O": "as described in the filing",
    "P": "around a centre point",
    "R": "a rectangle",
    "S": "statewide",
    "U": "continental United States",
    "X": "control stations under the 6.1 metre rule",
}

TRANSMIT_LOCATION = "T"
RECEIVE_ANTENNA = "R"
PASSIVE_ANTENNA = "P"

LICENSEE_ENTITY = "L"
CONTACT_ENTITIES = {"CE", "CL", "CR", "CS"}

TERMINATED = "T"
TERMINATION_PENDING = "X"
