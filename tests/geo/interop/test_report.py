"""Joint probability with its bounds, groups, and what an answer says of itself."""

import numpy as np
import pytest
from small_worlds import GRID, STALE, TODAY, Region, pair, whole_grid

from geo.calendar_months import months_between, months_later
from geo.interop.answer import Interval, Verdict
from geo.interop.freshness import Freshness
from geo.interop.matrix import OUTSIDE, answer
from geo.interop.reason import Code, Record
from geo.interop.resource import band_of
from geo.interop.uses import Uses
from geo.interop.world import Criterion


def test_joint_probability_is_the_product_and_frechet_bounds_it() -> None:
    """Four directions: 0.99, 0.98 for A and the same for B. Product by hand: 0.99² · 0.98² = 0.94128804."""
    region = pair()
    region.system()
    region.talkgroup("T1")
    region.cover("P25", np.full(GRID.shape, 0.99), np.full(GRID.shape, 0.98))
    region.fleet("A", "T1")
    region.fleet("B", "T1")
    joint = region.ask("A", "B").methods[0].joint
    assert joint.product == pytest.approx(0.94128804, abs=1e-12)
    assert joint.lower == pytest.approx(0.99 + 0.98 + 0.99 + 0.98 - 3, abs=1e-12)
    assert joint.upper == pytest.approx(0.98, abs=1e-12)


def three_with_two_nets() -> Region:
    """A and B share T1, B and C share T2, A and C share T3: every pair has level 5, the group has nothing."""
    region = pair()
    region.agency("C")
    region.system()
    for name in ("T1", "T2", "T3"):
        region.talkgroup(name)
    region.cover("P25")
    region.fleet("A", "T1", "T3")
    region.fleet("B", "T1", "T2")
    region.fleet("C", "T2", "T3")
    return region


def test_a_group_can_be_worse_off_than_every_pair_in_it() -> None:
    region = three_with_two_nets()
    for one, other in (("A", "B"), ("B", "C"), ("A", "C")):
        assert region.ask(one, other).interval == Interval(5, 5)
    assert region.ask("A", "B", "C").interval == Interval(0, 0)


def test_a_gateway_that_reaches_all_lifts_the_group() -> None:
    region = three_with_two_nets()
    region.gateway("G", ("T1", "wired"), ("T2", "wired"), agency="A")
    assert region.ask("A", "B", "C").interval == Interval(2, 2)


def test_different_methods_may_cover_different_parts() -> None:
    """West by the talkgroup, east by the channel: level 3 everywhere, 5 nowhere near enough."""
    region = pair()
    region.system()
    region.talkgroup("T1")
    region.channel("C1")
    west, east = np.full(GRID.shape, 0.1), np.full(GRID.shape, 0.1)
    west[:, :2], east[:, 2:] = 0.99, 0.99
    region.cover("P25", west)
    region.cover("C1", east)
    region.fleet("A", "T1", "C1")
    region.fleet("B", "T1", "C1")
    found = region.ask("A", "B")
    assert found.interval == Interval(3, 3)
    assert found.proven_level[0].tolist() == [5, 5, 3, 3]


def test_cells_outside_the_place_have_no_level() -> None:
    region = pair()
    region.fleet("A", "X")
    region.fleet("B", "Y")
    inside = np.zeros(GRID.shape, dtype=bool)
    inside[1, 1] = True
    found = region.ask("A", "B", cells=inside)
    assert (found.proven_level == OUTSIDE).sum() == GRID.rows * GRID.cols - 1
    assert found.proven_level[1, 1] == 0


def test_the_record_and_since_when_are_named() -> None:
    region = pair()
    region.channel("VTAC12")
    region.cover("VTAC12")
    region.fleet("A", "VTAC12")
    region.fleet("B", "other", name="Scott portables", template_verified=STALE)
    found = region.ask("A", "B")
    (reason,) = next(method for method in found.methods if method.level == 3).reasons
    assert (
        reason.text
        == "fleet Scott portables lacks VTAC12 in template load of Scott portables (last verified 14 months ago)"
    )
    assert (reason.code, reason.condition) == (Code.STALE, Code.PROGRAMMING)
    assert reason.record_ids == ("load of Scott portables",)


