"""One condition of a filter as people type it, with the field's own units and words, and what it means."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casm.editing.faults import FieldFault, on_a_form
from casm.intake import values
from casm.intake.cell import Cell, CellError, tidy
from casm.intake.coordinates import parse_coordinate
from casm.intake.fips import counties, jurisdiction_code, state_fips, states
from casm.intake.measures import Measured
from casm.intake.squelch import parse_squelch
from casm.listing.list_field import (
    CHOICE,
    CHOICES,
    COORDINATE,
    COUNTY,
    DATE,
    LIST,
    MOMENT,
    NUMBER,
    OWNER,
    REFERENCE,
    SQUELCH,
    STATE,
    TEXT,
    YES_NO,
    ListField,
)

LONGEST_TEXT = 200
UNKNOWN = "unknown"
# "154-155 MHz", "100 ft to 200 ft", "-120 .. -90 dBm": the second number's unit stands for both.
RANGE = re.compile(
    r"^(?P<low>[+-]?[$\d.,]+)\s*(?P<low_unit>[^\d\s.+-][^\d]*?)?\s*(?:\.\.+|–|-|\bto\b)\s*"
    r"(?P<high>[+-]?[$\d.,]+)\s*(?P<high_unit>\D.*)?$"
)


@dataclass(frozen=True)
class Criterion:
    """What is asked of a field. operator: one of the field's. text: as typed. value: what it stands for.

    value: of ``is`` on numbers (lowest, highest); of missing whether it is to be missing; otherwise a value of the
    column, or a text.
    """

    field: ListField
    operator: str
    text: str
    value: Any = field(compare=False)

    @property
    def key(self) -> str:
        """Its name in an address."""
        return f"{self.field.name}.{self.operator}"


class CriterionFault(Exception):
    """A condition that cannot be understood."""

    def __init__(self, fault: FieldFault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def criterion(one: ListField, operator: str, text: str) -> Criterion:
    """The condition that a text states; CriterionFault says what is wrong with it and what mends it."""
    written = tidy(text)
    if operator not in one.operators:
        raise _fault(one, f"{one.label} cannot be filtered by “{operator}”", f"use one of: {', '.join(one.operators)}")
    if not written.isprintable():
        raise _fault(one, "this holds characters that no record has", "type it anew")
    if len(written) > LONGEST_TEXT:
        raise _fault(one, "this is too long to look for", f"write at most {LONGEST_TEXT} characters")
    try:
        value = _missing(written) if operator == "missing" else PARSERS[one.kind](one, operator, written)
    except CellError as error:
        raise _fault(one, on_a_form(error.reason), on_a_form(error.mend)) from None
    return Criterion(one, operator, written, value)


def _fault(one: ListField, reason: str, mend: str) -> CriterionFault:
    return CriterionFault(FieldFault(one.name, reason, mend))


def _missing(written: str) -> bool:
    return values.yes_no(Cell(written))


def _plain(_one: ListField, _operator: str, written: str) -> str:
    return written


def _term(one: ListField, _operator: str, written: str) -> str:
    """One of the field's terms, as it is stored or as people say it."""
    said = {values.folded(one.words_of(term)): term for term in one.terms} | {values.folded(t): t for t in one.terms}
    found = said.get(values.folded(written))
    if found is None:
        raise CellError("this is none of the known terms", f"use one of: {', '.join(one.terms)}")
    return found


def _yes_no(_one: ListField, _operator: str, written: str) -> bool | None:
    return None if written.casefold() in (UNKNOWN, "not known") else values.yes_no(Cell(written))


def _day(_one: ListField, _operator: str, written: str) -> date:
    return values.day(Cell(written))


def _number(one: ListField, operator: str, written: str) -> Any:
    if operator != "is":
        return number_of(one, written)
    match = RANGE.match(written)
    if match is None:
        return (number_of(one, written),) * 2
    unit = (match["high_unit"] or "").strip()
    low = number_of(one, f"{match['low']} {(match['low_unit'] or '').strip() or unit}".strip())
    high = number_of(one, f"{match['high']} {unit}".strip())
    if low > high:
        raise CellError("the range begins above its end", "write the lower number first")
    return low, high


def number_of(one: ListField, written: str) -> Any:
    """A number in the unit of the column, as the field's own parser reads it."""
    if one.source is None:
        raise CellError("this field takes no number", "leave it out")
    found = one.source.parse(Cell(written))
    return found.value if isinstance(found, Measured) else found


def _coordinate(one: ListField, _operator: str, written: str) -> float:
    return parse_coordinate(written, one.name.rpartition(".")[2]).degrees


def _county(_one: ListField, _operator: str, written: str) -> str:
    """A county's FIPS code, from the code or from a name with its state."""
    code = written.zfill(5) if written.isdigit() else jurisdiction_code(written)
    if code not in counties():
        raise CellError(
            "there is no county of this name or code", "write its name with the state, as Campbell County, TN, or 47013"
        )
    return str(code)


def _state(_one: ListField, _operator: str, written: str) -> str:
    fips = state_fips(written)
    if fips is None:
        raise CellError("there is no such state or territory", "write its postal code, such as TN")
    return states()[fips][0]


def _squelch(_one: ListField, _operator: str, written: str) -> Any:
    return parse_squelch(Cell(written))


PARSERS: dict[str, Callable[[ListField, str, str], Any]] = {
    TEXT: _plain, LIST: _plain, REFERENCE: _plain, OWNER: _plain, CHOICE: _term, CHOICES: _term, YES_NO: _yes_no,
    DATE: _day, MOMENT: _day, NUMBER: _number, COORDINATE: _coordinate, COUNTY: _county, STATE: _state,
    SQUELCH: _squelch,
}  # fmt: skip
WORDS = {
    "contains": "contains", "starts": "starts with", "is": "is", "from": "from", "to": "up to", "before": "before",
}  # fmt: skip


def in_words(criteria: Sequence[Criterion]) -> list[str]:
    """The conditions as sentences: several values of one field that any of them meets are one."""
    found: dict[tuple[str, str], list[Criterion]] = {}
    for one in criteria:
        found.setdefault((one.field.name, one.operator), []).append(one)
    return [_in_words(members) for members in found.values()]


def _in_words(members: list[Criterion]) -> str:
    one = members[0]
    if one.operator == "missing":
        return f"{one.field.label} is {'not known' if one.value else 'known'}"
    joined = " or " if one.operator == "is" else " and "
    terms = one.field.kind in (CHOICE, CHOICES)
    said = joined.join(one.field.words_of(member.value) if terms else member.text for member in members)
    return f"{one.field.label} {WORDS[one.operator]} {said}"
