"""The dashboard of a jurisdiction: everything on it, read once, as its viewer may see it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.dashboard.changes import Change, read_changes
from casm.dashboard.ending import Ending, read_endings
from casm.dashboard.figures import ClassFigures, Sums, by_class, sums
from casm.dashboard.needs import Needs, read_needs
from casm.dashboard.places import Cluster, Outline, read_clusters, read_outlines
from casm.dashboard.scope import Scope, ScopeOwner, read_scope
from casm.dashboard.tally import Tally, counted_classes, kinds, read_tallies
from casm.editing.record_class import RecordClass
from casm.editing.rights import read_rights
from casm.exchange.marking import Marking, mark
from casm.inventory.agency import Agency
from casm.inventory.owner import Owner
from casm.proposals.proposal import Proposal
from casm.proposals.read_proposals import count_waiting


@dataclass(frozen=True)
class Branch:
    """An owner straight below the scope's, with all that is below it in turn."""

    owner: ScopeOwner
    owner_ids: frozenset[uuid.UUID] = field(repr=False)
    sums: Sums


@dataclass(frozen=True)
class AgencyLine:
    """What records of one class name one agency as theirs. name: None where the viewer does not see the agency."""

    agency_id: uuid.UUID
    name: str | None
    figures: ClassFigures


@dataclass(frozen=True)
class Dashboard:
    """classes: by class, those with records first in the inventory's own order. computed_at: when it was read."""

    scope: Scope
    as_of: date
    computed_at: datetime
    record_classes: tuple[RecordClass, ...]
    classes: dict[str, ClassFigures]
    branches: tuple[Branch, ...]
    agencies: tuple[AgencyLine, ...]
    endings: tuple[Ending, ...]
    needs: Needs
    clusters: tuple[Cluster, ...]
    outlines: tuple[Outline, ...]
    changes: tuple[Change, ...]
    waiting_proposals: int
    marking: Marking

    @property
    def sums(self) -> Sums:
        """Over all classes."""
        return sums(self.classes.values())


def read_dashboard(session: Session, code: str, *, as_of: date | None = None) -> Dashboard:
    """The dashboard of the owner with this code, its subtree included; ScopeMissing where the viewer knows none."""
    moment = datetime.now(UTC)
    as_of = as_of or moment.date()
    scope = read_scope(session, code)
    classes = counted_classes(read_rights(session))
    tallies = read_tallies(session, scope, classes, as_of)
    needs = read_needs(session, scope)
    owner_ids = {one.owner_id for one in tallies}
    named = session.execute(select(Owner.id, Owner.code).where(Owner.id.in_(owner_ids)))
    codes = {owner_id: code for owner_id, code in named}
    return Dashboard(
        scope=scope,
        as_of=as_of,
        computed_at=moment,
        record_classes=tuple(classes),
        classes=by_class(tallies),
        branches=tuple(_branches(scope, tallies)),
        agencies=tuple(_agencies(session, tallies)),
        endings=tuple(read_endings(session, scope, classes, as_of)),
        needs=needs,
        clusters=tuple(read_clusters(session, scope, as_of)),
        outlines=tuple(read_outlines(session, scope)),
        changes=tuple(read_changes(session, scope, as_of)),
        waiting_proposals=count_waiting(session, scope.holds(Proposal.owner_id)),
        marking=mark(session, [*kinds(tallies, scope, codes), *needs.kinds]),
    )


def _branches(scope: Scope, tallies: Iterable[Tally]) -> Iterable[Branch]:
    grouped: dict[uuid.UUID, list[Tally]] = defaultdict(list)
    for one in tallies:
        grouped[scope.branch_of.get(one.owner_id, scope.root.id)].append(one)
    for owner in scope.below:
        owner_ids = frozenset(below for below, branch in scope.branch_of.items() if branch == owner.id)
        yield Branch(owner, owner_ids, sums(by_class(grouped[owner.id]).values()))


def _agencies(session: Session, tallies: Iterable[Tally]) -> Iterable[AgencyLine]:
    """Class by class what each agency has, the least complete first."""
    grouped: dict[tuple[uuid.UUID, str], list[Tally]] = defaultdict(list)
    for one in tallies:
        if one.agency_id is not None:
            grouped[one.agency_id, one.record_class].append(one)
    wanted = {agency_id for agency_id, _name in grouped}
    rows = session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(wanted)))
    names = {agency_id: name for agency_id, name in rows}
    lines = [
        AgencyLine(agency_id, names.get(agency_id), by_class(of)[name]) for (agency_id, name), of in grouped.items()
    ]
    return sorted(lines, key=lambda one: (one.name is None, one.name or "", one.figures.record_class))
