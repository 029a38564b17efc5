"""The texts of a form into columns, by the very parsers that read files, and compared with those it was filled with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from casm.editing.faults import FieldFault, on_a_form
from casm.editing.form_fields import LONG_TEXT, OTHER_NOTATION, SHOWN_AT, FormField
from casm.editing.record_class import RecordClass
from casm.intake.cell import CLEAR, Cell, CellError, is_unknown, tidy
from casm.intake.fields import PART, REFERENCE, VALUE, Draft
from casm.intake.problem import Problem
from casm.intake.row import Reference


@dataclass
class Assembled:
    """A draft put together from texts. unreadable: fields whose text could not be taken. secret: not to be repeated."""

    draft: Draft
    texts: Mapping[str, str]
    unreadable: set[str] = field(default_factory=set)
    secret: set[str] = field(default_factory=set)

    def faults(self) -> list[FieldFault]:
        """What is wrong, each beside the field where it is shown."""
        return [self.shown(problem) for problem in self.draft.faults]

    def faults_beside(self, on_file: "Assembled | None") -> list[FieldFault]:
        """Faults that the record on file does not have already."""
        old = set() if on_file is None else {(one.field, one.reason) for one in on_file.faults()}
        return [one for one in self.faults() if (one.field, one.reason) not in old]

    def notes(self) -> list[FieldFault]:
        """What was found and does not stop the record."""
        return [self.shown(problem) for problem in self.draft.findings]

    def shown(self, problem: Problem) -> FieldFault:
        """A finding beside the field where a form shows it."""
        name = SHOWN_AT.get(problem.column or "", problem.column)
        return FieldFault(
            name, on_a_form(problem.reason), on_a_form(problem.mend), secret=problem.column in self.secret
        )


@dataclass(frozen=True)
class Changes:
    """What differs between two drafts: columns, references and areas to be looked up, and children to be made."""

    columns: dict[str, Any]
    references: dict[str, Reference | None]
    areas: dict[str, tuple[Reference, ...]]


def assemble(
    record_class: RecordClass,
    fields: tuple[FormField, ...],
    texts: Mapping[str, str],
    owner_code: str,
    *,
    passed_over: frozenset[str] = frozenset(),
    on_file: "Assembled | None" = None,
    stored: bool = False,
) -> Assembled:
    """A draft of the texts, empty ones left out.

    passed_over: fields that are not looked at. stored: the texts are those of a record on file, so that what cannot be
    taken of it any more does not keep the rest from being put together; on_file: that record, whose own faults do not
    either.
    """
    draft = Draft("", 0, owner_code, record_class.name, {})
    found = Assembled(draft, texts)
    for one in fields:
        written = tidied(one, texts.get(one.name, ""))
        if one.name in passed_over or is_unknown(written) or written == CLEAR:
            continue
        cell = Cell(written)
        draft.cells[one.name] = cell
        try:
            value = one.source.parse(cell)
        except CellError as error:
            draft.fault(one.name, error.reason, error.mend, secret=error.secret)
            found.unreadable.add(one.name)
            if error.secret:
                found.secret.add(one.name)
            continue
        place = {REFERENCE: draft.references, PART: draft.parts}.get(one.source.role, draft.values)
        place[one.name] = value
    whole = _require(fields, found, texts if stored else on_file.texts if on_file else {})
    if stored or whole:
        _finish(record_class, found)
    for name, cell in draft.cells.items():
        for note in cell.notes:
            draft.note(name, note.reason, note.mend)
    return found


def position_typed_anew(texts: Mapping[str, str], on_file: Mapping[str, str]) -> dict[str, str]:
    """The texts of a form, its latitude and longitude left out where the position was typed in another notation.

    That is so if the two stand as the form was filled; where they were edited as well, the position is stated twice.
    """
    pair = ("latitude", "longitude")
    if not tidy(texts.get(OTHER_NOTATION, "")) or any(texts.get(name) != on_file.get(name) for name in pair):
        return dict(texts)
    return {**texts, **{name: "" for name in pair if name in texts}}


def tidied(one: FormField, text: str) -> str:
    """A text as files have it: spaces put in order; a long one keeps its lines."""
    if one.kind == LONG_TEXT:
        return "\n".join(tidy(line) for line in text.splitlines()).strip()
    return tidy(text)


def _require(fields: tuple[FormField, ...], found: Assembled, on_file: Mapping[str, str]) -> bool:
    """Whether every field that the class cannot do without is there. One that is on file as it stands is let be."""
    draft, whole = found.draft, True
    for one in fields:
        stated = one.name in draft.values or one.name in draft.references or one.name in draft.parts
        if not one.source.required or stated:
            continue
        if one.source.role == VALUE and on_file.get(one.name) and on_file[one.name] == found.texts.get(one.name):
            draft.values[one.name] = on_file[one.name]
            continue
        whole = False
        if one.name not in found.unreadable:
            called = one.label if one.added else one.name.replace("_", " ")
            draft.fault(one.name, f"{called} is missing", "fill it in")
    return whole


def _finish(record_class: RecordClass, found: Assembled) -> None:
    """Let the class assemble its parts, and keep what it finds of fields that can be read."""
    draft, before = found.draft, len(found.draft.faults)
    record_class.spec.finish(draft)
    told = draft.faults[before:]
    # What is missed because it could not be read has been said already.
    draft.faults[before:] = [one for one in told if found.shown(one).field not in found.unreadable]
    found.unreadable |= {str(found.shown(one).field) for one in told}


def left_alone(fields: tuple[FormField, ...], on_file: Assembled, edited: frozenset[str]) -> frozenset[str]:
    """Fields on file that cannot be read any more and are not edited, with those that share their columns."""
    found = set()
    for one in fields:
        together = {other.name for other in fields if set(one.columns) & set(other.columns)} | {one.name}
        if together & on_file.unreadable and not together & edited:
            found |= together
    return frozenset(found)


def differences(
    record_class: RecordClass,
    fields: tuple[FormField, ...],
    before: Assembled,
    after: Assembled,
    edited: frozenset[str],
) -> Changes:
    """What the edited texts change. edited: fields whose text is another than it was."""
    old, new = before.draft, after.draft
    columns = {
        name: new.values.get(name)
        for name in dict.fromkeys((*old.values, *new.values))
        if name not in old.values or name not in new.values or old.values[name] != new.values[name]
    }
    references = {
        name: new.references.get(name)
        for name in dict.fromkeys((*old.references, *new.references))
        if old.references.get(name) != new.references.get(name)
    }
    areas = {name: new.areas[name] for name in new.areas if new.areas[name] != old.areas.get(name)}
    own = set(record_class.shape.table.c.keys())
    for one in fields:
        together = set(one.columns)
        if one.name in record_class.shape.references:
            continue
        if len(together) < 2:
            if one.name in before.unreadable and one.name in edited:
                columns |= {name: new.values.get(name) for name in together}
            continue
        # Columns that one statement fills, as a position and how it was written, are written together or not at all.
        shared = [other for other in fields if together & set(other.columns)]
        touched = any(other.name in edited for other in shared)
        if touched and (together & set(columns) or any(other.name in before.unreadable for other in shared)):
            columns |= {name: new.values.get(name) for name in together}
    for name in areas:
        columns.pop(name, None)
    return Changes({name: value for name, value in columns.items() if name in own}, references, areas)
