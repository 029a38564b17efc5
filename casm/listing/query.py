"""What is asked of a table, as an address says it: conditions, order, columns, and where the page before ended."""

import base64
import binascii
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from casm.editing.faults import FieldFault, FieldFaults
from casm.editing.record_class import RecordClass, record_class_of
from casm.inventory.custom_field import CustomValue
from casm.listing.columns import usual_columns
from casm.listing.criterion import Criterion, CriterionFault, criterion
from casm.listing.list_field import OWNER, PART_MARK, REFERENCE, ListField, by_name, list_fields

MOST_CRITERIA = 40
MOST_COLUMNS = 40
LONGEST_SEARCH = 200
SEARCH, SORT, COLUMNS, AFTER, RETIRED = "search", "sort", "columns", "after", "retired"

# Sorted by the names of other records, which no index of this table knows.
BY_NAME = frozenset({REFERENCE, OWNER})

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Place:
    """The last row of the page before: its value in the sorted column (None: not known) and its id."""

    value: Any
    id: uuid.UUID


@dataclass(frozen=True)
class ListQuery:
    """What is asked of a table. down: from the highest to the lowest. after: begin behind this row."""

    record_class: RecordClass
    criteria: tuple[Criterion, ...]
    search: str
    sort: ListField
    down: bool
    columns: tuple[ListField, ...]
    after: Place | None = None

    def pairs(self, *, paged: bool = False) -> list[tuple[str, str]]:
        """The query as an address writes it; paged: with the place it is at."""
        found = [(one.key, one.text) for one in self.criteria]
        if self.search:
            found.append((SEARCH, self.search))
        usual = usual_columns(self.record_class.name)
        if (self.sort.name, self.down) != (usual_sort(self.record_class), False):
            found.append((SORT, f"-{self.sort.name}" if self.down else self.sort.name))
        if tuple(one.name for one in self.columns) != usual:
            found.append((COLUMNS, ",".join(one.name for one in self.columns)))
        if paged and self.after is not None:
            found.append((AFTER, place_text(self.after)))
        return found

    def at(self, place: Place | None) -> "ListQuery":
        """The same, beginning behind a row."""
        return replace(self, after=place)


def usual_sort(record_class: RecordClass) -> str:
    """The field that a table is sorted by unless another is asked for: what records are called."""
    fields = [one for one in list_fields(record_class.name) if one.sortable and one.kind not in BY_NAME]
    return next((one.name for one in fields if one.name in record_class.name_columns), "created_at")


def query_of(name: str, fields: Iterable[ListField], given: Pairs) -> ListQuery:
    """The query that an address states. fields: those the asker is shown.

    FieldFaults tells everything that cannot be understood; names without a dot that mean nothing here are passed over.
    """
    record_class, known = record_class_of(name), by_name(fields)
    faults: list[FieldFault] = []
    criteria: list[Criterion] = []
    single = dict(given)
    for key, text in given:
        if PART_MARK not in key or not text.strip():
            continue
        field_name, _, operator = key.rpartition(PART_MARK)
        one = known.get(field_name)
        if one is None:
            faults.append(_unknown(field_name, known))
            continue
        try:
            criteria.append(criterion(one, operator, text))
        except CriterionFault as error:
            faults.append(error.fault)
    if single.get(RETIRED) == "yes" and not any(one.field.name == "status" for one in criteria):
        criteria.append(criterion(known["status"], "is", "retired"))
    if len(criteria) > MOST_CRITERIA:
        faults.append(FieldFault(None, "this is a filter of too many conditions", f"state at most {MOST_CRITERIA}"))
    sort, down = _sort(record_class, known, single.get(SORT, ""), faults)
    columns = _columns(record_class, known, single.get(COLUMNS, ""), faults)
    after = _place(single.get(AFTER, ""), sort, faults)
    search = " ".join(single.get(SEARCH, "").split())[:LONGEST_SEARCH]
    if not search.isprintable():
        faults.append(FieldFault(SEARCH, "this holds characters that no record has", "type it anew"))
    if faults:
        raise FieldFaults(tuple(faults), single)
    once = {(one.key, one.text): one for one in criteria}
    return ListQuery(record_class, tuple(once.values()), search, sort, down, columns, after)


def _unknown(name: str, known: dict[str, ListField]) -> FieldFault:
    return FieldFault(name[:60], "this is no field of the table", f"use one of: {', '.join(known)}")


def _sort(
    record_class: RecordClass, known: dict[str, ListField], told: str, faults: list[FieldFault]
) -> tuple[ListField, bool]:
    usual = known[usual_sort(record_class)]
    if not told:
        return usual, False
    one = known.get(told.removeprefix("-"))
    if one is None or not one.sortable:
        able = ", ".join(name for name, field in known.items() if field.sortable)
        faults.append(FieldFault(SORT, "the table cannot be sorted by this", f"use one of: {able}"))
        return usual, False
    return one, told.startswith("-")


def _columns(
    record_class: RecordClass, known: dict[str, ListField], told: str, faults: list[FieldFault]
) -> tuple[ListField, ...]:
    if not told:
        return tuple(known[name] for name in usual_columns(record_class.name) if name in known)
    wanted = list(dict.fromkeys(name.strip() for name in told.split(",") if name.strip()))
    for name in wanted:
        if name not in known:
            faults.append(FieldFault(COLUMNS, f"{name[:60]} is no field of the table", f"use: {', '.join(known)}"))
    if len(wanted) > MOST_COLUMNS:
        faults.append(FieldFault(COLUMNS, "these are too many columns", f"choose at most {MOST_COLUMNS}"))
    return tuple(known[name] for name in wanted if name in known)


def place_text(place: Place) -> str:
    """A place as an address has it. It is no secret and no permission: whoever alters it begins elsewhere."""
    value = place.value
    told: Any = value.isoformat() if isinstance(value, date | datetime) else value
    told = {"n": str(value)} if isinstance(value, Decimal) else told
    told = {"u": str(value)} if isinstance(value, uuid.UUID) else told
    return base64.urlsafe_b64encode(json.dumps([told, place.id.hex]).encode()).decode().rstrip("=")


def _place(text: str, sort: ListField, faults: list[FieldFault]) -> Place | None:
    if not text:
        return None
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Place(_value(value, sort), uuid.UUID(row_id))
    except (ValueError, TypeError, AttributeError, ArithmeticError, binascii.Error, RecursionError):
        faults.append(FieldFault(AFTER, "this page of the table does not exist", "begin again at its first page"))
        return None


def _value(told: Any, sort: ListField) -> Any:
    """A value of the sorted column as its page's address has it; ValueError for any of another kind."""
    if told is None:
        return None
    if isinstance(told, dict):
        return Decimal(told["n"]) if "n" in told else uuid.UUID(told["u"])
    table = sort.record_class.shape.table if sort.added is None else CustomValue.__table__
    kind = table.c[sort.column].type.python_type
    if sort.kind in BY_NAME:
        kind = str
    if kind is datetime:
        return datetime.fromisoformat(told)
    if kind is date:
        return date.fromisoformat(told)
    if kind is float and isinstance(told, int | float) and not isinstance(told, bool):
        return float(told)
    if kind is int and abs(told) >= 2**63:
        raise ValueError(told)
    if type(told) is not kind or (kind is str and "\0" in told):
        raise ValueError(told)
    return told
