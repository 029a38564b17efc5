"""Findings on what a viewer may see, of everything, of one owner's subtree, or of one record."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casm.db.tables import Owner
from casm.editing.record_class import RecordClass, record_class_of, record_classes
from casm.editing.rights import read_rights
from casm.quality.finding import Finding
from casm.quality.look_at.channels import look_at_channels
from casm.quality.look_at.doubles import OwnerWords, double_agencies, double_links, double_sites
from casm.quality.look_at.every import look_at_every
from casm.quality.look_at.links import look_at_links, look_at_paths
from casm.quality.look_at.others import (
    look_at_agencies,
    look_at_fleets,
    look_at_gateways,
    look_at_systems,
    look_at_templates,
)
from casm.quality.look_at.said import Look, Said
from casm.quality.look_at.sites import look_at_sites
from casm.quality.look_at.stations import look_at_frequencies, look_at_stations
from casm.quality.shelf import Row, Shelf
from casm.sharing.viewer import NATION_OWNER_ID

# Sites before the links between them.
DOUBLED = ("agency", "site", "backhaul_link")
LOOKS: dict[str, Look] = {
    "agency": look_at_agencies,
    "site": look_at_sites,
    "radio_system": look_at_systems,
    "channel": look_at_channels,
    "station": look_at_stations,
    "station_frequency": look_at_frequencies,
    "fleet": look_at_fleets,
    "template": look_at_templates,
    "gateway": look_at_gateways,
    "backhaul_link": look_at_links,
    "microwave_path": look_at_paths,
}


def find(
    session: Session,
    *,
    owner_id: uuid.UUID | None = None,
    as_of: date | None = None,
    classes: Iterable[str] | None = None,
) -> Iterator[Finding]:
    """Every finding on the records in use that the viewer sees, class by class.

    owner_id: only of this owner and those below it. as_of: the day looked at, today by default. classes: only these.
    """
    day = as_of or datetime.now(UTC).date()
    owner_ids = None if owner_id is None else owners_below(session, owner_id)
    rights, shelf = read_rights(session), Shelf(session)
    wanted = None if classes is None else set(classes)
    for record_class in record_classes():
        if (wanted is None or record_class.name in wanted) and rights.may_see_class(record_class):
            for rows in shelf.batches(record_class, owner_ids):
                yield from _findings(record_class, rows, shelf, day)
    yield from find_doubles(shelf, owner_ids, [one for one in DOUBLED if wanted is None or one in wanted])


def find_doubles(shelf: Shelf, owner_ids: frozenset[uuid.UUID] | None, classes: Iterable[str]) -> Iterator[Finding]:
    """Records that are probably on record twice, compared over all that is looked at."""
    wanted = set(classes)
    if not wanted:
        return
    owners = {
        row.id: OwnerWords(row.name, ".".join(row.code.split(".")[:2]) if "." in row.code else None)
        for row in shelf.session.execute(select(Owner.id, Owner.name, Owner.code))
    }
    same_site: list[tuple[uuid.UUID, uuid.UUID]] = []
    for name in DOUBLED:
        if name not in wanted and not (name == "site" and "backhaul_link" in wanted):
            continue
        record_class = record_class_of(name)
        rows = [row for batch in shelf.batches(record_class, owner_ids) for row in batch]
        if name == "agency":
            said = double_agencies(rows, owners)
        else:
            said = (double_sites if name == "site" else double_links)(rows, owners, same_site)
        told = [_finding(record_class, row, one) for row, one in said]
        yield from told if name in wanted else ()


def find_of_record(session: Session, name: str, record_id: uuid.UUID, *, as_of: date | None = None) -> list[Finding]:
    """The findings on one record; none where the viewer sees no such record in use."""
    day = as_of or datetime.now(UTC).date()
    record_class, shelf = record_class_of(name), Shelf(session)
    return [
        finding
        for rows in shelf.batches(record_class, None, record_id)
        for finding in _findings(record_class, rows, shelf, day)
    ]


def owners_below(session: Session, owner_id: uuid.UUID) -> frozenset[uuid.UUID] | None:
    """An owner and every owner below it that the viewer knows of; None for the nation, which is all of them."""
    if owner_id == NATION_OWNER_ID:
        return None
    tree = select(Owner.id).where(Owner.id == owner_id).cte("below", recursive=True)
    below = aliased(Owner)
    tree = tree.union_all(select(below.id).join(tree, below.parent_id == tree.c.id))
    return frozenset(session.scalars(select(tree.c.id)))


def _findings(record_class: RecordClass, rows: list[Row], shelf: Shelf, day: date) -> Iterator[Finding]:
    look = LOOKS.get(record_class.name)
    for row, said in look(rows, shelf, day) if look else ():
        yield _finding(record_class, row, said)
    for row in rows:
        for said in look_at_every(record_class, row, day):
            yield _finding(record_class, row, said)


def _finding(record_class: RecordClass, row: Row, said: Said) -> Finding:
    own = (record_class.name, row.id, row.version)
    return Finding(
        rule=said.rule,
        record_class=record_class.name,
        record_id=row.id,
        owner_id=row.owner_id,
        version=row.version,
        name=str(getattr(row, record_class.name_columns[0], "") or ""),
        doubt=said.doubt,
        looked_at=(own, *((name, other.id, other.version) for name, other in said.beside)),
        field_class=record_class.field_class,
    )


@dataclass(frozen=True)
class Counts:
    """How many findings there are: by (rule, severity), and by class."""

    by_rule: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_class: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_rule.values())

    def of(self, severity: str) -> int:
        """Those of one severity."""
        return sum(count for (_, one), count in self.by_rule.items() if one == severity)


def count_findings(session: Session, *, owner_id: uuid.UUID | None = None, as_of: date | None = None) -> Counts:
    """How many findings there are on what the viewer sees, of everything or of an owner's subtree."""
    counts = Counts()
    for finding in find(session, owner_id=owner_id, as_of=as_of):
        add(counts, finding)
    return counts


def add(counts: Counts, finding: Finding) -> None:
    """Count one more."""
    counts.by_rule[finding.rule, finding.doubt.severity] += 1
    counts.by_class[finding.record_class] += 1
