"""What records have in fields that owners added, as the search finds it.

The index keeps a value on the shelf of its record's class and of its field class. What the application's wall holds
back of it (a sensitive one outside an area) is taken out here, before anything is counted.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from casm.custom_fields.stored_values import value_text
from casm.inventory.custom_field import ATTACHED_FIELD_CLASSES, TEXT, WHOLE, CustomField, CustomValue
from casm.search.entry import Entry
from casm.sharing.application_wall import FIELD_CLASS_OF_TABLE
from casm.sharing.asset_class import RECORD_CLASSES

TABLE = "custom_value"
# As what an entry of such a field stands in its record, by its field class.
COLUMNS = {f"custom.{one}": one for one in ATTACHED_FIELD_CLASSES}
SEARCHED_KINDS = (TEXT, WHOLE)

Matched = dict[uuid.UUID, list[tuple[CustomField, str]]]


def scopes() -> Iterator[tuple[str, str, str]]:
    """(column of the index, class of record, field class of its shelf) of what is searched.

    A sensitive field of a class that itself is of another field class needs both, which no shelf says: it is left out.
    """
    for name in RECORD_CLASSES:
        own = FIELD_CLASS_OF_TABLE.get(name, "public")
        yield f"{name}.public", name, own
        if own in ATTACHED_FIELD_CLASSES:
            yield f"{name}.sensitive", name, "sensitive"


def placed(table: str, column: str) -> tuple[str, str]:
    """(table, column) of an entry as the search tells it, from those of the index."""
    if table != TABLE:
        return table, column
    name, _, field_class = column.partition(".")
    return name, f"custom.{field_class}"


def seen_entries(session: Session, entries: list[Entry]) -> list[Entry]:
    """The entries without those of values that the viewer does not see; one query, none without such entries."""
    wanted = {entry.record_id for entry in entries if entry.column in COLUMNS}
    if not wanted:
        return entries
    seen = {
        (row.CustomValue.record_id, f"custom.{row.CustomValue.field_class}", word)
        for row in session.execute(_values(wanted)) for word in row.words
    }  # fmt: skip
    return [one for one in entries if one.column not in COLUMNS or (one.record_id, one.column, one.word) in seen]


def matched_values(session: Session, entries: Iterable[Entry]) -> Matched:
    """Record → (definition, its text) of each value that holds a word of the entries; one query, none without such."""
    words: dict[uuid.UUID, set[tuple[str, str]]] = defaultdict(set)
    for entry in entries:
        if entry.column in COLUMNS:
            words[entry.record_id].add((entry.column, entry.word))
    found: Matched = defaultdict(list)
    if not words:
        return found
    statement = _values(words, CustomField).join(CustomField, CustomField.id == CustomValue.custom_field_id)
    for value, held, definition in session.execute(statement.order_by(CustomField.label, CustomField.id)):
        if any((f"custom.{value.field_class}", word) in words[value.record_id] for word in held):
            told = value.value_text if value.value_text is not None else value.value_whole
            found[value.record_id].append((definition, value_text(definition, told)))
    return found


def _values(record_ids: Iterable[uuid.UUID], *more: Any) -> Any:
    written = func.coalesce(CustomValue.value_text, cast(CustomValue.value_whole, String))
    words = func.casm_sec.search_words("text", written, type_=ARRAY(String)).label("words")
    return select(CustomValue, words, *more).where(
        CustomValue.record_id.in_(list(record_ids)), CustomValue.kind.in_(SEARCHED_KINDS), written.is_not(None)
    )
