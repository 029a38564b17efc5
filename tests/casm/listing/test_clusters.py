"""Clusters against counts by hand: nothing hidden is counted, everything seen is, and marks stay where they are."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casm.audit.reading import Reading, count_into
from casm.db.tables import Site, Station
from casm.editing.record_class import record_class_of
from casm.editing.rights import read_rights
from casm.exchange.marking import mark
from casm.listing.clusters import cell_width_deg, has_places, read_clusters, read_extent
from casm.listing.list_field import seen_fields
from casm.listing.query import query_of

# Longitude, latitude, sensitivity, of the second county's sites.
PLACES = [
    (-100.5, 40.5, "internal"), (-100.49, 40.51, "internal"), (-90.0, 35.0, "restricted"), (-80.0, 45.0, "public"),
]  # fmt: skip
COUNTRY = (-130.0, 20.0, -60.0, 55.0)


@pytest.fixture(scope="module")
def placed(world):
    """Four sites of County Two, a station at the restricted one, and a site without a place."""
    with world.database.session(world.admin) as session:
        sites = [
            Site(owner_id=world.two, name=f"Far {number}", position=f"SRID=4326;POINT({x} {y})", sensitivity=said)
            for number, (x, y, said) in enumerate(PLACES)
        ]
        session.add_all([*sites, Site(owner_id=world.two, name="Far nowhere")])
        session.flush()
        session.add(Station(owner_id=world.two, name="Far station", site_owner_id=world.two, site_id=sites[2].id))
    return world


def clusters(world, viewer, name="site", pairs=(("search", "Far"),), window=COUNTRY, zoom=4):
    with world.database.session(viewer) as session:
        query = query_of(name, seen_fields(name, read_rights(session)), list(pairs))
        found, kinds = read_clusters(session, query, window, zoom)
        return found, mark(session, kinds)


def test_near_ones_are_one_mark_and_single_ones_are_named(placed):
    found, marking = clusters(placed, placed.admin)
    assert sorted(one.count for one in found) == [1, 1, 2]
    pair = next(one for one in found if one.count == 2)
    assert (pair.longitude_deg, pair.latitude_deg) == pytest.approx((-100.495, 40.505))
    assert pair.members == ()
    assert sorted(one.members[0].title for one in found if one.count == 1) == ["Far 2", "Far 3"]
    assert marking.tlp == "RED"


def test_near_enough_all_are_named(placed):
    found, _ = clusters(placed, placed.admin, window=(-100.6, 40.4, -100.4, 40.6), zoom=13)
    assert sorted(member.title for one in found for member in one.members) == ["Far 0", "Far 1"]


def test_whoever_sees_none_is_told_of_none(placed):
    assert clusters(placed, placed.editor_one) == clusters(placed, placed.editor_one, pairs=(("search", "no such"),))
    with placed.database.session(placed.editor_one) as session:
        query = query_of("site", seen_fields("site", read_rights(session)), [("search", "Far")])
        assert read_extent(session, query).placed == 0


def test_a_station_stands_at_its_site_and_is_as_sensitive(placed):
    found, marking = clusters(placed, placed.admin, "station")
    assert [(one.count, one.longitude_deg, one.latitude_deg) for one in found] == [(1, -90.0, 35.0)]
    assert marking.tlp == "RED"


def test_everything_told_is_counted_for_the_audit(placed):
    reading = Reading()
    count_into(reading)
    try:
        clusters(placed, placed.admin)
    finally:
        count_into(None)
    assert reading.counts[placed.two, "site"] == len(PLACES)


def test_the_extent_is_that_of_all_that_is_found(placed):
    with placed.database.session(placed.admin) as session:
        query = query_of("site", seen_fields("site", read_rights(session)), [("search", "Far")])
        extent = read_extent(session, query)
    assert (extent.placed, extent.bounds) == (4, (-100.5, 35.0, -80.0, 45.0))


def test_which_classes_have_places():
    assert has_places(record_class_of("site"))
    assert has_places(record_class_of("station"))
    assert not has_places(record_class_of("channel"))


def test_cells_are_a_quarter_of_a_tile_and_never_too_many():
    assert cell_width_deg(4, (-101, 39, -99, 41)) == 360 / 2**4 / 4
    assert (180 + 180) / cell_width_deg(17, (-180.0, -90.0, 180.0, 90.0)) <= 48


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zoom=st.integers(0, 17), west=st.floats(-130, -61), south=st.floats(20, 54), size=st.floats(0.01, 40))
def test_the_sum_over_cells_is_what_lies_in_the_window(placed, zoom, west, south, size):
    window = (west, south, west + size, south + size)
    found, _ = clusters(placed, placed.admin, window=window, zoom=zoom)
    inside = [x for x, y, _ in PLACES if window[0] <= x <= window[2] and window[1] <= y <= window[3]]
    assert sum(one.count for one in found) == len(inside)
