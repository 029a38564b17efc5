"""Locations of a licence out of its LO records, and the sites they make: one site for one position as filed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from casm.intake import fips
from casm.intake.fcc import codes
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.records import Record
from casm.intake.fcc.values import FiledPosition, Reading, filed_position
from casm.intake.problem import NOTE, WARNING, Problem

UNLOCATED = "none"

# What two filings of one position may say differently about the same structure.
COMPARED = {
    "county_fips": "location_county",
    "asr_number": "tower_registration_number",
    "structure_type": "structure_type",
    "ground_elevation_amsl_m": "ground_elevation",
    "structure_height_agl_m": "height_of_support_structure",
    "overall_height_agl_m": "overall_height_of_structure",
    "state_code": "location_state",
}


@dataclass(frozen=True)
class Filing:
    """One location of one licence as filed.

    name: as filed, or None. place: key of its position; for one without position, unique to the location.
    is_receiver: the far end of a path, filed with little more than a position. values: site columns it states.
    """

    call_sign: str
    number: int
    file: str
    row: int
    name: str | None
    place: str
    is_receiver: bool
    position: FiledPosition | None
    values: Mapping[str, Any]
    problems: tuple[Problem, ...]


def read_locations(records: Iterable[Record], call_sign: str, outcome: Outcome) -> list[Filing]:
    """The locations of one licence; every record is counted with the outcome."""
    taken: dict[int, Record] = {}
    found = []
    for record in records:
        reading = Reading(record)
        number = reading.integer("location_number", 1, 999_999)
        if number is None:
            outcome.refuse(
                record, "location_number", "a location without a number", "give it the number on the licence",
                because=reading.problems,
            )  # fmt: skip
        elif record.text("status_code") == codes.TERMINATED:
            outcome.set_aside(record, "status_code", "location terminated by the FCC, so not taken", "nothing to do")
        elif number in taken:
            outcome.repeated(record, taken[number], "location")
        else:
            taken[number] = record
            found.append(_filing(reading, call_sign, number, outcome))
            outcome.kept(record)
    return found


def _filing(reading: Reading, call_sign: str, number: int, outcome: Outcome) -> Filing:
    record = reading.record
    kind = (reading.text("location_type_code") or codes.FIXED_LOCATION).upper()
    location_class = (reading.text("location_class_code") or "").upper()
    is_fixed = kind == codes.FIXED_LOCATION and location_class not in ("C", "L")
    remarks: list[str] = []
    position = filed_position(reading)
    name = reading.text("location_name")
    if not is_fixed:
        remarks.append(_area_words(reading, kind, position))
        outcome.gathered.add(
            record.file, record.row, "location_type_code",
            "location that is an area or moves about: kept as a site without a position, never drawn at one point",
            "nothing to do; draw the area of operation as a service area if you need it",
        )  # fmt: skip
        position = None
        name = name or f"{call_sign} location {number} ({codes.LOCATION_TYPE_WORDS.get(kind, 'area')})"
    elif position is None:
        reading.say(
            WARNING, "lat_degrees", "a fixed location without a position: kept as a site without one",
            "look the position up on the licence and enter it",
        )  # fmt: skip
    structure_code = (reading.text("structure_type") or "").upper()
    if structure_code in codes.STRUCTURE_WORDS:
        remarks.append(f"Structure as filed: {structure_code}, {codes.STRUCTURE_WORDS[structure_code]}")
    state = _state(reading)
    values = {
        "state_code": state,
        "county_fips": _county(reading, state, outcome),
        "address": _address(reading),
        "asr_number": _registration(reading),
        "structure_type": _structure(reading, structure_code, outcome),
        "ground_elevation_amsl_m": reading.number("ground_elevation", -100, 6500),
        "structure_height_agl_m": reading.number("height_of_support_structure", 0, 1000),
        "overall_height_agl_m": reading.number("overall_height_of_structure", 0, 1000),
        "remarks": "\n".join(remarks) or None,
    }
    if not any(values[column] for column in ("address", "state_code", "structure_type", "asr_number")) and is_fixed:
        outcome.gathered.add(
            record.file, record.row, "location_class_code",
            "location filed with no address, state, structure type or registration, as receiver ends are: kept as "
            "a site with what there is", "enter what you know of the site",
        )  # fmt: skip
    return Filing(
        call_sign=call_sign,
        number=number,
        file=record.file,
        row=record.row,
        name=name,
        place=position.key if position else f"{UNLOCATED}/{call_sign}/{number}",
        is_receiver=location_class != codes.TRANSMIT_LOCATION,
        position=position,
        values={column: value for column, value in values.items() if value is not None},
        problems=tuple(reading.problems),
    )


def _area_words(reading: Reading, kind: str, centre: FiledPosition | None) -> str:
    """An area of operation in words: its kind, radius, centre, fixed location and numbers of units."""
    parts = [codes.LOCATION_TYPE_WORDS.get(kind, "area").capitalize()]
    area = (reading.text("area_of_operation_code") or "").upper()
    if area:
        parts.append(codes.AREA_WORDS.get(area, f"area code {area}"))
    if (radius_km := reading.number("radius_of_operation", 0, 20_000)) is not None:
        parts.append(f"radius {radius_km:g} km")
    if centre is not None:
        parts.append(f"centre {centre.latitude_text} {centre.longitude_text} (NAD83)")
    if (fixed := reading.integer("corresponding_fixed_location")) is not None:
        parts.append(f"fixed location {fixed}")
    units = {
        "hand-held": "units_hand_held", "mobile": "units_mobile", "temporary fixed": "units_temp_fixed",
        "aircraft": "units_aircraft", "itinerant": "units_itinerant",
    }  # fmt: skip
    for words, column in units.items():
        if number := reading.integer(column):
            parts.append(f"{number} {words} units")
    return ", ".join(parts)


def _state(reading: Reading) -> str | None:
    state = (reading.text("location_state") or "").upper()
    if not state:
        return None
    if len(state) == 2 and state.isascii() and state.isalpha():
        return state
    reading.say(WARNING, "location_state", "not a two-letter state code")
    return None


def _county(reading: Reading, state: str | None, outcome: Outcome) -> str | None:
    """FIPS code of the county; in the FCC's list a bare name is the county where a city has the name too."""
    county = reading.text("location_county")
    state_code = fips.state_fips(state) if state else None
    if county is None or state_code is None:
        return None
    code = fips.county_fips(county, state_code) or fips.county_fips(f"{county} County", state_code)
    if code is None:
        record = reading.record
        outcome.gathered.add(
            record.file, record.row, "location_county",
            "county that the census does not know by this name in this state: kept in the address only",
            "enter the county's FIPS code",
        )  # fmt: skip
    return code


