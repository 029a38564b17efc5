"""The parts a limit on ORM reads is put together from."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Uuid, bindparam, false, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.cache_key import NO_CACHE, anon_map

Expression = ColumnElement[bool]


class Limit(LoaderCriteriaOption):
    """SQLAlchemy's with_loader_criteria, but also for aliases joined by a written-out ON, which it forgets."""

    _cache_key_traversal = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> Expression:
        criterion = super()._resolve_where_criteria(ext_info)
        return ext_info._adapter.traverse(criterion) if ext_info.is_aliased_class else criterion


class LimitsKey:
    """What two sights of one structure have in common, hashed once: a hash of the whole would cost milliseconds."""

    def __init__(self, parts: tuple[Any, ...]) -> None:
        self.parts, self.hashed = parts, hash(parts)

    def __hash__(self) -> int:
        return self.hashed

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, LimitsKey) and self.hashed == other.hashed and self.parts == other.parts
        )


class Limits(CriteriaOption):
    """Many limits as one option of a statement, whose part of the statement's cache key is worked out once.

    SQLAlchemy walks every option of every statement for its key, over a thousand expressions for all classes: 15 ms of
    each statement. A statement compiled for one viewer still serves the next, as the key says nothing of the values.
    """

    propagate_to_loaders = True
    inherit_cache = False
    _cache_key_traversal = ()

    def __init__(self, members: Iterable[LoaderCriteriaOption]) -> None:
        self.members = tuple(members)
        names, self.values = anon_map(), list[BindParameter[Any]]()
        parts = tuple(one._gen_cache_key(names, self.values) for one in self.members)
        self.cached = NO_CACHE not in names
        self.key = _one_of_each(parts) if self.cached else None

    def _gen_cache_key(self, names: anon_map, values: list[BindParameter[Any]]) -> tuple[Any, ...] | None:
        if not self.cached:
            names[NO_CACHE] = True
            return None
        values.extend(self.values)
        return (Limits, self.key)

    def process_compile_state(self, compile_state: Any) -> None:
        """As SQLAlchemy asks of each option when it compiles a statement."""
        for one in self.members:
            one.process_compile_state(compile_state)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        """The same, where a statement's entities were replaced."""
        for one in self.members:
            one.process_compile_state_replaced_entities(compile_state, mapper_entities)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        """The same, for mass changes."""
        for one in self.members:
            one.get_global_criteria(attributes)


@lru_cache(maxsize=256)
def _one_of_each(parts: tuple[Any, ...]) -> LimitsKey:
    return LimitsKey(parts)


def among(column: Any, owner_ids: Collection[UUID]) -> Expression:
    """Whether an owner is one of a set."""
    return column == func.any(owner_array(owner_ids)) if owner_ids else false()


def owner_array(owner_ids: Iterable[UUID]) -> Any:
    """Owner ids as one bound array; the same for the same owners, so that a statement binds it once."""
    return _one_array(frozenset(owner_ids))


@lru_cache(maxsize=1024)
def _one_array(owner_ids: frozenset[UUID]) -> Any:
    return bindparam(None, sorted(owner_ids), type_=ARRAY(Uuid), unique=True)
