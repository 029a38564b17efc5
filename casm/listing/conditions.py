"""Conditions of a filter as SQL: columns by the fields' own definition, every value bound, hidden parts never asked.

What a field of a part is compared with are the parts that the viewer sees. A part that is said to be missing is looked
for only at owners whose parts are seen, so that what is hidden is never told from what is not there.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ARRAY, Float, String, Uuid, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from casm.custom_fields.conditions import having, lacking
from casm.editing.faults import FieldFault
from casm.editing.record_class import RecordClass, record_class_of
from casm.intake.fields import OWNER_MARK
from casm.inventory.owner import Owner
from casm.inventory.owner_code import within
from casm.listing.criterion import Criterion, CriterionFault
from casm.listing.list_field import (
    CHOICES,
    COORDINATE,
    DATE,
    LIST,
    MOMENT,
    NUMBER,
    OWNER,
    REFERENCE,
    SQUELCH,
    TEXT,
    ListField,
)
from casm.sharing.limit import Expression, among

MOST_NAMED = 1000
MOST_WORDS = 8
# Figures are stored as they were converted; a bound means them up to the last digit of any unit.
ROUNDING = 5e-7
# Columns by which people look for a record beside its names.
LOOKED_IN = ("call_sign", "label", "zone", "designation")

Found = Mapping[str, frozenset[uuid.UUID]]


@dataclass(frozen=True)
class Conditions:
    """A filter ready to be asked: criteria, words of a search, and the ids that names in them stand for."""

    record_class: RecordClass
    criteria: tuple[Criterion, ...] = ()
    search: str = ""
    ids: Found = field(default_factory=dict)

    def of(self, entity: Any) -> list[Expression]:
        """What rows of the class' mapped entity, or of an alias of it, must meet."""
        own = [one for one in self.criteria if one.field.part_key is None]
        parts: dict[str, list[Criterion]] = defaultdict(list)
        for one in self.criteria:
            if one.field.part_key is not None:
                parts[one.field.record_class.name].append(one)
        found = [*self._all_of(entity, own), *_holds(self.record_class, entity, self.search)]
        if not any(one.field.name == "status" for one in own):
            found.append(entity.status != "retired")
        for members in parts.values():
            found += self._of_part(entity, members)
        return found

    def _all_of(self, entity: Any, criteria: Iterable[Criterion]) -> Iterator[Expression]:
        """Every condition; of several values that a field is to be, one is enough."""
        alternatives: dict[str, list[Expression]] = defaultdict(list)
        for one in criteria:
            told = self._one(entity, one)
            if one.operator == "is":
                alternatives[one.field.name].append(told)
            else:
                yield told
        for members in alternatives.values():
            yield or_(*members) if len(members) > 1 else members[0]

    def _of_part(self, entity: Any, members: Sequence[Criterion]) -> Iterator[Expression]:
        """A record has a part that meets all of them, or none that tells a field said to be missing."""
        one = members[0].field
        missing = [member for member in members if member.operator == "missing" and member.value]
        if len(missing) < len(members):
            part = aliased(one.record_class.mapped)
            rest = [member for member in members if member not in missing]
            yield self._exists(entity, part, one, self._all_of(part, rest))
        for member in missing:
            part = aliased(one.record_class.mapped)
            told = _column(part, member.field).is_not(None)
            yield and_(~self._exists(entity, part, one, [told]), entity.owner_id == func.any(seen_owners(one)))

    @staticmethod
    def _exists(entity: Any, part: Any, one: ListField, told: Iterable[Expression]) -> Expression:
        found = select(literal(1)).where(
            getattr(part, str(one.part_key)) == entity.id, part.owner_id == entity.owner_id, part.status != "retired",
            *told,
        )  # fmt: skip
        return found.correlate(entity).exists()

    def _one(self, entity: Any, one: Criterion) -> Expression:
        definition = one.field.added
        if definition is None:
            return self._compared(entity, _column(entity, one.field), one)
        if (one.operator == "missing" and one.value) or (one.operator == "is" and one.value is None):
            return lacking(entity, definition)
        return having(entity, definition, lambda column: self._compared(entity, column, one))

    def _compared(self, entity: Any, column: Any, one: Criterion) -> Expression:
        value = one.value
        if one.operator == "missing":
            return column.is_(None) if value else column.is_not(None)
        if one.field.kind in (REFERENCE, OWNER):
            return among(column, self.ids[name_key(one)])
        if one.field.kind == TEXT:
            return _text(column, one.operator, value)
        if one.field.kind == LIST:
            return func.array_to_string(column, "\n").icontains(value, autoescape=True)
        if one.field.kind == CHOICES:
            return column.contains([value])
        if one.field.kind == NUMBER:
            return _number(column, one.operator, value)
        if one.field.kind == COORDINATE:
            axis = func.ST_Y(column) if one.field.name.endswith("latitude") else func.ST_X(column)
            return _bound(axis, one.operator, value)
        if one.field.kind == MOMENT:
            return _moment(column, one.operator, value)
        if one.field.kind == SQUELCH:
            side = one.field.column.partition("_")[0]
            return and_(*(getattr(entity, name) == told for name, told in value.columns(side).items()
                          if told is not None))  # fmt: skip
        if one.field.kind == DATE and one.operator != "is":
            return _bound(column, one.operator, value)
        return column.is_(value) if value is None or isinstance(value, bool) else column == value