def _address(reading: Reading) -> str | None:
    county = reading.text("location_county")
    parts = [
        reading.text("location_address"),
        reading.text("location_city"),
        f"{county} county" if county else None,
        reading.text("location_state"),
    ]
    return ", ".join(part for part in parts if part) or None


def _registration(reading: Reading) -> str | None:
    number = reading.text("tower_registration_number")
    if number is not None and not (number.isascii() and number.isdigit()):
        reading.say(WARNING, "tower_registration_number", "an antenna structure registration is digits only")
        return None
    return number


def _structure(reading: Reading, code: str, outcome: Outcome) -> str | None:
    if not code:
        return None
    if code not in codes.STRUCTURE_TYPE:
        record = reading.record
        outcome.gathered.add(
            record.file, record.row, "structure_type",
            f"structure code {code[:10]!r} that may be one of several kinds: the kind stays unknown"
            + (", the code is kept in the remarks" if code in codes.STRUCTURE_WORDS else ""),
            "enter the kind of structure",
        )  # fmt: skip
    return codes.STRUCTURE_TYPE.get(code)


def merged(filings: list[Filing]) -> tuple[dict[str, Any], tuple[Problem, ...], list[str]]:
    """(site columns, findings, names as filed) of all filings of one position, transmitting ends first.

    Where filings differ the first one's value stands, and the other is said with its own line.
    """
    values: dict[str, Any] = {}
    said_by: dict[str, Filing] = {}
    problems: list[Problem] = []
    names: dict[str, str] = {}
    for filing in filings:
        problems.extend(filing.problems)
        if filing.name:
            names.setdefault(filing.name.casefold(), filing.name)
        for column, value in filing.values.items():
            if column not in values:
                values[column], said_by[column] = value, filing
            elif column in COMPARED and values[column] != value:
                first = said_by[column]
                problems.append(
                    Problem(
                        WARNING, filing.file, filing.row, COMPARED[column], str(value),
                        f"differs from {values[column]}, which {first.call_sign} location {first.number} "
                        f"(line {first.row}) files for the same position and which was kept",
                        "find out which is right and correct the site",
                    )
                )  # fmt: skip
    if len(names) > 1:
        spelled = list(names.values())
        problems.append(
            Problem(
                NOTE, filings[0].file, filings[0].row, "location_name", "; ".join(spelled),
                "one position filed under several names: one site, the other names as its aliases",
                "nothing to do, unless these are two places; then correct the position of one",
            )
        )  # fmt: skip
    return values, tuple(problems), list(names.values())
