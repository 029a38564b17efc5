"""Tables of text into parsed rows: find the headings, settle the columns, read every row or say why not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from casm.errors import CasmError
from casm.intake.added_values import parted
from casm.intake.cell import CLEAR, Cell, CellError, is_unknown, tidy
from casm.intake.classes.every import CLASSES, class_named, class_of_name
from casm.intake.columns import Column, Plan, clearable, missing_required, plan_columns, recognised
from casm.intake.csv_text import DelimitedFile, Record, fault_problem, is_blank, open_delimited
from casm.intake.fields import PART, REFERENCE, ClassSpec, Draft
from casm.intake.mapping import ColumnMapping, key_of_heading
from casm.intake.problem import ERROR, NOTE, Problem
from casm.intake.row import ParsedRow, RejectedRow, StreamItem

HEADINGS_WITHIN_ROWS = 40


@dataclass
class TableReader:
    """One table being read. Iterate it for its rows; bytes_read tells how far it is."""

    file: DelimitedFile
    plan: Plan
    owner_code: str
    heading_row: int
    unit_missing: set[str] = field(default_factory=set)
    topics: set[tuple[str, str]] = field(default_factory=set)

    @property
    def record_class(self) -> str:
        """The class its rows are of."""
        return self.plan.spec.record_class

    @property
    def bytes_read(self) -> int:
        """How far into the file the reading is."""
        return self.file.bytes_read

    def __iter__(self) -> Iterator[StreamItem]:
        yield from self.file.notes
        if self.heading_row > 1:
            yield self.file.note(
                NOTE, 1, f"the rows above the headings in row {self.heading_row} were not read", "nothing to do"
            )
        yield from self.plan.problems
        if (note := self._datum_note()) is not None:
            yield note
        blank_rows, first_blank = 0, 0
        for record in islice(self.file.records(), self.heading_row, None):
            if is_blank(record):
                blank_rows += 1
                first_blank = first_blank or record.number
                continue
            yield from self._row(record)
        if blank_rows:
            yield self.file.note(
                NOTE, first_blank, f"{blank_rows:,} blank rows were passed over, this one first", "nothing to do"
            )

    def _datum_note(self) -> Problem | None:
        """A note, once for a file, where positions are given and no datum is."""
        named = {column.field.name for column in self.plan.columns}
        if not named & {"latitude", "coordinates"} or "datum" in named:
            return None
        if any(column.datum for column in self.plan.columns):
            return None
        return self.file.note(
            NOTE,
            self.heading_row,
            "no datum is stated; the positions are taken as WGS84 (NAD83 is the same within 2 m)",
            "add a column datum if they are on NAD27, which is up to 100 m off",
        )

    def _row(self, record: Record) -> Iterator[StreamItem]:
        """One row taken or left out, after findings about whole columns that it brought up."""
        if record.fault:
            yield RejectedRow(
                self.file.name, record.number, (fault_problem(self.file.name, record),), self.record_class
            )
            return
        extra = [cell for cell in record.cells[self.plan.width :] if cell.strip()]
        if extra or len(record.cells) < self.plan.width:
            yield self._ragged(record)
            return
        draft = Draft(self.file.name, record.number, self.owner_code, self.record_class, self.plan.headings)
        about_columns: list[Problem] = []
        for column in self.plan.columns:
            self._cell(draft, column, record.cells, about_columns)
        yield from about_columns
        yield self._finished(draft)

    def _ragged(self, record: Record) -> RejectedRow:
        reason = f"the row has {len(record.cells)} cells, and the headings {self.plan.width}"
        mend = "put cells that hold a separator or a line break into quotation marks, and write empty cells too"
        problem = Problem(ERROR, self.file.name, record.number, None, record.cells[0], reason, mend)
        return RejectedRow(self.file.name, record.number, (problem,), self.record_class)

    def _cell(self, draft: Draft, column: Column, cells: list[str], about_columns: list[Problem]) -> None:
        """One cell into the draft: a value, a reference, a part, a fault, or nothing where it says nothing."""
        target = column.field
        if column.constant is not None and target.name in draft.cells:
            return
        written = tidy(_text_of(column, cells))
        if is_unknown(written):
            return
        cell = Cell(column.words.get(key_of_heading(written), written), column.unit)
        draft.cells[target.name] = cell
        if column.datum:
            draft.parts["heading_datum"] = column.datum
        if written == CLEAR:
            self._clear(draft, column)
            return
        try:
            found = target.parse(cell)
        except CellError as error:
            if target.needs_unit and column.unit is None and error.reason == "no unit is stated":
                self._say_unit_missing(column, about_columns)
                return
            draft.fault(target.name, error.reason, error.mend, secret=error.secret)
            return
        place = {REFERENCE: draft.references, PART: draft.parts}.get(target.role, draft.values)
        place[target.name] = found

    def _clear(self, draft: Draft, column: Column) -> None:
        target = column.field
        if target.required or not clearable(target):
            draft.fault(target.name, f"{target.name} cannot be cleared", "write a value, or leave it empty to keep it")
        elif target.role == REFERENCE:
            draft.references[target.name] = None
        elif target.role == PART:
            draft.parts[target.name] = []
        else:
            draft.values[target.name] = None

    def _say_unit_missing(self, column: Column, about_columns: list[Problem]) -> None:
        """Once for a column: its figures have no unit, so none of them is taken."""
        if column.heading in self.unit_missing:
            return
        self.unit_missing.add(column.heading)
        reason = f"no unit is stated for {column.field.name}; figures of this column without one were not taken"
        mend = f"write the unit in the heading, as {column.heading} ({column.field.units[0]}), or in a mapping file"
        about_columns.append(Problem(ERROR, self.file.name, self.heading_row, column.heading, None, reason, mend))

    def _finished(self, draft: Draft) -> ParsedRow | RejectedRow:
        spec = self.plan.spec
        faulty = {problem.column for problem in draft.faults}
        for name in spec.required:
            stated = name in draft.values or name in draft.references or name in draft.parts
            if not stated and draft.headings.get(name, name) not in faulty:
                draft.fault(name, f"{name.replace('_', ' ')} is missing", "fill it in")
        owner = str(draft.take("owner") or draft.owner_code).lower()
        source_key = draft.take("source_key")
        if not draft.faults:
            spec.finish(draft)
        self._cell_notes(draft)
        if draft.faults:
            return RejectedRow(draft.file, draft.row, (*draft.faults, *draft.findings), spec.record_class)
        values, added = parted(draft.values)
        return ParsedRow(
            record_class=spec.record_class,
            owner_code=owner,
            values=values,
            added=added,
            file=draft.file,
            row=draft.row,
            references=draft.references,
            children=tuple(draft.children),
            areas=draft.areas,
            source_key=source_key,
            headings=draft.headings,
            notes=tuple(draft.findings),
        )

    def _cell_notes(self, draft: Draft) -> None:
        """What parsers said about cells they took."""
        for name, cell in draft.cells.items():
            for note in cell.notes:
                if note.topic is None or (name, note.topic) not in self.topics:
                    draft.note(name, note.reason, note.mend)
                    if note.topic:
                        self.topics.add((name, note.topic))


def _text_of(column: Column, cells: list[str]) -> str:
    if column.constant is not None:
        return column.constant
    if column.template is None:
        return cells[column.index or 0]
    template, places = column.template
    found = {name: tidy(cells[index]) for name, index in places.items()}
    if not any(found.values()):
        return ""
    for name, text in found.items():
        template = template.replace("{" + name + "}", text)
    return template


def open_table(
    path: Path,
    *,
    name: str | None = None,
    record_class: str | None = None,
    owner_code: str,
    mapping: ColumnMapping | None = None,
    extend: Callable[[ClassSpec], ClassSpec] = lambda spec: spec,
) -> TableReader:
    """Open a table and settle how it is read; CasmError when that is not clear.

    record_class: the class, else the mapping's, else the file's name, else what the headings allow only. extend: adds
    to the class' fields those that the owner added.
    """
    mapping = mapping or ColumnMapping()
    shown = name or path.name
    file = open_delimited(path, shown, encoding=mapping.encoding, delimiter=mapping.delimiter)
    named = record_class or mapping.record_class
    spec = class_named(named) if named else class_of_name(path.stem)
    first = list(islice(file.records(), HEADINGS_WITHIN_ROWS))
    row = _heading_row(shown, first, [spec] if spec else list(CLASSES.values()), mapping)
    headings = next(record.cells for record in first if record.number == row)
    spec = extend(spec or _class_of_headings(shown, headings, mapping))
    plan = plan_columns(shown, row, headings, spec, mapping)
    return TableReader(file, plan, (mapping.owner or owner_code).lower(), row)


def _heading_row(name: str, first: list[Record], specs: list[ClassSpec], mapping: ColumnMapping) -> int:
    """Number of the row with the most known headings; the first of equals."""
    if mapping.header_row is not None:
        if not any(record.number == mapping.header_row for record in first):
            raise CasmError(f"{name} has no row {mapping.header_row}.", "correct header_row in the mapping")
        return mapping.header_row
    best_row, best = 0, 0
    for record in first:
        if record.fault:
            continue
        known = max(recognised(record.cells, spec, mapping) for spec in specs)
        if known > best:
            best_row, best = record.number, known
    if not best:
        what = "columns that the mapping names" if mapping.columns or mapping.combine else "headings that are known"
        raise CasmError(
            f"None of the first {len(first)} rows of {name} holds {what}.",
            "check that it is the right file, or write a mapping for it",
        )
    return best_row


def _class_of_headings(name: str, headings: list[str], mapping: ColumnMapping) -> ClassSpec:
    """The one class that the headings fit; CasmError when several or none do."""
    fitting = {
        spec.record_class: recognised(headings, spec, mapping)
        for spec in CLASSES.values()
        if not missing_required(headings, spec, mapping)
    }
    ranked = sorted(fitting, key=lambda one: -fitting[one])
    if ranked and (len(ranked) == 1 or fitting[ranked[0]] >= fitting[ranked[1]] + 2):
        return CLASSES[ranked[0]]
    told = f"It may hold {', '.join(ranked[:4])}" if ranked else "No class of record fits its headings"
    raise CasmError(f"What {name} holds is not clear. {told}.", "say it with --class, or name the file so (sites.csv)")
