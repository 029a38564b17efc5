"""The two statements that read a page of a table, made so that neither grows with what the viewer does not see.

The first takes at most 10,001 rows that meet the filter, in no order: when there are fewer it sorts them and knows how
many there are. Only when there are more does the second walk each visible owner's rows in the table's own order, by an
index of owner and column, and merges those walks; it never skips rows it has passed, so the hundredth page costs what
the first does. Neither has statistics of rows to go by (see 0001), so the second is told to walk and not to sort.
"""

from typing import Any

from sqlalchemy import Select, String, and_, cast, func, literal, or_, select, text, true, tuple_
from sqlalchemy.orm import Session, aliased

from casm.custom_fields.conditions import sort_key
from casm.db.tables import CustomValue, OwnedRow
from casm.editing.record_class import RecordClass, record_class_of
from casm.inventory.owner import Owner
from casm.listing.conditions import Conditions
from casm.listing.list_field import OWNER, REFERENCE, ListField
from casm.listing.query import ListQuery, Place
from casm.sharing.limit import Expression

PAGE_ROWS = 100
MOST_COUNTED = 10_000
WALK = text("SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)")
WALK_NO_MORE = text("SELECT set_config('enable_sort', 'on', true), set_config('enable_bitmapscan', 'on', true)")

Keyed = tuple[OwnedRow, Any]


def few_or_many(session: Session, query: ListQuery, conditions: Conditions, limit: int) -> tuple[int, list[Keyed]]:
    """(how many rows meet the filter, 10,001 for more; the first of them in order when they are no more than 10,000).

    Each row comes with its value in the sorted column.
    """
    mapped = query.record_class.mapped
    one = aliased(mapped)
    found = (
        select(one.id.label("id"), sort_value(one, query.sort).label("value"))
        .where(*conditions.of(one)).limit(MOST_COUNTED + 1).cte("found")
    )  # fmt: skip
    counted = select(func.count().label("total")).select_from(found).subquery()
    value, row_id = found.c.value, found.c.id
    order = [value.is_(None), *((value.desc(), row_id.desc()) if query.down else (value, row_id))]
    keys = select(row_id, value).where(*_behind(query, value, row_id)).order_by(*order).limit(limit).subquery()
    order = [keys.c.value.is_(None), *((keys.c.value.desc(), keys.c.id.desc()) if query.down
                                       else (keys.c.value, keys.c.id))]  # fmt: skip
    rows = session.execute(
        select(counted.c.total, keys.c.value, mapped).select_from(counted)
        .outerjoin(keys, true()).outerjoin(mapped, mapped.id == keys.c.id).order_by(*order)
    ).all()  # fmt: skip
    return rows[0].total, [(row[2], row.value) for row in rows if row[2] is not None]


def _behind(query: ListQuery, value: Any, row_id: Any) -> list[Expression]:
    """Behind the last row of the page before, what is not known after all that is."""
    place = query.after
    if place is None:
        return []
    further = row_id < place.id if query.down else row_id > place.id
    if place.value is None:
        return [and_(value.is_(None), further)]
    return [or_(value.is_(None), _beyond(query, value, row_id, place))]


def _beyond(query: ListQuery, value: Any, row_id: Any, place: Place) -> Expression:
    at = tuple_(literal(place.value, value.type), literal(place.id, row_id.type))
    here = tuple_(value, row_id)
    return here < at if query.down else here > at


def walk(session: Session, query: ListQuery, conditions: Conditions, limit: int) -> list[Keyed]:
    """The next rows in the table's order: those with a value first, then those whose value is not known."""
    session.execute(WALK)
    found: list[Keyed] = []
    place = query.after
    if place is None or place.value is not None:
        found = _fetch(session, walked(query, conditions, limit, known=True))
    if len(found) < limit and not query.sort.needed:
        found += _fetch(session, walked(query, conditions, limit - len(found), known=False))
    session.execute(WALK_NO_MORE)
    return found


def walked(query: ListQuery, conditions: Conditions, limit: int, *, known: bool) -> Select[Any]:
    """One owner's rows after the other's, each in order and no more than a page, merged into one page."""
    record_class = query.record_class
    one = aliased(record_class.mapped)
    owners = select(visible_owners(record_class).label("owner_id")).subquery()
    place, definition = query.after, query.sort.added
    # By a field that an owner added, its values are walked, and the records are looked up from them.
    value = aliased(CustomValue) if definition is not None and known else None
    column = sort_value(one, query.sort) if value is None else getattr(value, query.sort.column)
    row_id = one.id if value is None else value.record_id
    told = conditions.of(one)
    if value is None:
        told.append(one.owner_id == owners.c.owner_id)
    else:
        told += [value.owner_id == owners.c.owner_id, value.custom_field_id == definition.id]
    if known:
        told.append(column.is_not(None))
        order = [column, row_id]
        if place is not None:
            told.append(_beyond(query, column, row_id, place))
    else:
        told.append(column.is_(None))
        order = [one.id]
        if place is not None and place.value is None:
            told.append(one.id < place.id if query.down else one.id > place.id)
    order = [part.desc() for part in order] if query.down else order
    found = select(row_id.label("id"), column.label("value"))
    if value is not None:
        found = found.join_from(value, one, and_(one.id == row_id, one.owner_id == value.owner_id))
    each = found.where(*told).order_by(*order).limit(limit).lateral()
    merged = [each.c.value, each.c.id] if known else [each.c.id]
    merged = [part.desc() for part in merged] if query.down else merged
    keys = select(each.c.id, each.c.value).select_from(owners.join(each, true())).order_by(*merged).limit(limit)
    chosen = keys.subquery()
    final = [chosen.c.value, chosen.c.id] if known else [chosen.c.id]
    mapped = record_class.mapped
    return (
        select(mapped, chosen.c.value).join(chosen, chosen.c.id == mapped.id)
        .order_by(*(part.desc() if query.down else part for part in final))
    )  # fmt: skip


def visible_owners(record_class: RecordClass) -> Any:
    """One row for each owner of whom the asker sees rows of the class; the walls narrow what is read of them."""
    return func.unnest(func.casm_sec.visible_owners(record_class.asset_class, record_class.field_class))


def _fetch(session: Session, statement: Select[Any]) -> list[Keyed]:
    return [(row[0], row.value) for row in session.execute(statement)]


def sort_value(entity: Any, sort: ListField) -> Any:
    """What a row is sorted by: its column, or the name of the record or owner that the column refers to."""
    if sort.added is not None:
        return sort_key(entity, sort.added)
    column = getattr(entity, sort.column)
    if sort.kind == OWNER:
        return select(Owner.name).where(Owner.id == column).correlate(entity).scalar_subquery()
    if sort.kind == REFERENCE:
        target = record_class_of(sort.target or "")
        named = aliased(target.mapped)
        name = getattr(named, target.shape.names[0])
        return select(cast(name, String)).where(named.id == column).correlate(entity).scalar_subquery()
    return column
