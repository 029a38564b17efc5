"""The parts a limit on ORM reads is put together from."""

from typing import Any

from sqlalchemy import ColumnElement, Uuid, bindparam, false, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm.util import LoaderCriteriaOption

Expression = ColumnElement[bool]


class Limit(LoaderCriteriaOption):
    """SQLAlchemy's with_loader_criteria, but also for aliases joined by a written-out ON, which it forgets."""

    _cache_key_traversal = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> Expression:
        criterion = super()._resolve_where_criteria(ext_info)
        return ext_info._adapter.traverse(criterion) if ext_info.is_aliased_class else criterion


def among(column: Any, owner_ids: Any) -> Expression:
    """Whether an owner is one of a set."""
    return column == func.any(owner_array(owner_ids)) if owner_ids else false()


def owner_array(owner_ids: Any) -> Any:
    """Owner ids as one bound array."""
    return bindparam(None, sorted(owner_ids), type_=ARRAY(Uuid), unique=True)
