"""What the map opens with: the coverage most people have, and the pair that most needs attention."""

import uuid
from datetime import UTC, datetime

import pytest

from casm.exchange.feature import Feature
from casm.exchange.overview import AgencyPair, Overview, ResultHead, SystemCoverage
from web.maps.page_data import first_coverage, first_pair

STREET = "portable_street_{watts}W_-5dBi_-119dBm_1.5m"


def head(kind: str, rasters: tuple[str, ...] = (), bounds=(-84.4, 36.2, -84.3, 36.3)) -> ResultHead:
    return ResultHead(
        id=uuid.uuid4(), kind=kind, result_key="", title="", method="m", method_version="1",
        computed_at=datetime(2026, 11, 22, tzinfo=UTC), audience=(), owner_codes=(), caveats=(), summary={},
        raster_names=rasters, bounds=bounds, exercise=False, sensitivity="public",
    )  # fmt: skip


def station(system: str | None, channel: str | None = None) -> Feature:
    return Feature(uuid.uuid4(), None, {"radio_system": system, "channel": channel}, "us", "public", False)


def coverage(system: str, profile: str) -> SystemCoverage:
    return SystemCoverage(head("system_coverage"), system, profile)


def test_portables_of_the_system_with_most_stations_come_first():
    wanted = coverage("State", STREET.format(watts=3))
    overview = Overview(
        coverages=[
            coverage("County", STREET.format(watts=3)),
            coverage("State", "mobile_35W_2.15dBi_-119dBm_1.5m"),
            coverage("State", STREET.format(watts=5)),
            wanted,
        ],
        stations=[station("County"), station("State"), station("State"), station(None, "FIRE 1")],
    )
    assert first_coverage(overview) == str(wanted.result.id)


def test_a_mobile_comes_first_where_no_portable_was_computed():
    only = coverage("County", "mobile_35W_2.15dBi_-119dBm_1.5m")
    assert first_coverage(Overview(coverages=[only])) == str(only.result.id)
    assert first_coverage(Overview()) is None


def gap(reason: str, known: bool, *members: str) -> Feature:
    properties = {"reason": reason, "known": known, "members": list(members)}
    return Feature(uuid.uuid4(), None, properties, "us", "public", False)


RASTERS = ("possible_level", "proven_level")
PAIRS = {name: AgencyPair(head("interop_pair", RASTERS), "A", name, 0, 0, "0") for name in "BCDE"}
PAIRS["F"] = AgencyPair(head("interop_pair", RASTERS, (-85.0, 36.0, -84.0, 37.0)), "A", "F", 3, 3, "3")
PAIRS["G"] = AgencyPair(head("interop_pair"), "A", "G", None, None, "no shared place")


@pytest.mark.parametrize(
    ("gaps", "wanted"),
    [
        ([("AUTHORITY", True, "C"), ("COVERAGE", True, "D"), ("STALE", False, "B")], "D"),
        ([("STALE", False, "B"), ("ENCRYPTION", True, "E")], "E"),
        ([("STALE", False, "C")], "C"),
        ([("COVERAGE", True, "G"), ("STALE", False, "C")], "C"),  # G has no map to show
        ([("COVERAGE", True, "D"), ("AUTHORITY", True, "D"), ("AUTHORITY", True, "B")], "D"),
        ([], "F"),
    ],
)
def test_a_need_that_is_not_met_comes_first(gaps, wanted):
    # The agencies of a need stand in any order.
    overview = Overview(
        pairs=list(PAIRS.values()), gaps=[gap(reason, known, other, "A") for reason, known, other in gaps]
    )
    assert first_pair(overview) == str(PAIRS[wanted].result.id)


def test_without_pairs_there_is_none_to_open_with():
    assert first_pair(Overview()) is None
