"""Needs: met, not met and not proven, each with its reason and its place."""

import numpy as np
import pytest
import shapely
from shapely.geometry import box
from small_worlds import EVERYWHERE, GRID, STALE, Region, pair, record

from geo import projection
from geo.errors import GeoError
from geo.gaps.gap import NeedOutcome, assess
from geo.gaps.need import Need
from geo.gaps.outline import outline
from geo.gaps.rank import ranked
from geo.interop.answer import Verdict
from geo.interop.place import Place, stated_place
from geo.interop.reason import Code
from geo.interop.uses import Uses
from geo.interop.world import Criterion

WHOLE = box(*GRID.bounds)
WEST_HALF = np.full(GRID.shape, 0.99)
WEST_HALF[:, 2:] = 0.1


def judged(region: Region, level: int, *, place: Place | None = None, minutes: int = 60) -> NeedOutcome:
    need = Need(record("need", "N"), ("A", "B"), level, Criterion(minutes), place or stated_place(WHOLE))
    return assess(Uses(region.world(), 0.95), need)


def sharing(coverage: np.ndarray = EVERYWHERE, **b) -> Region:
    region = pair()
    region.channel("C1")
    region.cover("C1", coverage)
    region.fleet("A", "C1")
    region.fleet("B", *b.pop("holds", ("C1",)), **b)
    return region


def test_a_need_that_is_met_has_no_gap() -> None:
    outcome = judged(sharing(), 3)
    assert (outcome.state, outcome.gaps) == (Verdict.YES, ())


def test_a_better_level_than_asked_meets_a_need() -> None:
    assert judged(sharing(), 1).state is Verdict.YES


def test_a_gap_of_place_is_the_cells_that_fail_and_no_others() -> None:
    outcome = judged(sharing(WEST_HALF), 3)
    (gap,) = outcome.gaps
    west, south, east, north = GRID.bounds
    assert (outcome.state, gap.code, gap.proven) == (Verdict.NO, Code.COVERAGE, True)
    assert gap.area.equals(box(west + 2 * GRID.cell_deg, south, east, north))
    assert gap.area_km2 == pytest.approx(GRID.cell_areas_km2()[:, 2:].sum(), rel=1e-4)


def test_a_gap_of_any_other_reason_is_the_whole_place() -> None:
    outcome = judged(sharing(holds=("other",)), 3)
    (gap,) = outcome.gaps
    assert (gap.code, gap.area_km2) == (Code.PROGRAMMING, pytest.approx(projection.area_km2(WHOLE)))


def test_nothing_in_common_is_no_method() -> None:
    region = pair()
    region.fleet("A", "X")
    region.fleet("B", "Y")
    assert [gap.code for gap in judged(region, 3).gaps] == [Code.NO_METHOD]


def test_a_method_of_too_low_a_level_does_not_close_a_gap() -> None:
    region = sharing()
    region.system()
    region.talkgroup("T1")
    region.cover("P25")
    region.fleet("A", "T1", name="A others")
    outcome = judged(region, 5)
    assert [gap.code for gap in outcome.gaps] == [Code.PROGRAMMING]
    assert outcome.answer.interval.proven == 3


def test_time_is_judged_by_the_need_and_not_by_the_pair() -> None:
    region = sharing(holds=("U",), bands={"UHF"})
    region.channel("U", rx=453_000_000, tx=458_000_000)
    region.cover("U")
    region.gateway("G", ("C1", "wired"), ("U", "wired"), agency="A", minutes=30)
    assert judged(region, 2, minutes=60).state is Verdict.YES
    assert [gap.code for gap in judged(region, 2, minutes=10).gaps] == [Code.TIME]


def test_not_proven_is_neither_a_gap_nor_a_pass() -> None:
    outcome = judged(sharing(template_verified=STALE), 3)
    (gap,) = outcome.gaps
    assert (outcome.state, gap.code, gap.proven) == (Verdict.UNKNOWN, Code.STALE, False)


def test_where_it_surely_fails_and_where_it_may_hold_are_told_apart() -> None:
    region = sharing(WEST_HALF, template_verified=STALE)
    outcome = judged(region, 3)
    by_code = {gap.code: gap for gap in outcome.gaps}
    assert set(by_code) == {Code.COVERAGE, Code.STALE}
    assert shapely.intersection(by_code[Code.COVERAGE].area, by_code[Code.STALE].area).area == pytest.approx(0.0)
    assert shapely.union(by_code[Code.COVERAGE].area, by_code[Code.STALE].area).equals(WHOLE)


def test_no_terrain_is_not_a_gap() -> None:
    unknown = np.full(GRID.shape, np.nan)
    outcome = judged(sharing(unknown), 3)
    assert [gap.code for gap in outcome.gaps] == [Code.MISSING]


def test_what_lies_off_the_grid_is_not_proven() -> None:
    west, south, east, north = GRID.bounds
    outcome = judged(sharing(), 3, place=stated_place(box(west, south, east + 0.04, north)))
    (gap,) = outcome.gaps
    assert (outcome.state, gap.proven) == (Verdict.UNKNOWN, False)
    assert gap.area.bounds == pytest.approx((east, south, east + 0.04, north))


def test_outside_the_area_of_a_channel_authority_is_what_lacks() -> None:
    region = sharing()
    area = np.ones(GRID.shape, dtype=bool)
    area[:, 3] = False
    region.areas["C1"] = area
    (gap,) = judged(region, 3).gaps
    assert gap.code is Code.AUTHORITY
    assert gap.area.bounds[0] == pytest.approx(GRID.west_deg + 3 * GRID.cell_deg)


def test_a_need_without_a_place_is_not_proven_and_has_no_polygon() -> None:
    outcome = judged(sharing(), 3, place=Place("unknown", None, "no service area"))
    assert (outcome.state, outcome.gaps) == (Verdict.UNKNOWN, ())


def test_a_need_asks_for_a_level_and_two_agencies() -> None:
    with pytest.raises(GeoError, match="level 1 to 5"):
        Need(record("need", "N"), ("A", "B"), 0, Criterion(), stated_place(WHOLE))
    with pytest.raises(GeoError, match="fewer than two"):
        Need(record("need", "N"), ("A", "A"), 3, Criterion(), stated_place(WHOLE))


def test_outlines_are_valid_and_wound_as_geojson_asks() -> None:
    cells = np.random.default_rng(3).random(GRID.shape) < 0.5
    cells[1, 1:3] = False
    shape = outline(cells, GRID)
    assert shape.is_valid
    assert shape.geom_type == "MultiPolygon"
    for part in shape.geoms:
        assert part.exterior.is_ccw
        assert all(not ring.is_ccw for ring in part.interiors)
    assert projection.area_km2(shape) == pytest.approx(GRID.cell_areas_km2()[cells].sum(), rel=1e-4)


def test_a_hole_stays_a_hole() -> None:
    cells = np.ones(GRID.shape, dtype=bool)
    cells[1, 1] = False
    (part,) = outline(cells, GRID).geoms
    assert len(part.interiors) == 1
    assert not part.interiors[0].is_ccw


def test_sure_gaps_come_first_then_the_larger() -> None:
    small = judged(sharing(WEST_HALF), 3).gaps
    whole = judged(sharing(holds=("other",)), 3).gaps
    open_ = judged(sharing(template_verified=STALE), 3).gaps
    assert ranked([*open_, *small, *whole]) == [*whole, *small, *open_]