def test_a_class_can_be_due_sooner_or_never() -> None:
    def region() -> Region:
        made = pair()
        made.channel("C1")
        made.cover("C1")
        made.fleet("A", "C1")
        made.fleet("B", "C1", template_verified=STALE)
        return made

    assert region().ask("A", "B").interval == Interval(0, 3)
    assert region().ask("A", "B", due={"template": 24}).interval == Interval(3, 3)
    assert region().ask("A", "B", due={"template": None}).interval == Interval(3, 3)
    assert region().ask("A", "B", due={"fleet": 1}).interval == Interval(0, 3)


@pytest.mark.parametrize(
    ("verified", "verdict"),
    [("2025-11-22", Verdict.YES), ("2025-11-21", Verdict.UNKNOWN), ("2026-11-22", Verdict.YES)],
)
def test_a_record_is_good_to_the_very_day_it_is_due(verified: str, verdict: Verdict) -> None:
    row = Record("fleet", "1", "F", verified_on=type(TODAY).fromisoformat(verified))
    assert Freshness(TODAY).fresh(row) is (verdict is Verdict.YES)


def test_months_end_where_the_calendar_does() -> None:
    day = type(TODAY)
    assert months_later(day(2024, 2, 29), 12) == day(2025, 2, 28)
    assert months_later(day(2026, 8, 31), 6) == day(2027, 2, 28)
    assert months_between(day(2025, 9, 22), day(2026, 11, 22)) == 14
    assert months_between(day(2025, 9, 23), day(2026, 11, 22)) == 13


@pytest.mark.parametrize(
    ("freq_mhz", "band"),
    [(39.46, "LOW"), (155.7525, "VHF"), (220.5, "220"), (453.2125, "UHF"), (482.0, "T-BAND"), (769.24375, "700"),
     (851.0125, "800"), (935.5, "900"), (1000.0, None), (100.0, None)],
)  # fmt: skip
def test_bands_of_public_safety_frequencies(freq_mhz: float, band: str | None) -> None:
    assert band_of(round(freq_mhz * 1e6)) == band


def test_off_the_grid_everything_stays_possible() -> None:
    region = pair()
    region.system()
    region.talkgroup("T1")
    region.cover("P25")
    region.fleet("A", "T1")
    region.fleet("B", "T1")
    inside = whole_grid()
    half_away = whole_grid(outside_km2=inside.inside_km2)
    assert answer(Uses(region.world(), 0.95), ("A", "B"), half_away, Criterion()).interval == Interval(0, 5)


def mixed_fleet() -> Region:
    """B's mobiles hold T1; of B's 60 portables 12 carry a load without it."""
    region = pair()
    region.system()
    region.talkgroup("T1")
    region.cover("P25")
    region.fleet("A", "T1")
    region.fleet("B", "T1", radio_count=60, carried=48, also=(("jail load", ("other",), 12),))
    return region


def test_the_template_that_lacks_it_and_how_many_radios_carry_it_are_named() -> None:
    found = mixed_fleet().ask("A", "B")
    (reason,) = found.methods[0].reasons
    assert reason.text == "12 of 60 radios of fleet B portables carry template jail load of B portables, which lacks T1"
    assert (reason.code, reason.condition) == (Code.MISSING, Code.PROGRAMMING)


def test_the_radios_a_method_holds_for_are_named_where_not_all_can() -> None:
    region = mixed_fleet()
    region.fleet("B", "T1", name="B mobiles")
    found = region.ask("A", "B")
    assert found.interval == Interval(5, 5)
    assert [leg.only_fleets for leg in found.methods[0].legs] == [(), ("B mobiles",)]
