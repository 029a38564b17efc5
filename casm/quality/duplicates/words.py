"""The words of a name as they are compared: one spelling for each abbreviation, order and punctuation left out."""

import re
import unicodedata
from functools import lru_cache

_WORDS = re.compile(r"[A-Z0-9]+")
_INITIALS = re.compile(r"\b(?:[A-Z0-9][.\-/] ?){1,5}[A-Z0-9]?\b\.?")
LEFT_OUT = frozenset({"OF", "THE", "AND", "FOR", "A", "AT", "IN"})
# One spelling for what licences and spreadsheets write in several ways.
SPELLED: dict[str, str] = {
    "CO": "COUNTY", "CNTY": "COUNTY", "CTY": "COUNTY", "COUNTYS": "COUNTY", "DEPT": "DEPARTMENT", "DPT": "DEPARTMENT",
    "DEP": "DEPARTMENT", "FD": "FIRE DEPARTMENT", "PD": "POLICE DEPARTMENT", "SO": "SHERIFF OFFICE",
    "SD": "SHERIFF DEPARTMENT", "VFD": "VOLUNTEER FIRE DEPARTMENT", "SHERIFFS": "SHERIFF", "TWP": "TOWNSHIP",
    "TWSP": "TOWNSHIP", "DIST": "DISTRICT", "AUTH": "AUTHORITY", "UNIV": "UNIVERSITY", "HWY": "HIGHWAY",
    "EMA": "EMERGENCY MANAGEMENT AGENCY", "EMS": "EMERGENCY MEDICAL SERVICES", "ECC": "EMERGENCY COMMUNICATIONS CENTER",
    "E911": "911", "SVC": "SERVICE", "SVCS": "SERVICES", "SERVICE": "SERVICES", "MT": "MOUNT", "FT": "FORT",
    "ST": "SAINT", "MTN": "MOUNTAIN", "METRO": "METROPOLITAN", "TRANS": "TRANSPORTATION", "VOL": "VOLUNTEER",
    "COMM": "COMMUNICATIONS", "COMMS": "COMMUNICATIONS", "COMMUNICATION": "COMMUNICATIONS", "MGMT": "MANAGEMENT",
    "SYS": "SYSTEM", "SYSTEMS": "SYSTEM", "SCHOOLS": "SCHOOL", "STA": "STATION", "STN": "STATION", "CTR": "CENTER",
    "BLDG": "BUILDING", "TWR": "TOWER", "HQ": "HEADQUARTERS", "WT": "WATER TOWER", "N": "NORTH", "S": "SOUTH",
    "E": "EAST", "W": "WEST", "RGNL": "REGIONAL", "REG": "REGIONAL", "AMB": "AMBULANCE", "HOSP": "HOSPITAL",
    "POLICEDEPARTMENT": "POLICE DEPARTMENT", "FIREDEPARTMENT": "FIRE DEPARTMENT", "OFC": "OFFICE", "JCT": "JUNCTION",
}  # fmt: skip
# Words that say what kind of body it is; two that say different kinds are two bodies.
KINDS = (
    frozenset({"FIRE"}), frozenset({"POLICE"}), frozenset({"SHERIFF"}), frozenset({"AMBULANCE", "MEDICAL"}),
    frozenset({"SCHOOL", "COLLEGE", "UNIVERSITY"}), frozenset({"HIGHWAY", "PATROL"}), frozenset({"911"}),
    frozenset({"WATER"}), frozenset({"HOSPITAL"}), frozenset({"TRANSPORTATION", "TRANSIT"}),
)  # fmt: skip
LEVELS = frozenset({"CITY", "TOWN", "TOWNSHIP", "VILLAGE", "BOROUGH", "COUNTY", "PARISH", "STATE", "PORT"})
# Words that many bodies and places share, and so tell little.
COMMON = frozenset(
    {
        "COUNTY", "CITY", "STATE", "TOWN", "TOWNSHIP", "DEPARTMENT", "OFFICE", "AGENCY", "DISTRICT", "AUTHORITY",
        "SYSTEM", "SERVICES", "CENTER", "COMMUNICATIONS", "EMERGENCY", "MANAGEMENT", "PUBLIC", "SAFETY", "REGIONAL",
        "STATION", "TOWER", "SITE", "BUILDING", "VOLUNTEER", "DIVISION", "COMMISSION",
    }
)  # fmt: skip
LITTLE = 0.35


@lru_cache(maxsize=400_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words that tell a name, sorted: of "Olmsted, County of" and of "OLMSTED CO." COUNTY and OLMSTED."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    plain = plain.replace("'", "").replace("&", " AND ").replace("9-1-1", "911").replace("S/O", "SO")
    plain = _INITIALS.sub(lambda found: re.sub(r"[.\-/ ]", "", found[0]) + " ", plain)
    found: list[str] = []
    for word in _WORDS.findall(plain):
        found += SPELLED.get(word, word).split()
    told = [word.lstrip("0") or "0" if word.isdigit() else word for word in found if word not in LEFT_OUT]
    return tuple(sorted(set(told)))


def contradict(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names say different numbers, kinds of body or levels, so that they cannot be one."""
    numbers, kinds, levels = told_apart_by(one)
    other_numbers, other_kinds, other_levels = told_apart_by(other)
    if numbers != other_numbers or (kinds and other_kinds and not kinds & other_kinds):
        return True
    return bool(levels and other_levels and not levels & other_levels)


@lru_cache(maxsize=400_000)
def told_apart_by(words: tuple[str, ...]) -> tuple[frozenset[str], frozenset[int], frozenset[str]]:
    """The numbers, kinds of body and levels that a name states."""
    said = frozenset(words)
    numbers = frozenset(word for word in said if word != "911" and any(map(str.isdigit, word)))
    return numbers, frozenset(at for at, kind in enumerate(KINDS) if kind & said), LEVELS & said


@lru_cache(maxsize=400_000)
def pairs_of_letters(word: str) -> frozenset[str]:
    """Two letters at a time, with the ends."""
    edged = f"^{word}$"
    return frozenset(edged[at : at + 2] for at in range(len(edged) - 1))


def alike(one: str, other: str) -> float:
    """How alike two words are written, 0 to 1 (Dice, 1945, over letter pairs); short words are alike or not."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) < 5 or one[0] != other[0]:
        return 0.0
    here, there = pairs_of_letters(one), pairs_of_letters(other)
    return 2 * len(here & there) / (len(here) + len(there))
