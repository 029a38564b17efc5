"""How the fields of a class are told to a reader: name, parser, headings they go by, units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from casm.intake import measures, values
from casm.intake.cell import Cell, CellError, Parser
from casm.intake.header_aliases import read_heading
from casm.intake.problem import ERROR, NOTE, Problem
from casm.intake.row import ChildSet, Reference
from casm.intake.words import field_class_of

VALUE, REFERENCE, PART = "value", "reference", "part"
# The part of a reference cell that names the owner ends here.
OWNER_MARK = "::"


@dataclass(frozen=True)
class Field:
    """One field of a class as files state it.

    role: ``value`` (stored as parsed), ``reference`` (another record) or ``part`` (its class assembles it with
    others). aliases: other headings. units: those it may be written in, none for a field without a unit.
    needs_unit: no unit is usual enough to be assumed. terms: the field's own terms it holds, one of them or several.
    """

    name: str
    parse: Parser
    aliases: tuple[str, ...] = ()
    role: str = VALUE
    units: tuple[str, ...] = ()
    needs_unit: bool = False
    required: bool = False
    terms: tuple[str, ...] = ()
    several: bool = False

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Every heading it goes by, in the one form of read_heading, its own name first."""
        return tuple(dict.fromkeys(read_heading(name).words for name in (self.name, *self.aliases)))


@dataclass
class Draft:
    """A row being put together. parts: what the class still has to assemble. cells: the cell of each field."""

    file: str
    row: int
    owner_code: str
    record_class: str
    headings: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Reference | None] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    children: list[ChildSet] = field(default_factory=list)
    areas: dict[str, tuple[Reference, ...]] = field(default_factory=dict)
    findings: list[Problem] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)

    def take(self, name: str) -> Any:
        """A part, taken out; None where it was not stated."""
        return self.parts.pop(name, None)

    def fault(self, name: str, reason: str, mend: str, *, secret: bool = False) -> None:
        """A finding that keeps the row from being taken."""
        self.faults.append(self._problem(ERROR, name, reason, mend, secret=secret))

    def note(self, name: str, reason: str, mend: str) -> None:
        """A finding about a row that is taken."""
        self.findings.append(self._problem(NOTE, name, reason, mend))

    def attempt(self, name: str, action: Callable[[], Any]) -> Any:
        """The action's result; a CellError becomes a fault of the field and gives None."""
        try:
            return action()
        except CellError as error:
            self.fault(name, error.reason, error.mend, secret=error.secret)
            return None

    def _problem(self, severity: str, name: str, reason: str, mend: str, *, secret: bool = False) -> Problem:
        cell = self.cells.get(name)
        shown = cell.text if cell is not None and not secret else None
        field_class = field_class_of(self.record_class, name)
        return Problem(severity, self.file, self.row, self.headings.get(name, name), shown, reason, mend, field_class)


def nothing_more(_draft: Draft) -> None:
    """For classes whose fields need no assembling."""


@dataclass(frozen=True)
class ClassSpec:
    """How rows of one class are read. finish: assembles parts; file_names: names a file of the class may have."""

    record_class: str
    fields: tuple[Field, ...]
    finish: Callable[[Draft], None] = nothing_more
    file_names: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by their names."""
        return {one.name: one for one in self.fields}

    @cached_property
    def by_heading(self) -> dict[str, Field]:
        """Fields by every heading they go by; a field's own name wins over another's alias."""
        found = {heading: one for one in reversed(self.fields) for heading in reversed(one.headings)}
        return found | {one.headings[0]: one for one in self.fields}

    @property
    def required(self) -> tuple[str, ...]:
        """Fields that every row must state."""
        return tuple(one.name for one in self.fields if one.required)


def parse_reference(record_class: str) -> Parser:
    """A parser of another record's name, with its owner before :: where stated."""

    def parse(cell: Cell) -> Reference:
        owner, mark, name = cell.text.partition(OWNER_MARK)
        if not mark:
            return Reference(record_class, values.code(cell))
        if not owner.strip() or not name.strip():
            raise CellError("the owner or the name is missing beside ::", "write owner::name, as us.tn::Pine Mountain")
        return Reference(record_class, values.code(Cell(name.strip())), owner.strip().lower())

    return parse


def parse_references(record_class: str) -> Parser:
    """A parser of several records' names, ; between them."""
    one = parse_reference(record_class)
    return lambda cell: [one(Cell(element)) for element in values.elements(cell.text)]


def text(name: str, *aliases: str, required: bool = False) -> Field:
    """A field of plain text."""
    return Field(name, values.text, aliases, required=required)


def code(name: str, *aliases: str, required: bool = False) -> Field:
    """A field of an identifier that a spreadsheet may have mistaken for a number."""
    return Field(name, values.code, aliases, required=required)


def part(
    name: str,
    parse: Parser,
    *aliases: str,
    units: tuple[str, ...] = (),
    terms: tuple[str, ...] = (),
    several: bool = False,
) -> Field:
    """A field that its class assembles with others."""
    return Field(name, parse, aliases, role=PART, units=units, terms=terms, several=several)


def reference(name: str, record_class: str, *aliases: str, required: bool = False) -> Field:
    """A field that names another record."""
    return Field(name, parse_reference(record_class), aliases, role=REFERENCE, required=required)


def references(name: str, record_class: str, *aliases: str) -> Field:
    """A field that names several other records, ; between them."""
    return Field(name, parse_references(record_class), aliases, role=PART)


def choice(
    name: str, terms: tuple[str, ...], *aliases: str, synonyms: Mapping[str, str], required: bool = False
) -> Field:
    """A field that holds one of the field's own terms."""
    return Field(name, values.choice(terms, synonyms), aliases, required=required, terms=terms)


def choices(name: str, terms: tuple[str, ...], *aliases: str, synonyms: Mapping[str, tuple[str, ...]]) -> Field:
    """A field that holds several of the field's own terms."""
    return Field(name, values.choices(terms, synonyms), aliases, terms=terms, several=True)


def yes_no(name: str, *aliases: str) -> Field:
    """A field of yes or no."""
    return Field(name, values.yes_no, aliases)


def day(name: str, *aliases: str) -> Field:
    """A field of a date."""
    return Field(name, values.day, aliases)


def whole(name: str, low: int, high: int, *aliases: str, required: bool = False) -> Field:
    """A field of a whole number."""
    return Field(name, measures.integer(low, high), aliases, required=required)


def measure(
    name: str,
    conversions: Mapping[str, measures.Convert],
    low: float,
    high: float,
    *aliases: str,
    default_unit: str | None = None,
) -> Field:
    """A field of a measured number, low to high in the unit it is stored in."""
    parse = measures.measure(conversions, default_unit=default_unit, low=low, high=high)
    return Field(name, parse, aliases, units=tuple(conversions), needs_unit=default_unit is None)


def freq(name: str, *aliases: str) -> Field:
    """A field of a frequency; megahertz where no unit is stated."""
    return Field(name, measures.frequency_hz, aliases, units=tuple(measures.FREQUENCY))


def network_code(name: str, highest: int, *aliases: str) -> Field:
    """A field of a code written in hexadecimal."""
    return Field(name, measures.hexadecimal(highest), aliases, units=("hex", "dec"))
