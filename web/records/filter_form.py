"""The filter of a table as a form without scripts: its fields into an address, and an address into its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from werkzeug.datastructures import MultiDict

from casm.editing.faults import FieldFault
from casm.listing.criterion import in_words
from casm.listing.list_field import CHOICE, CHOICES, LIST, TEXT, YES_NO, ListField
from casm.listing.query import AFTER, COLUMNS, ListQuery

# Parts of a form that become one condition: how a text is looked for, and the text; which field is to be added.
HOW, WORDS, ADD, OPEN, COLUMN, WITHOUT = "how~", "words~", "add", "open", "column", "without"
HOW_WORDS = {"contains": "contains", "starts": "starts with", "is": "is exactly"}

Pairs = list[tuple[str, str]]


def address_pairs(given: MultiDict[str, str]) -> Pairs:
    """What a form's fields say as a table's address has it: nothing empty, one name for each condition."""
    found: Pairs = []
    opened = [name for name in given.get(OPEN, "").split(",") if name]
    for key, text in given.items(multi=True):
        if key.startswith(WORDS):
            name = key.removeprefix(WORDS)
            how = given.get(HOW + name, "contains")
            if text.strip():
                found.append((f"{name}.{how}", text))
        elif key == ADD:
            opened.append(text)
        elif key not in (OPEN, COLUMN) and not key.startswith(HOW) and text.strip():
            found.append((key, text))
    if COLUMN in given:
        found = [(key, text) for key, text in found if key not in (COLUMNS, AFTER)]
        found.append((COLUMNS, ",".join(name for name in given.getlist(COLUMN) if name)))
    asked = {key.rpartition(".")[0] for key, _ in found}
    left = [name for name in dict.fromkeys(opened) if name and name not in asked]
    return [*found, *([(OPEN, ",".join(left))] if left else [])]


def is_tidy(given: MultiDict[str, str]) -> bool:
    """Whether an address is written as address_pairs would write it."""
    return list(given.items(multi=True)) == address_pairs(given)


@dataclass(frozen=True)
class Input:
    """One input of a row of the filter. kind: text, select or ticks; choices: (value, words, chosen)."""

    name: str
    label: str
    kind: str
    value: str = ""
    choices: tuple[tuple[str, str, bool], ...] = ()
    offers: str | None = None


@dataclass(frozen=True)
class FilterRow:
    """A field's row of the filter. id: where a message leads."""

    field: ListField
    id: str
    inputs: tuple[Input, ...]
    faults: tuple[FieldFault, ...]


def filter_rows(
    fields: Sequence[ListField], given: Mapping[str, list[str]], faults: Iterable[FieldFault]
) -> list[FilterRow]:
    """The rows of the fields that are asked about or opened, with what is wrong beside each."""
    opened = set(",".join(given.get(OPEN, [])).split(","))
    asked = {key.rpartition(".")[0] for key in given if "." in key}
    wrong = list(faults)
    return [
        FilterRow(one, f"filter-{one.name}", tuple(_inputs(one, given)),
                  tuple(fault for fault in wrong if fault.field == one.name))
        for one in fields if one.name in opened | asked
    ]  # fmt: skip


def _inputs(one: ListField, given: Mapping[str, list[str]]) -> Iterable[Input]:
    def said(operator: str) -> list[str]:
        return given.get(f"{one.name}.{operator}", [])

    if one.kind in (TEXT, LIST):
        how = [operator for operator in one.operators if operator in HOW_WORDS]
        now = next((operator for operator in how if said(operator)), how[0])
        yield Input(HOW + one.name, "how", "select", now,
                    tuple((operator, HOW_WORDS[operator], operator == now) for operator in how))  # fmt: skip
        yield Input(WORDS + one.name, "text", "text", " ".join(said(now)))
    elif one.kind in (CHOICE, CHOICES):
        yield Input(f"{one.name}.is", "is one of", "ticks",
                    choices=tuple((term, one.words_of(term), term in said("is")) for term in one.terms))  # fmt: skip
    elif one.kind == YES_NO:
        now = said("is")[:1]
        words = {"": "either", "yes": "yes", "no": "no", "unknown": "not known"}
        yield Input(f"{one.name}.is", "is", "select",
                    choices=tuple((value, word, [value] == now) for value, word in words.items()))  # fmt: skip
        return
    else:
        labels = {"is": "is", "from": "from", "to": "up to", "before": "before"}
        dates = "before" in one.operators
        for operator in one.operators:
            if operator == "missing" or (operator == "is" and "from" in one.operators and not said("is")):
                continue
            if operator == "to" and dates and not said("to"):
                continue
            yield Input(f"{one.name}.{operator}", labels[operator], "text", " ".join(said(operator)),
                        offers=one.target if operator == "is" else None)  # fmt: skip
    if "missing" in one.operators:
        now = said("missing")[:1]
        words = {"": "known or not", "yes": "not known", "no": "known"}
        yield Input(f"{one.name}.missing", "known", "select",
                    choices=tuple((value, word, [value] == now) for value, word in words.items()))  # fmt: skip


def grouped(fields: Iterable[ListField]) -> list[tuple[str, list[ListField]]]:
    """Fields under their headings, for a list to choose from."""
    return [(heading, list(members)) for heading, members in groupby(fields, key=lambda one: one.group)]


@dataclass(frozen=True)
class Chip:
    """One condition in words, and the address' parts without it."""

    words: str
    without: Pairs


def chips(query: ListQuery) -> list[Chip]:
    """Each condition of the filter, to be taken away by itself."""
    found = []
    pairs = query.pairs()
    for name, operator in dict.fromkeys((one.field.name, one.operator) for one in query.criteria):
        members = [one for one in query.criteria if (one.field.name, one.operator) == (name, operator)]
        key = members[0].key
        found.append(Chip(in_words(members)[0], [pair for pair in pairs if pair[0] != key]))
    return found
