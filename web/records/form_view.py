"""A form as its template shows it: groups of fields with their texts, choices, and what is wrong beside each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from casm.editing.faults import FieldFault
from casm.editing.form_fields import CHOICES, FormField
from casm.editing.groups import headings
from casm.editing.labels import term_words
from casm.intake.values import elements
from web.own_units import own_units

PREFIX = "field-"
SHOWN_PREFIX = "shown-"
# So many names are offered for a reference; any other may be typed.
MOST_OFFERED = 300


@dataclass(frozen=True)
class FieldView:
    """One field of a form. chosen: the terms ticked. faults: what is wrong with it. note: what else to say of it.

    unit: in which a number alone is taken, where the person chose one.
    """

    field: FormField
    id: str
    text: str
    choices: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]
    faults: tuple[FieldFault, ...]
    note: str = ""
    unit: str | None = None

    @property
    def described_by(self) -> str:
        """Ids of what explains it."""
        parts = [f"{self.id}-help"] if self.field.help else []
        parts += [f"{self.id}-unit"] if self.unit else []
        parts += [f"{self.id}-note"] if self.note else []
        return " ".join([*parts, *([f"{self.id}-fault"] if self.faults else [])])


@dataclass(frozen=True)
class GroupView:
    """Fields under one heading."""

    heading: str
    fields: tuple[FieldView, ...]


def group_views(
    name: str,
    fields: Iterable[FormField],
    texts: Mapping[str, str],
    faults: Iterable[FieldFault] = (),
    notes: Mapping[str, str] | None = None,
    *,
    left_out: Iterable[str] = (),
) -> list[GroupView]:
    """The fields of a class in their groups; left_out: fields that are told otherwise."""
    wrong: dict[str | None, list[FieldFault]] = defaultdict(list)
    for fault in faults:
        wrong[fault.field].append(fault)
    grouped: dict[str, list[FieldView]] = defaultdict(list)
    for one in fields:
        if one.name not in left_out:
            grouped[one.group].append(
                _view(one, texts.get(one.name, ""), tuple(wrong[one.name]), (notes or {}).get(one.name, ""))
            )
    return [GroupView(heading, tuple(grouped[heading])) for heading in headings(name) if grouped[heading]]


def _view(one: FormField, text: str, faults: tuple[FieldFault, ...], note: str) -> FieldView:
    terms = one.terms
    choices = tuple((term, term if one.added else term_words(term)) for term in terms)
    if one.kind == "yes_no":
        choices = (("yes", "yes"), ("no", "no"))
    if text and one.kind == "choice" and text not in terms:
        choices = ((text, text), *choices)
    if one.can_be_unknown or not text:
        choices = (("", "not stated" if one.name == "datum" else "not known"), *choices)
    unit = own_units().unit_of(one.name)
    return FieldView(one, PREFIX + one.name, text, choices, tuple(elements(text, ";,")), faults, note, unit)


def texts_of_form(fields: Iterable[FormField], form: MultiDict[str, str]) -> dict[str, str]:
    """The texts that a submitted form holds; fields it did not show are left out."""
    texts = {}
    for one in fields:
        key = PREFIX + one.name
        if one.kind == CHOICES:
            if SHOWN_PREFIX + one.name in form:
                texts[one.name] = "; ".join(form.getlist(key))
        elif key in form:
            texts[one.name] = form[key]
    return texts


def unshown_faults(fields: Iterable[FormField], faults: Iterable[FieldFault]) -> list[FieldFault]:
    """Faults of no field of the form: about the record as a whole."""
    shown = {one.name for one in fields}
    return [fault for fault in faults if fault.field not in shown]
