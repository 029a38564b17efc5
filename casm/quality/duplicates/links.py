"""Pairs of links that are one: between the same two places, whatever the direction, and not told apart."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ends:
    """A link by its ends. designation: what tells parallel links apart. freqs_hz: of both directions, if known."""

    id: Hashable
    site_a: Hashable
    site_b: Hashable
    designation: str = ""
    freqs_hz: frozenset[int] = frozenset()
    kind: str | None = None


def link_pairs(links: Sequence[Ends], same_site: Mapping[Hashable, Hashable]) -> list[tuple[int, int]]:
    """(earlier, later) position of links that are one. same_site: site → the one that stands for it and its doubles.

    Parallel links are told apart by different designations, kinds or frequencies, where both state them.
    """
    between: dict[frozenset[Hashable], list[int]] = defaultdict(list)
    for at, link in enumerate(links):
        ends = frozenset((same_site.get(link.site_a, link.site_a), same_site.get(link.site_b, link.site_b)))
        if len(ends) == 2:
            between[ends].append(at)
    return sorted(
        (first, second)
        for members in between.values()
        for n, first in enumerate(members)
        for second in members[n + 1 :]
        if _one(links[first], links[second])
    )


def _one(link: Ends, other: Ends) -> bool:
    stated = ((link.designation, other.designation), (link.kind, other.kind))
    if any(here and there and here != there for here, there in stated):
        return False
    return not (link.freqs_hz and other.freqs_hz and not link.freqs_hz & other.freqs_hz)


def stand_ins(pairs: Iterable[tuple[Hashable, Hashable]]) -> dict[Hashable, Hashable]:
    """Each member of a chain of pairs → one that stands for them all (union-find)."""
    leads: dict[Hashable, Hashable] = {}

    def lead(one: Hashable) -> Hashable:
        while leads.setdefault(one, one) != one:
            leads[one] = leads[leads[one]]
            one = leads[one]
        return one

    for one, other in pairs:
        leads[lead(other)] = lead(one)
    return {one: lead(one) for one in list(leads)}
