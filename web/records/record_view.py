"""The fields of a record as its page reads them: in words, in the reader's units, references as links."""

from dataclasses import dataclass

from flask import url_for

from casm.editing.labels import term_words
from casm.editing.own_units import GRID_LABEL, USNG, OwnUnits, grid_reference
from casm.editing.read_record import Record
from geo.units import m_to_ft
from web.own_units import own_units


@dataclass(frozen=True)
class FieldLine:
    """One field. href: where a reference leads; note: whose the record is that it names, or that it is retired."""

    name: str
    group: str
    label: str
    text: str
    href: str | None = None
    note: str = ""
    long: bool = False


def field_lines(record: Record, own: OwnUnits | None = None) -> list[FieldLine]:
    """Every field that stands for something, in the form's order; own: in these units, by default the reader's."""
    own = own if own is not None else own_units()
    by_grid = own.position_notation == USNG
    return [
        _line(record, number, own)
        for number, one in enumerate(record.fields)
        if (one.columns or one.added) and one.name != "datum" and not (by_grid and one.name == "longitude")
    ]


def _line(record: Record, number: int, own: OwnUnits) -> FieldLine:
    one = record.fields[number]
    text = record.texts[one.name]
    if one.name == "latitude" and own.position_notation == USNG:
        return FieldLine(one.name, one.group, GRID_LABEL, grid_reference(text, record.texts["longitude"]) or "")
    if one.name in record.record_class.shape.references and text:
        named = record.named(one)
        if named is None:
            return FieldLine(one.name, one.group, one.label, text, note="you may not see it, or it is gone")
        href = url_for("records.record", name=named.record_class, record_id=named.id)
        notes = [named.owner_name] if named.owner_id != record.owner.id else []
        return FieldLine(
            one.name, one.group, one.label, named.shown, href, ", ".join([*notes, *(["retired"] * named.retired)])
        )
    if one.terms and not one.added:
        text = "; ".join(term_words(term) for term in text.split("; ")) if text else ""
    value = record.columns.get(one.name)
    if own.unit_of(one.name) or one.name == "latitude" or one.name == "longitude":
        text = own.shown(one.name, text)
    elif one.name.endswith("_m") and "ft" in one.units and isinstance(value, int | float):
        text = f"{text} ({m_to_ft(value):,.0f} ft)"
    if one.kind == "area" and text:
        text = "drawn; see the map"
    return FieldLine(one.name, one.group, one.label, text, long="\n" in text)
