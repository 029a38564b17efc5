"""The application's own wall around what hangs on records: values of fields that owners add, and files.

Each is seen by who sees the record, a sensitive one by who sees the record's sensitive fields; files never by a link.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from casm.inventory.attachment import Attachment, AttachmentContent
from casm.inventory.custom_field import CustomField, CustomValue
from casm.sharing.asset_class import RECORD_CLASSES
from casm.sharing.limit import Expression, Limit, among
from casm.sharing.sight import Scope, Sight
from casm.sharing.viewer import PUBLIC_OWNER_ID

# (class, owner column, record column, scope) → whether the record lies in the scope's area; None: it lies nowhere.
LiesIn = Callable[[str, Any, Any, Scope], Expression | None]
Shown = tuple[bool, frozenset[UUID], tuple[Scope, ...]]


def attached_limits(sight: Sight, field_class_of_table: Mapping[str, str], lies_in: LiesIn) -> Iterator[Limit]:
    """One loader option for each of those classes."""
    known_owners = select(func.unnest(func.casm_sec.known_owners(type_=ARRAY(Uuid))))
    without_links = Sight(tuple(scope for scope in sight.scopes if scope.via != "link"))
    files = Attachment.__table__.alias()
    of_a_file = seen_attached(files.c, without_links, field_class_of_table, lies_in)
    content_seen = (
        select(literal(1))
        .where(
            files.c.owner_id == AttachmentContent.owner_id, files.c.id == AttachmentContent.attachment_id, of_a_file
        )
        .correlate_except(files)
        .exists()
    )
    limits = {
        CustomField: CustomField.owner_id.in_(known_owners),
        CustomValue: seen_attached(CustomValue, sight, field_class_of_table, lies_in),
        Attachment: seen_attached(Attachment, without_links, field_class_of_table, lies_in),
        AttachmentContent: content_seen,
    }
    for entity, shown in limits.items():
        yield Limit(entity, shown, include_aliases=True)


def seen_attached(of: Any, sight: Sight, field_class_of_table: Mapping[str, str], lies_in: LiesIn) -> Expression:
    """What hangs on records that a sight shows; of: the class, or its table's columns. Classes alike go together."""
    alike: dict[tuple[str, tuple[Shown, ...]], list[str]] = defaultdict(list)
    for asset_class in RECORD_CLASSES:
        own = field_class_of_table.get(asset_class, "public")
        for field_class, needed in (("public", (own,)), ("sensitive", (own, "sensitive"))):
            alike[field_class, tuple(shown(sight, asset_class, one) for one in needed)].append(asset_class)
    parts: list[Expression] = [false()]
    for (field_class, needed), classes in alike.items():
        if any(any(one) for one in needed):
            whose = [among_shown(of, one, classes, lies_in) for one in needed]
            parts.append(and_(of.record_class.in_(classes), of.field_class == field_class, *whose))
    return or_(*parts)


def shown(sight: Sight, asset_class: str, field_class: str) -> Shown:
    """(everybody's, of these owners, within these areas): what a sight shows of a class in a field class."""
    everybody = sight.everybody(asset_class, field_class)
    return everybody, sight.owners(asset_class, field_class), tuple(sight.limited(asset_class, field_class))


def among_shown(of: Any, what: Shown, classes: list[str], lies_in: LiesIn) -> Expression:
    """Whether the record is among what is shown of its class."""
    everybody, owner_ids, limited = what
    parts = [among(of.owner_id, owner_ids)]
    if everybody:
        parts.append(of.owner_id != PUBLIC_OWNER_ID)
    for scope in limited:
        for asset_class in classes:
            inside = lies_in(asset_class, of.owner_id, of.record_id, scope)
            if inside is not None:
                parts.append(and_(of.record_class == asset_class, among(of.owner_id, scope.owner_ids), inside))
    return or_(*parts)
