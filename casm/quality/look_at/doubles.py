"""Agencies, sites and links that are probably on record twice, among those that are looked at together."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casm.quality.duplicates.links import Ends, link_pairs, stand_ins
from casm.quality.duplicates.names import NamedThing, name_pairs
from casm.quality.duplicates.places import Placed, site_pairs
from casm.quality.duplicates.thresholds import AGENCY_LIKENESS, SITE_LIKENESS
from casm.quality.look_at.said import Said
from casm.quality.rules.duplicate import check_duplicate
from casm.quality.shelf import Row

RULE = "duplicate"


@dataclass(frozen=True)
class OwnerWords:
    """What is known of an owner: its name, and the state it is in by the first two words of its code."""

    name: str
    state: str | None


Owners = Mapping[uuid.UUID, OwnerWords]


def double_agencies(rows: list[Row], owners: Owners) -> Iterator[tuple[Row, Said]]:
    """Agencies of like names in one state; several owners may each have entered one."""
    things = [NamedThing(row.id, row.name, state_of(row, owners)) for row in rows]
    for (first, second), likeness in name_pairs(things, AGENCY_LIKENESS).items():
        yield from _said("agency", rows[first], rows[second], likeness, "the name", None, owners)


def double_sites(
    rows: list[Row], owners: Owners, pairs: list[tuple[uuid.UUID, uuid.UUID]]
) -> Iterator[tuple[Row, Said]]:
    """Sites that are one; pairs: their ids are added here, for the links between them."""
    placed = [
        Placed(row.id, row.name, row.longitude_deg, row.latitude_deg, row.asr_number, row.county_fips,
               tuple(row.aliases or ()))
        for row in rows
    ]  # fmt: skip
    for (first, second), pair in site_pairs(placed, SITE_LIKENESS).items():
        pairs.append((rows[first].id, rows[second].id))
        yield from _said("site", rows[first], rows[second], pair.likeness, WHY[pair.why], pair.apart_m, owners)


WHY = {
    "registration": "the registration (ASR) number",
    "spot": "the spot",
    "name and county": "name and county",
    "name and distance": "name and place",
}


def double_links(
    rows: list[Row], owners: Owners, pairs: list[tuple[uuid.UUID, uuid.UUID]]
) -> Iterator[tuple[Row, Said]]:
    """Links between the same two sites, in either direction, doubles of a site counting as that site."""
    ends = [
        Ends(row.id, row.site_a_id, row.site_b_id, row.designation,
             frozenset(one for one in (row.a_to_b_freq_hz, row.b_to_a_freq_hz) if one is not None), row.kind)
        for row in rows
    ]  # fmt: skip
    for first, second in link_pairs(ends, stand_ins(pairs)):
        one, other = rows[first], rows[second]
        turned = (one.site_a_id, one.site_b_id) == (other.site_b_id, other.site_a_id)
        why = "both ends, in the other direction" if turned else "both ends"
        yield from _said("link", one, other, 1.0, why, None, owners)


def state_of(row: Row, owners: Owners) -> str | None:
    """The state that a record's owner is in; None where its code does not tell."""
    owner = owners.get(row.owner_id)
    return None if owner is None else owner.state


def _said(
    kind: str, first: Row, second: Row, likeness: float, why: str, apart_m: float | None, owners: Owners
) -> Iterator[tuple[Row, Said]]:
    """The doubt stands at the later record, of which there is likelier too much."""
    record_class = {"link": "backhaul_link"}.get(kind, kind)
    kept, double = sorted((first, second), key=lambda row: (row.created_at, str(row.id)))
    other = owners.get(kept.owner_id)
    whose = None if kept.owner_id == double.owner_id or other is None else other.name
    for doubt in check_duplicate(kind, kept.name, whose, likeness, why, apart_m, str(kept.id)):
        yield double, Said(RULE, doubt, ((record_class, kept),))
