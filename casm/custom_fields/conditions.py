"""Records by what they have in a field that an owner added: conditions and sort keys for a SELECT of the class.

Each finds values by owner and field, so that the wall's comparison and the field's come from one index. Only texts are
searched within, among the values of that field that the viewer sees.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, literal, select
from sqlalchemy.orm import aliased

from casm.custom_fields.definitions import Definition, field_of
from casm.intake.cell import Cell, CellError, tidy
from casm.inventory.custom_field import CHOICE, DATE, DECIMAL, TEXT, WHOLE, CustomValue

# How a field can be compared, by its kind: "known" and "unknown" ask for no text.
EQUALS, HOLDS, AT_LEAST, AT_MOST, KNOWN, UNKNOWN = "equals", "holds", "at least", "at most", "known", "unknown"
ORDERED = (WHOLE, DECIMAL, DATE)


def comparisons_of(one: Definition) -> tuple[str, ...]:
    """The comparisons that a field of its kind knows."""
    own = (HOLDS,) if one.kind in (TEXT, CHOICE) else (AT_LEAST, AT_MOST) if one.kind in ORDERED else ()
    return (EQUALS, *own, KNOWN, UNKNOWN)


def matches(mapped: Any, one: Definition, comparison: str, text: str = "") -> ColumnElement[bool]:
    """The condition that a record of ``mapped`` (class or alias) compares so with what a person typed.

    CellError with reason and mend when the text is none of the field's, ValueError for an unknown comparison.
    """
    if comparison not in comparisons_of(one):
        raise ValueError(f"a field of kind {one.kind} is not compared by {comparison!r}")
    value = aliased(CustomValue)
    column = getattr(value, one.column)
    if comparison in (KNOWN, UNKNOWN):
        known = _of(mapped, value, one, column.is_not(None))
        return known if comparison == KNOWN else ~known
    if comparison == HOLDS:
        words = tidy(text)
        if not words:
            raise CellError("nothing is written to look for", "write a part of the text")
        return _of(mapped, value, one, column.icontains(words, autoescape=True))
    wanted = field_of(one).parse(Cell(tidy(text)))
    compared = column >= wanted if comparison == AT_LEAST else column <= wanted if comparison == AT_MOST else None
    return _of(mapped, value, one, column == wanted if compared is None else compared)


def holds_word(mapped: Any, definitions: list[Definition], word: str) -> ColumnElement[bool] | None:
    """The condition that any text field holds a word, whatever its case; None where the class has no text field."""
    ids = [one.id for one in definitions if one.kind in (TEXT, CHOICE)]
    if not ids:
        return None
    value = aliased(CustomValue)
    return _exists(
        mapped, value, and_(value.custom_field_id.in_(ids), value.value_text.icontains(word, autoescape=True))
    )


def sort_key(mapped: Any, one: Definition) -> Any:
    """What records of ``mapped`` are ordered by; NULL where nothing is known."""
    value = aliased(CustomValue)
    return (
        select(getattr(value, one.column))
        .where(value.owner_id == mapped.owner_id, value.record_id == mapped.id, value.custom_field_id == one.id)
        .scalar_subquery()
    )


def _of(mapped: Any, value: Any, one: Definition, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return _exists(mapped, value, and_(value.custom_field_id == one.id, condition))


def _exists(mapped: Any, value: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(literal(1)).where(value.owner_id == mapped.owner_id, value.record_id == mapped.id, condition).exists()
    )
