"""The application's own wall around what is no inventory: history, imports, jobs, roles, grants and links.

Each says in the application's words what the database's policy of that table says.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, and_, false, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from casm.intake.batch_record import ImportBatch, ImportProblem
from casm.inventory.history import History
from casm.jobs.job import Job
from casm.notices.notice import Notice
from casm.proposals.proposal import Proposal, ProposalRule
from casm.quality.dismissal_record import FindingDismissal
from casm.quality.merge_record import RecordMerge
from casm.sharing.asset_class import CLASS_OF_TABLE, RECORD_CLASSES
from casm.sharing.grant import SharingGrant
from casm.sharing.limit import Expression, Limit, among
from casm.sharing.membership import Membership
from casm.sharing.rights import managed
from casm.sharing.share_link import ShareLink
from casm.sharing.sight import Scope, Sight
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, PUBLIC_OWNER_ID

# No asset class: what takes a role over all of them.
EVERY_CLASS = None


def work_limits(sight: Sight, field_class_of_table: dict[str, str]) -> Iterator[Limit]:
    """One loader option for each of those classes; field_class_of_table: tables of other fields than public ones."""
    grants_in_use = select(func.unnest(func.casm_sec.grants_in_use(type_=ARRAY(Uuid))))
    own_work = belongs(Job.owner_id, sight, EVERY_CLASS)
    limits = {
        Membership: or_(managed(Membership.owner_id), Membership.account_id == asker("account_id")),
        SharingGrant: or_(managed(SharingGrant.owner_id), SharingGrant.id.in_(grants_in_use)),
        ShareLink: or_(managed(ShareLink.owner_id), ShareLink.id.in_(grants_in_use)),
        History: seen_history(sight, field_class_of_table),
        ImportBatch: belongs(ImportBatch.owner_id, sight, EVERY_CLASS),
        ImportProblem: and_(
            belongs(ImportProblem.owner_id, sight, EVERY_CLASS),
            or_(
                *(
                    and_(ImportProblem.field_class == name, belongs(ImportProblem.owner_id, sight, EVERY_CLASS, name))
                    for name in FIELD_CLASSES
                )
            ),
        ),
        Job: or_(own_work, Job.requested_by == asker("actor")),
        FindingDismissal: seen_by_class(FindingDismissal, sight),
        RecordMerge: seen_by_class(RecordMerge, sight),
        ProposalRule: managed(ProposalRule.owner_id),
        Proposal: or_(
            concerns(Proposal, [scope for scope in sight.scopes if scope.may_write]),
            and_(Proposal.account_id == asker("account_id"), concerns(Proposal, as_they_are(sight))),
        ),
        Notice: and_(
            Notice.account_id == asker("account_id"),
            or_(Notice.asset_class.is_(None), concerns(Notice, as_they_are(sight))),
        ),
    }
    for entity, shown in limits.items():
        yield Limit(entity, shown, include_aliases=True)


def as_they_are(sight: Sight) -> list[Scope]:
    """Scopes that show rows themselves, not only about where they are."""
    return [scope for scope in sight.scopes if scope.precision_m == 0 and scope.via != "program writes"]


def concerns(about: Any, scopes: list[Scope]) -> Expression:
    """Whether a row about records of an owner, a class and classes of field is within one of these scopes."""
    parts: list[Expression] = [false()]
    for scope in scopes:
        everybody = scope.root_id == NATION_OWNER_ID and not scope.owner_ids
        wanted = [about.owner_id != PUBLIC_OWNER_ID if everybody else among(about.owner_id, scope.owner_ids)]
        if scope.asset_classes is not None:
            wanted.append(about.asset_class.in_(scope.asset_classes))
        wanted.append(about.field_classes.contained_by(sorted(scope.field_classes | {"public"})))
        parts.append(and_(*wanted))
    return or_(*parts)


def asker(function: str) -> Any:
    """What the database calls who asks, worked out once a statement."""
    return select(getattr(func.casm_sec, function)()).scalar_subquery()


def belongs(owner_id: Any, sight: Sight, asset_class: str | None, field_class: str = "public") -> Expression:
    """Whether the asker has a class of an owner's by a role of its own, never by a grant or a link."""
    own = [scope for scope in sight.scopes if by_role(scope, asset_class, field_class)]
    parts = [among(owner_id, frozenset().union(*(scope.owner_ids for scope in own)))]
    if any(scope.root_id == NATION_OWNER_ID and not scope.owner_ids for scope in own):
        parts.append(owner_id != PUBLIC_OWNER_ID)
    return or_(*parts)


