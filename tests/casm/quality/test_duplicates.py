"""Doubles by their names, places and ends: by hand, by law, and on the labelled cases of the benchmark's test half."""

import importlib.util
import math
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casm.quality.duplicates.links import Ends, link_pairs, stand_ins
from casm.quality.duplicates.names import NamedThing, Weights, name_pairs
from casm.quality.duplicates.places import Placed, plain_number, site_pairs
from casm.quality.duplicates.thresholds import AGENCY_LIKENESS, SITE_LIKENESS
from casm.quality.duplicates.words import alike, words_of

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "bench_duplicates.py"


def told(*names: str, where: tuple[str | None, ...] = ()) -> set[tuple[int, int]]:
    states = where or (None,) * len(names)
    things = [NamedThing(at, name, state) for at, (name, state) in enumerate(zip(names, states, strict=True))]
    return set(name_pairs(things, AGENCY_LIKENESS))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Olmsted, County of", "OLMSTED COUNTY"),
        ("Tri County Metropolitan Transportation District of Oregon",
         "TRI COUNTY METROPOLITAN TRANSPORTATION  DISTRICT OF OREGON"),
        ("Campbell County Sheriff's Office", "CAMPBELL CO. S.O."),
        ("LaFollette P.D.", "LaFollette Police Dept."),
        ("Mt. Pleasant Public Schools", "Mount Pleasant Public Schools"),
        ("Scottsbluff County 9-1-1", "SCOTTSBLUFF CO E911"),
        ("Jacksboro Volunteer Fire Department", "Jacksborro VFD"),
    ],
)  # fmt: skip
def test_spellings_of_one_body(one, other):
    assert told(one, other) == {(0, 1)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lamar, County of", "City of Lamar"),
        ("Campbell County Sheriff", "Campbell County Fire Department"),
        ("Fire Station 11", "Fire Station 12"),
        ("Anderson County Sheriff", "Campbell County Sheriff"),
        ("LaFollette Police Department", "LaFollette Fire Department"),
    ],
)
def test_bodies_that_only_look_alike(one, other):
    assert told(one, other) == set()


def test_one_name_in_two_states_is_two_bodies():
    assert told("Campbell County Sheriff", "Campbell County Sheriff", where=("us.tn", "us.ky")) == set()
    assert told("Campbell County Sheriff", "Campbell County Sheriff", where=("us.tn", None)) == {(0, 1)}


def test_many_of_one_name_are_told_in_a_chain():
    assert told(*["City of Phoenix"] * 5) >= {(0, 1), (1, 2), (2, 3), (3, 4)}


def test_sites():
    tower = Placed(1, "Cross Mountain", -84.3, 36.22, "1231234")
    assert plain_number("ASR# 01231234") == "1231234"

    def one(*others: Placed) -> set[tuple[int, int]]:
        return set(site_pairs([tower, *others], SITE_LIKENESS))

    # 0.001 degrees of latitude are 111 m.
    assert one(Placed(2, "X MTN", -84.3, 36.2201)) == {(0, 1)}
    assert one(Placed(2, "Cross Mtn.", -84.3, 36.221)) == {(0, 1)}
    assert one(Placed(2, "Town Hall", -84.3, 36.221)) == set()
    assert one(Placed(2, "Cross Mountain", -84.3, 36.25)) == set()
    assert one(Placed(2, "whatever", -84.31, 36.22, "1231234")) == {(0, 1)}
    assert one(Placed(2, "Cross Mountain", -84.3, 36.2201, "1231235")) == set()
    assert one(Placed(2, "Cross Mountain", -84.0, 36.0, "1231234")) == set()
    unplaced = [
        Placed(1, "Cross Mountain", county_fips="47013"),
        Placed(2, "CROSS MTN", -84.3, 36.2, county_fips="47013"),
    ]
    assert set(site_pairs(unplaced, SITE_LIKENESS)) == {(0, 1)}


@given(st.floats(-179, 179), st.floats(-70, 70), st.floats(-30, 30), st.floats(-30, 30))
def test_no_border_of_the_grid_parts_what_is_one_spot(longitude, latitude, east_m, north_m):
    there = (longitude + east_m / 111_320 / math.cos(math.radians(latitude)), latitude + north_m / 110_600)
    near = math.hypot(east_m, north_m) <= 39
    pairs = set(site_pairs([Placed(1, "A", longitude, latitude), Placed(2, "A", *there)], SITE_LIKENESS))
    assert pairs == {(0, 1)} or not near


def test_links_in_both_directions():
    same = stand_ins([("x", "y"), ("y", "z")])
    assert len({same[one] for one in "xyz"}) == 1

    def pairs(*links: Ends) -> list[tuple[int, int]]:
        return link_pairs(links, same)

    assert pairs(Ends(1, "a", "b"), Ends(2, "b", "a")) == [(0, 1)]
    assert pairs(Ends(1, "a", "x"), Ends(2, "z", "a")) == [(0, 1)]
    assert pairs(Ends(1, "x", "y"), Ends(2, "y", "x")) == []
    assert pairs(Ends(1, "a", "b", "1"), Ends(2, "a", "b", "2")) == []
    assert pairs(Ends(1, "a", "b", freqs_hz=frozenset({1})), Ends(2, "a", "b", freqs_hz=frozenset({2}))) == []
    assert pairs(Ends(1, "a", "b", kind="fibre"), Ends(2, "a", "b", kind="microwave")) == []
    assert pairs(Ends(1, "a", "b", kind="fibre"), Ends(2, "a", "b")) == [(0, 1)]


NAMES = st.lists(
    st.sampled_from(["OLMSTED", "COUNTY", "FIRE", "DEPT", "SHERIFF", "LAKE", "11", "CITY", "MTN", "OF"]),
    min_size=1,
    max_size=5,
)


@given(NAMES, NAMES)
def test_likeness_is_the_same_both_ways_and_one_for_the_same_words(one, other):
    weights = Weights([words_of(" ".join(one)), words_of(" ".join(other))])
    here, there = words_of(" ".join(one)), words_of(" ".join(other))
    assert weights.likeness(here, there) == pytest.approx(weights.likeness(there, here))
    assert 0.0 <= weights.likeness(here, there) <= 1.0
    assert weights.likeness(here, words_of(", ".join(reversed(one)).lower())) == (1.0 if here else 0.0)


def test_words_alike():
    assert alike("JACKSBORO", "JACKSBORRO") > 0.6 > alike("JACKSBORO", "JACKSON")
    assert alike("LAKE", "LAME") == 0.0


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("bench_duplicates", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_duplicates"] = module
    spec.loader.exec_module(module)
    if not module.SHARED.is_dir():
        pytest.skip(f"no shared data folder at {module.SHARED} (CASM_SHARED_DIR names another)")
    return module


def test_the_test_half_is_found_better_than_by_either_baseline(benchmark):
    def half(cases):
        return [case for case in cases if benchmark.half_of(case[0]) == "test"]

    registered = benchmark.agencies(half(benchmark.licensees()))
    assert registered["CASM"] == 1.0
    respelled = benchmark.agencies(half(benchmark.spelling_cases())[:400])
    assert respelled["CASM"] > 0.95 > 0.6 > max(respelled["exact"], respelled["trigrams"])
    placed = benchmark.sites(half(benchmark.site_cases())[:400])
    assert placed["CASM"] > 0.95 > 0.6 > max(placed["exact"], placed["trigrams"])
    assert benchmark.links()["CASM"] == 1.0 > benchmark.links()["exact"]
