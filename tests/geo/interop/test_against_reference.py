"""The engine agrees, cell by cell, with the definition written down a second time without any haste."""

from hypothesis import HealthCheck, given, settings
from naive_reference import Reference
from random_worlds import regions
from repeats import repeats

CELLS = ((0, 0), (1, 2), (2, 3))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def compare(region, members) -> None:
    answer = region.ask(*members)
    reference = Reference(region.world(), 0.95, 60)
    for cell in CELLS:
        found = (int(answer.proven_level[cell]), int(answer.possible_level[cell]))
        assert found == reference.level(members, cell), cell


@settings(max_examples=repeats(2000, quick=80), deadline=None, suppress_health_check=SLOW)
@given(regions())
def test_pairs_have_the_levels_of_the_definition(region) -> None:
    compare(region, ("A0", "A1"))


@settings(max_examples=repeats(300, quick=15), deadline=None, suppress_health_check=SLOW)
@given(regions(members=3))
def test_groups_have_the_levels_of_the_definition(region) -> None:
    compare(region, ("A0", "A1", "A2"))