def by_role(scope: Scope, asset_class: str | None, field_class: str) -> bool:
    """Whether a scope is a role or a program's own, over a class and a field class."""
    covers = scope.asset_classes is None or asset_class in scope.asset_classes
    return scope.via in ("membership", "program") and covers and field_class in scope.field_classes


def seen_by_class(entity: Any, sight: Sight) -> Expression:
    """Rows about records of a class and field class that the asker has by a role; classes alike are taken together."""
    alike: dict[tuple[str, tuple[int, ...]], list[str]] = defaultdict(list)
    for asset_class in RECORD_CLASSES:
        for field_class in FIELD_CLASSES:
            alike[field_class, held_by_role(sight, asset_class, field_class)].append(asset_class)
    parts: list[Expression] = [false()]
    for (field_class, held), classes in alike.items():
        if any(held):
            parts.append(
                and_(
                    entity.asset_class.in_(classes),
                    entity.field_class == field_class,
                    *has_both(entity.owner_id, sight, classes[0], field_class),
                )
            )
    return or_(*parts)


def held_by_role(sight: Sight, asset_class: str, field_class: str) -> tuple[int, ...]:
    """For each scope, whether it is a role over a class's public fields (1), over a field class of it (2), or both."""
    return tuple(
        by_role(scope, asset_class, "public") + 2 * by_role(scope, asset_class, field_class) for scope in sight.scopes
    )


def has_both(owner_id: Any, sight: Sight, asset_class: str, field_class: str) -> list[Expression]:
    """That the asker has an owner's class by a role, and the field class of it."""
    return [belongs(owner_id, sight, asset_class, of) for of in dict.fromkeys(("public", field_class))]


def seen_history(sight: Sight, field_class_of_table: dict[str, str]) -> Expression:
    """Former states of rows whose class and fields the asker has by a role; tables alike are taken together."""
    alike: dict[tuple[str, tuple[int, ...]], list[str]] = defaultdict(list)
    for table, asset_class in CLASS_OF_TABLE.items():
        field_class = field_class_of_table.get(table, "public")
        alike[field_class, held_by_role(sight, asset_class, field_class)].append(table)
    parts: list[Expression] = [false()]
    for (field_class, _held), tables in alike.items():
        parts.append(
            and_(
                History.table_name.in_(tables),
                History.field_class == field_class,
                *has_both(History.owner_id, sight, CLASS_OF_TABLE[tables[0]], field_class),
            )
        )
    definitions = and_(History.table_name == "custom_field", managed(History.owner_id))
    return or_(*parts, *attached_history(sight, field_class_of_table), definitions)


def attached_history(sight: Sight, field_class_of_table: dict[str, str]) -> Iterator[Expression]:
    """Former states of what hangs on records, by the class of the record and the field class of the entry."""
    alike: dict[tuple[str, tuple[int, ...]], list[str]] = defaultdict(list)
    for asset_class in RECORD_CLASSES:
        own = field_class_of_table.get(asset_class, "public")
        held = tuple(by_role(s, asset_class, own) + 2 * by_role(s, asset_class, "sensitive") for s in sight.scopes)
        alike[own, held].append(asset_class)
    for (own, held), classes in alike.items():
        if any(held):
            yield and_(
                History.table_name.in_(("custom_value", "attachment")),
                History.before.op("->>", return_type=String)("record_class").in_(classes),
                belongs(History.owner_id, sight, classes[0], own),
                or_(History.field_class == "public", belongs(History.owner_id, sight, classes[0], "sensitive")),
            )
