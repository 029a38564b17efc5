"""Coverage from rows to stored results: what is computed, kept, unknown, and who may see it."""

import numpy as np
import pytest
import rasterio
from geoalchemy2.shape import to_shape
from sqlalchemy import select, update

from casm.assessments.coverage_run import run_coverage, write_combined
from casm.assessments.coverage_study import find_terrain
from casm.assessments.result import Result, ResultLayer
from casm.db.tables import Fleet, Site, Station, TemplateSlot
from casm.errors import CasmError
from casm.exchange.raster import decode_geotiff
from casm.sharing.viewer import Viewer
from geo import projection

PORTABLE = "portable_street_5W_-5dBi_-119dBm_1.5m"


@pytest.fixture
def run(database, administrator, study, county):
    def again(**options):
        return run_coverage(database, administrator, study, **options)

    return again


@pytest.fixture
def results(database, administrator):
    """Results by key, with their layers by name."""

    def read(viewer=administrator) -> dict[str, Result]:
        with database.session(viewer) as session:
            found = {row.result_key: row for row in session.scalars(select(Result))}
            for row in found.values():
                row.rasters = {
                    layer.name: decode_geotiff(layer.content)
                    for layer in session.scalars(select(ResultLayer).where(ResultLayer.result_id == row.id))
                }
            return found

    return read


@pytest.fixture
def change(database, administrator):
    def apply(model, row_id, **values):
        with database.session(administrator) as session:
            session.execute(update(model).where(model.id == row_id).values(**values))

    return apply


def test_every_station_and_system_gets_loss_probability_and_polygon(run, results, county, study):
    report = run()
    assert (report.stations, report.systems, report.computed, report.unknown) == (2, 1, 3, [])
    found = results()
    assert set(found) == {f"{row}|{PORTABLE}" for row in (county.ridge, county.knob, county.system)}
    station = found[f"{county.ridge}|{PORTABLE}"]
    assert set(station.rasters) == {"path_loss_db", "balanced_probability"}
    assert station.rasters["path_loss_db"].values.shape == study.grid.shape
    assert station.rasters["path_loss_db"].bounds == pytest.approx(study.grid.bounds)
    assert station.kind == "station_coverage"
    system = found[f"{county.system}|{PORTABLE}"]
    assert set(system.rasters) == {"talk_out_probability", "talk_in_probability", "balanced_probability"}
    polygon = to_shape(system.area)
    assert polygon.is_valid
    covered_km2 = study.grid.cell_areas_km2()[system.rasters["balanced_probability"].values >= 0.95].sum()
    assert projection.area_km2(polygon) == pytest.approx(covered_km2, rel=0.03)
    assert covered_km2 > 10.0


def test_a_system_is_nowhere_below_its_stations(run, results, county):
    run()
    found = results()
    together = found[f"{county.system}|{PORTABLE}"].rasters["balanced_probability"].values
    for station in (county.ridge, county.knob):
        alone = found[f"{station}|{PORTABLE}"].rasters["balanced_probability"].values
        assert (together >= alone).all()


def test_both_area_figures_are_told_by_name(run, results, county):
    run()
    figures = results()[f"{county.system}|{PORTABLE}"].summary["figures"]
    assert 0.0 < figures["bounded_area_share"] < figures["service_area_reliability"] < 1.0
    assert figures["known_share"] == 1.0


def test_a_result_says_method_inputs_audience_and_doubts(run, results, county):
    run()
    station = results()[f"{county.ridge}|{PORTABLE}"]
    assert "Longley–Rice" in station.method
    assert station.audience == [county.owner]
    assert {county.ridge, county.ridge_site, county.fleet, county.channel, county.system} <= set(station.input_ids)
    assert any("residential assumed everywhere, 14 dB" in caveat for caveat in station.caveats)
    assert any(caveat.startswith("unverified figure: Analog FM, 12.5 kHz") for caveat in station.caveats)
    assert station.remarks.startswith("EXERCISE")
    assert station.parameters["terrain"] == "made_hills.tif"
    assert [budget["state"] for budget in station.summary["budgets"]] == ["known", "known"]


def test_what_has_not_changed_is_not_computed_again(run, results):
    run()
    before = {key: (row.id, row.computed_at) for key, row in results().items()}
    report = run()
    assert (report.computed, report.path_losses, report.kept) == (0, 0, 3)
    assert {key: (row.id, row.computed_at) for key, row in results().items()} == before


def test_moving_one_tower_computes_that_tower_and_its_system(run, results, change, county):
    run()
    before = {key: (row.id, row.inputs_sha256) for key, row in results().items()}
    change(Station, county.ridge, antenna_height_agl_m=45.0)
    report = run()
    assert (report.computed, report.kept, report.path_losses) == (2, 1, 1)
    after = {key: (row.id, row.inputs_sha256) for key, row in results().items()}
    assert {key: row_id for key, (row_id, _) in after.items()} == {key: row_id for key, (row_id, _) in before.items()}
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {f"{county.ridge}|{PORTABLE}", f"{county.system}|{PORTABLE}"}


def test_more_power_needs_no_new_path_loss(run, change, county):
    run()
    change(Station, county.ridge, erp_w=200.0)
    report = run()
    assert (report.computed, report.path_losses) == (2, 0)


def test_a_missing_height_is_unknown_and_named(run, results, change, county):
    change(Station, county.ridge, antenna_height_agl_m=None)
    report = run()
    assert report.unknown == ["Ridge VHF unknown: antenna_height_agl_m of Ridge VHF not on record"]
    found = results()
    unknown = found[f"{county.ridge}|unknown"]
    assert unknown.summary == {"state": "unknown", "missing": ["antenna_height_agl_m of Ridge VHF"]}
    assert unknown.area is None
    assert unknown.rasters == {}
    system = found[f"{county.system}|{PORTABLE}"]
    assert system.summary["unknown_stations"] == ["Ridge VHF"]
    balanced = system.rasters["balanced_probability"]
    assert not balanced.known.all()
    assert (balanced.values[balanced.known] >= 0.95).all()