def _column(entity: Any, one: ListField) -> Any:
    return getattr(entity, one.column)


def _text(column: Any, operator: str, value: str) -> Expression:
    if operator == "contains":
        return column.icontains(value, autoescape=True)
    if operator == "starts":
        return column.istartswith(value, autoescape=True)
    # As it is written, or in one of the usual ways of capitals: comparing texts is leakproof, folding them is not.
    return column.in_(sorted({value, value.upper(), value.lower(), value.title(), value.capitalize()}))


def _number(column: Any, operator: str, value: Any) -> Expression:
    slack = ROUNDING if isinstance(column.type, Float) else 0
    if operator == "is":
        return column.between(value[0] - slack, value[1] + slack) if slack else column.between(*value)
    return column >= value - slack if operator == "from" else column <= value + slack


def _bound(column: Any, operator: str, value: Any) -> Expression:
    return {"from": column >= value, "to": column <= value, "before": column < value}[operator]


def _moment(column: Any, operator: str, day: Any) -> Expression:
    """Moments of a day are those of the day in UTC."""
    begins = datetime.combine(day, time(), UTC)
    if operator == "from":
        return column >= begins
    return column < (begins if operator == "before" else begins + timedelta(days=1))


def seen_owners(one: ListField) -> Any:
    """The owners of whom the asker sees the table that a field stands in."""
    asked = func.casm_sec.visible_owners(one.record_class.asset_class, one.record_class.field_class)
    return cast(select(asked).scalar_subquery(), ARRAY(Uuid))


def _holds(record_class: RecordClass, entity: Any, search: str) -> list[Expression]:
    """A condition for each word of a search: one of the class' names holds it, whatever its case."""
    table = record_class.shape.table
    wanted = [*record_class.name_columns, *LOOKED_IN]
    columns = [getattr(entity, name) for name in dict.fromkeys(wanted) if name in table.c]
    if record_class.shape.aliases:
        columns.append(func.array_to_string(getattr(entity, record_class.shape.aliases), " "))
    return [
        or_(*(cast(column, String).icontains(word, autoescape=True) for column in columns))
        for word in search.split()[:MOST_WORDS]
    ]


def name_key(one: Criterion) -> str:
    """What the ids of a name in a criterion are kept by."""
    return f"{one.field.name}={one.text}"


def find_names(session: Session, criteria: Iterable[Criterion]) -> dict[str, frozenset[uuid.UUID]]:
    """The ids of the records and owners that criteria name, among those the viewer sees.

    CriterionFault where a name fits too many, or no owner.
    """
    found = {}
    for one in criteria:
        if one.operator == "is" and one.field.kind == REFERENCE:
            found[name_key(one)] = _records_named(session, one)
        elif one.operator == "is" and one.field.kind == OWNER:
            found[name_key(one)] = _owners_named(session, one)
    return found


def _records_named(session: Session, one: Criterion) -> frozenset[uuid.UUID]:
    target = record_class_of(one.field.target or "")
    owner, mark, name = one.text.rpartition(OWNER_MARK)
    conditions = _holds(target, target.mapped, name)
    if mark:
        conditions.append(target.mapped.owner_id.in_(select(Owner.id).where(Owner.code == owner.strip().lower())))
    ids = session.scalars(select(target.mapped.id).where(*conditions).limit(MOST_NAMED + 1)).all()
    if len(ids) > MOST_NAMED:
        raise CriterionFault(
            FieldFault(one.field.name, f"more than {MOST_NAMED:,} {target.plural} go by this", "write more of the name")
        )
    return frozenset(ids)


def _owners_named(session: Session, one: Criterion) -> frozenset[uuid.UUID]:
    """The owners of a code or a name, with all below them."""
    plain = one.text.lower()
    named = or_(Owner.code == plain, func.lower(Owner.name) == plain)
    codes = session.scalars(select(Owner.code).where(named)).all()
    if not codes:
        codes = session.scalars(select(Owner.code).where(Owner.name.icontains(one.text, autoescape=True))).all()
    if not codes:
        raise CriterionFault(
            FieldFault(one.field.name, "there is no owner of this name or code that you know of",
                       "write its name, or its code as us.tn.campbell")
        )  # fmt: skip
    return frozenset(session.scalars(select(Owner.id).where(or_(*map(within, codes)))))
