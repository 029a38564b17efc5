"""What every reader hands to the writer: rows of typed values with the references not yet looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from casm.intake.problem import ERROR, Problem
from casm.intake.words import field_class_of


@dataclass(frozen=True, slots=True)
class Reference:
    """Another record by its natural name, as a cell names it.

    record_class: table of the record. name: its natural name, an alias, a number or a code. owner_code: where to
    look; None: the row's own owner, its ancestors, the public, then a unique visible match anywhere. within: name
    of the record that contains it (the radio system of a talkgroup, the fleet of a template) when the name alone
    may not be enough.
    """

    record_class: str
    name: str
    owner_code: str | None = None
    within: str | None = None

    def __str__(self) -> str:
        return f"{self.owner_code}::{self.name}" if self.owner_code else self.name


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One row of a child table; its owner and its parent are the row's it hangs on."""

    values: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChildSet:
    """All children of one kind that the row states: others of that kind are retired.

    record_class: child table. parent: name of the reference to the row (``agreement`` for agreement_id).
    scope: values that tell this set from others in the same table; every child carries them.
    column: field of the row that the children were read from.
    """

    record_class: str
    parent: str
    rows: tuple[ChildRow, ...]
    scope: Mapping[str, Any] = field(default_factory=dict)
    column: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One row ready to be written, apart from its references.

    record_class: table name. owner_code: owner of the record, as ``us.tn.campbell``.
    values: mapped column → value in the column's own unit and type (geometries: shapely, EPSG:4326, longitude
    first). A column not named is left as it is; None clears it. references: name without ``_id`` (``site``,
    ``parent_agency``) → the other record; None clears it. areas: geometry column → jurisdictions whose union it is.
    The natural key is read from values and references by the record's shape (casm.intake.shapes).
    file, row: where it came from (as in Problem). source, source_key: provenance, written only with a real change.
    headings: field → heading as written in the file, for messages. notes: findings that do not stop the row.
    added: values of fields that owners added, by key; None clears one.
    """

    record_class: str
    owner_code: str
    values: Mapping[str, Any]
    file: str
    row: int
    references: Mapping[str, Reference | None] = field(default_factory=dict)
    children: tuple[ChildSet, ...] = ()
    areas: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict)
    source: str = "csv"
    source_key: str | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    added: Mapping[str, Any] = field(default_factory=dict)

    def problem(self, severity: str, field_name: str | None, reason: str, mend: str, value: Any = None) -> Problem:
        """A finding about a field of this row, under the heading that the file gives it."""
        column = None if field_name is None else self.headings.get(field_name, field_name)
        shown = None if value is None else str(value)
        field_class = field_class_of(self.record_class, field_name)
        return Problem(severity, self.file, self.row, column, shown, reason, mend, field_class)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of the file that becomes no record: the problems say why."""

    file: str
    row: int
    problems: tuple[Problem, ...]
    record_class: str | None = None

    def __post_init__(self) -> None:
        if not self.problems:
            raise ValueError("a row is never left out without a reason")


def rejected(row: ParsedRow, reason: str, mend: str, field_name: str | None = None, value: Any = None) -> RejectedRow:
    """The row turned into a rejected one, its earlier notes kept."""
    problem = row.problem(ERROR, field_name, reason, mend, value)
    return RejectedRow(row.file, row.row, (*row.notes, problem), row.record_class)


StreamItem = ParsedRow | RejectedRow | Problem
"""What a reader yields: rows, rows left out, and findings about the file as a whole (not counted as rows)."""
