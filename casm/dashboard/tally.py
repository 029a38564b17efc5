"""Every class counted in one statement: rows of a class, an owner, an agency and a handling, figure by figure."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, String, Uuid, cast, func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from casm.dashboard.conditions import conditions_of
from casm.dashboard.importance import important_fields
from casm.dashboard.scope import Scope
from casm.editing.record_class import RecordClass, record_classes
from casm.editing.rights import Rights
from casm.exchange.marking import EXERCISE, KindOfRows


@dataclass(frozen=True)
class Tally:
    """Records in use that are alike in class, owner, agency and handling. counts: figure → how many."""

    record_class: str
    owner_id: uuid.UUID
    agency_id: uuid.UUID | None
    sensitivity: str
    exercise: bool
    counts: Counter[str] = field(repr=False)


def counted_classes(rights: Rights) -> list[RecordClass]:
    """Classes that stand for something by themselves, and parts that have important fields, as the viewer may see."""
    return [
        one for one in record_classes()
        if rights.may_see_class(one) and (not one.part_of or important_fields(one.name))
    ]  # fmt: skip


def read_tallies(session: Session, scope: Scope, classes: Iterable[RecordClass], as_of: date) -> list[Tally]:
    """What the viewer sees of the scope, counted; one statement whatever the number of classes."""
    wanted = list(classes)
    if not wanted:
        return []
    parts = union_all(*(_grouped(one, scope, as_of) for one in wanted)).subquery()
    keys = {one.name: list(conditions_of(one, as_of)) for one in wanted}
    return [
        Tally(
            row.record_class, row.owner_id, row.agency_id, row.sensitivity, row.exercise,
            Counter(dict(zip(keys[row.record_class], row.counts, strict=True))),
        )
        for row in session.execute(select(parts))
    ]  # fmt: skip


def _grouped(record_class: RecordClass, scope: Scope, as_of: date) -> Select[Any]:
    mapped = record_class.mapped
    agency = getattr(mapped, "agency_id", None)
    agency_id = cast(null(), Uuid) if agency is None else agency
    counts = [func.count().filter(one) for one in conditions_of(record_class, as_of).values()]
    by = [mapped.owner_id, mapped.sensitivity, *([] if agency is None else [agency])]
    return (
        select(
            literal(record_class.name, String).label("record_class"),
            mapped.owner_id.label("owner_id"),
            agency_id.label("agency_id"),
            mapped.sensitivity.label("sensitivity"),
            func.bool_or(func.coalesce(mapped.remarks, "").contains(EXERCISE)).label("exercise"),
            array(counts, type_=BigInteger).label("counts"),
        )
        .where(mapped.status != "retired", scope.holds(mapped.owner_id))
        .group_by(*by)
    )


def kinds(tallies: Iterable[Tally], scope: Scope, codes: dict[uuid.UUID, str]) -> Iterator[KindOfRows]:
    """What the marking needs of all that was counted."""
    for one in tallies:
        exercise = one.exercise or EXERCISE in scope.names.get(one.owner_id, "")
        yield KindOfRows(one.sensitivity, exercise, (codes[one.owner_id],) if one.owner_id in codes else ())


def summed(tallies: Iterable[Tally]) -> Counter[str]:
    """Figures of several tallies together."""
    total: Counter[str] = Counter()
    for one in tallies:
        total.update(one.counts)
    return total