def test_a_field_filled_in_takes_the_unknown_away(run, results, change, county):
    change(Station, county.ridge, antenna_height_agl_m=None)
    run()
    change(Station, county.ridge, antenna_height_agl_m=30.0)
    report = run()
    assert report.unknown == []
    assert report.removed == 1
    assert f"{county.ridge}|unknown" not in results()


def test_without_receiver_figures_talk_in_is_unknown_and_talk_out_is_shown(run, results, change, county):
    for station in (county.ridge, county.knob):
        change(Station, station, receiver_sensitivity_dbm=None)
    report = run()
    assert any("receiver_sensitivity_dbm or receiver_noise_figure_db of Ridge VHF" in line for line in report.unknown)
    system = results()[f"{county.system}|{PORTABLE}"]
    assert not system.rasters["talk_in_probability"].known.any()
    assert system.rasters["talk_out_probability"].known.all()
    assert system.summary["area_shows"] == "talk-out only, talk-in unknown"


def test_a_station_off_the_air_covers_nothing(run, results, change, county):
    run()
    change(Station, county.ridge, status="planned")
    run()
    found = results()
    assert set(found) == {f"{county.knob}|{PORTABLE}", f"{county.system}|{PORTABLE}"}
    assert found[f"{county.system}|{PORTABLE}"].summary["stations"] == ["Knob VHF"]


def test_a_fleet_without_figures_is_named_and_the_reference_portable_says_what_it_is(run, results, change, county):
    change(Fleet, county.fleet, tx_output_w=None)
    report = run()
    assert report.unknown == ["coverage for Made portables unknown: tx_output_w not on record"]
    station = results()[f"{county.ridge}|reference_{PORTABLE}"]
    assert any("Reference VHF portable taken, unverified" in caveat for caveat in station.caveats)


def test_who_may_not_see_a_tower_gets_no_footprint_of_it(database, run, results, county, study, change):
    run()
    stranger = Viewer.of_owner("stranger", county.other_owner, may_write=True)
    assert results(stranger) == {}
    assert run_coverage(database, stranger, study).stations == 0
    # A station whose site stands in another's rows: its owner sees the station, and that its place is unknown.
    change(Station, county.knob, site_owner_id=county.other_owner, site_id=county.ridge_site)
    owner = Viewer.of_owner("owner", county.owner, may_write=True)
    report = run_coverage(database, owner, study)
    assert report.unknown == ["Knob VHF unknown: position of Knob VHF's site not on record"]


def test_only_the_station_or_system_asked_for(run, results, county):
    report = run(station_ids={county.knob})
    assert (report.stations, report.systems, report.computed) == (1, 0, 1)
    assert set(results()) == {f"{county.knob}|{PORTABLE}"}
    assert run(system_ids={county.system}).systems == 1
    assert len(results()) == 3


def test_a_run_cut_short_is_taken_up_where_it_stopped(run, results):
    class Stopped(Exception):
        pass

    def stop(done, total, what):
        raise Stopped

    with pytest.raises(Stopped):
        run(progress=stop)
    assert len(results()) == 1
    report = run()
    assert (report.computed, report.path_losses) == (2, 1)


def test_progress_is_honest(run):
    seen = []
    run(progress=lambda done, total, what: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_station_beyond_the_terrain_is_no_data_everywhere(run, results, change, county, database, administrator):
    change(Site, county.ridge_site, position="SRID=4326;POINT(-84.5 36.36)")
    run()
    station = results()[f"{county.ridge}|{PORTABLE}"]
    assert not station.rasters["balanced_probability"].known.any()
    assert station.area is None
    system = results()[f"{county.system}|{PORTABLE}"].rasters["balanced_probability"]
    assert not system.known.all()


def test_the_combined_raster_is_the_best_of_the_systems(
    run, results, database, administrator, study, tmp_path, county
):
    path = tmp_path / "coverage.tif"
    assert write_combined(database, administrator, study, path) == 0
    assert not path.exists()
    run()
    assert write_combined(database, administrator, study, path) == 1
    with rasterio.open(path) as raster:
        assert raster.descriptions == ("balanced_probability", "talk_out_probability", "talk_in_probability")
        assert "best balanced probability" in raster.tags()["TITLE"]
        system = results()[f"{county.system}|{PORTABLE}"].rasters["balanced_probability"].values
        assert np.array_equal(raster.read(1), system)


def test_terrain_is_never_guessed(tmp_path, terrain_file):
    with pytest.raises(CasmError, match="No terrain is at hand"):
        find_terrain(tmp_path)
    folder = tmp_path / "terrain"
    folder.mkdir()
    (folder / "a.tif").write_bytes(terrain_file.read_bytes())
    assert find_terrain(tmp_path).name == "a.tif"
    (folder / "b.tif").write_bytes(terrain_file.read_bytes())
    with pytest.raises(CasmError, match=r"2 terrain files: a\.tif, b\.tif"):
        find_terrain(tmp_path)
    assert find_terrain(tmp_path, folder / "b.tif").name == "b.tif"
    with pytest.raises(CasmError, match="no terrain file"):
        find_terrain(tmp_path, tmp_path / "gone.tif")


def test_a_system_nobody_is_programmed_for_is_told_for_the_reference_portable(
    run, results, database, administrator, county
):
    with database.session(administrator) as session:
        session.execute(update(TemplateSlot).values(status="planned"))
    run()
    assert f"{county.system}|reference_{PORTABLE}" in results()
