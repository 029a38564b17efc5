"""What the map is given: where it lies, which results there are, and nothing another viewer may not see."""

import pytest

from casm.errors import CasmError
from casm.exchange.overview import read_overview
from casm.exchange.raster import decode_geotiff, read_result_raster
from casm.sharing.viewer import Viewer


@pytest.fixture(scope="module")
def filled(module_database, small_inventory):
    """The shared database with the small inventory in it, and the ids."""
    with module_database.session(Viewer.local_administrator()) as session:
        ids = small_inventory.fill(session)
    return module_database, ids


def test_the_overview_holds_places_plant_and_results(filled):
    database, _ids = filled
    with database.session(Viewer.local_administrator()) as session:
        overview = read_overview(session)
    assert [f.properties["name"] for f in overview.states] == ["Tennessee"]
    assert [f.properties["name"] for f in overview.counties] == ["Campbell County", "Scott County"]
    assert len(overview.sites) == 3
    assert len(overview.gaps) == 2
    assert overview.bounds == pytest.approx((-84.4, 36.2, -84.2, 36.37))
    (coverage,) = overview.coverages
    assert (coverage.system, coverage.profile) == ("County VHF", "portable")
    assert "balanced_probability" in coverage.result.raster_names
    (pair,) = overview.pairs
    assert (pair.agency_a, pair.agency_b) == ("Campbell County Sheriff", "Scott EMS")
    assert (pair.proven_level, pair.possible_level, pair.answer) == (0, 5, "0, perhaps 5")
    assert pair.result.audience == ("Campbell County",)
    assert overview.marking.text.startswith("EXERCISE // TLP:AMBER // ")


def test_rasters_come_back_with_place_and_no_data(filled):
    database, ids = filled
    with database.session(Viewer.local_administrator()) as session:
        raster = read_result_raster(session, ids.coverage_result, "balanced_probability")
        assert read_result_raster(session, ids.coverage_result, "nothing") is None
    assert raster.bounds == pytest.approx((-84.4, 36.2, -84.2, 36.4))
    assert raster.values.shape == (40, 40)
    assert not raster.known[:5].any()
    assert raster.known[5:].all()
    assert raster.values[10, 0] == 1.0


def test_an_outsider_sees_no_result_and_no_raster(filled):
    database, ids = filled
    with database.session(Viewer.of_owner("outsider", ids.hidden_site)) as session:
        overview = read_overview(session)
        assert read_result_raster(session, ids.coverage_result, "balanced_probability") is None
    assert overview.bounds is None
    assert not overview.sites
    assert not overview.results
    assert overview.marking.tlp == "CLEAR"


@pytest.mark.parametrize("content", [b"", b"not a raster", b"<OGRVRTDataSource/>"])
def test_what_is_no_geotiff_is_refused_in_words(content):
    with pytest.raises(CasmError, match="raster"):
        decode_geotiff(content)


def test_more_sites_than_are_drawn_are_counted_and_lie_and_are_handled_alike(filled):
    database, ids = filled
    with database.session(Viewer.local_administrator()) as session:
        whole = read_overview(session)
        few = read_overview(session, most_drawn=3)
        many = read_overview(session, most_drawn=2, clusters=True)
    assert len(few.sites) == len(whole.sites) == 3
    assert few.many_sites is None
    assert (many.sites, many.stations) == ([], [])
    placed = [one for one in whole.sites if one.geometry is not None]
    assert many.many_sites.placed == len(placed)
    assert many.bounds == whole.bounds
    assert many.marking == whole.marking
    assert sum(one.count for one in many.site_clusters) == len(placed)
    with database.session(Viewer.of_owner("outsider", ids.hidden_site)) as session:
        nothing = read_overview(session, most_drawn=0, clusters=True)
    assert nothing.many_sites is None
    assert nothing.site_clusters == []
    assert nothing.marking.tlp == "CLEAR"


def test_more_links_than_are_drawn_are_left_out(filled):
    database, _ids = filled
    with database.session(Viewer.local_administrator()) as session:
        whole, none = read_overview(session, most_drawn=100), read_overview(session, most_drawn=0)
    assert not whole.links_left_out
    assert none.links_left_out == bool(whole.links)
    assert none.links == []
