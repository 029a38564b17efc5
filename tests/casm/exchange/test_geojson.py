"""GeoJSON files of every layer: valid, marked, traceable, without what must not leave, and whole or absent."""

import json
from datetime import UTC, datetime

import pyogrio
import pytest
import shapely
from shapely.geometry import shape
from sqlalchemy import update

from casm.errors import CasmError
from casm.exchange import geojson
from casm.exchange.atomic import atomic_write
from casm.inventory.site import Site
from casm.sharing.viewer import Viewer

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(module_database, small_inventory):
    """The shared database with the small inventory in it, and the ids."""
    with module_database.session(Viewer.local_administrator()) as session:
        ids = small_inventory.fill(session)
    return module_database, ids


@pytest.fixture(scope="module")
def folder(filled, tmp_path_factory):
    """Every layer, written once."""
    database, _ids = filled
    target = tmp_path_factory.mktemp("out")
    with database.session(Viewer.local_administrator()) as session:
        geojson.write_all(session, target, now=NOW)
    return target


def load(folder, layer):
    return json.loads((folder / f"{layer}.geojson").read_text(encoding="utf-8"))


@pytest.mark.parametrize("layer", list(geojson.LAYERS))
def test_each_file_is_a_feature_collection_of_rfc_7946(folder, layer):
    document = load(folder, layer)
    assert document["type"] == "FeatureCollection"
    assert document["features"]
    assert "crs" not in document
    boxes = []
    for feature in document["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        if feature["geometry"] is None:
            continue
        geometry = shape(feature["geometry"])
        assert geometry.is_valid
        boxes.append(shapely.bounds(geometry))
        for number in shapely.get_coordinates(geometry).ravel():
            assert round(float(number), 7) == float(number)
        for part in shapely.get_parts(geometry):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw
                assert not any(hole.is_ccw for hole in part.interiors)
    bounds = shapely.total_bounds(shapely.box(*zip(*boxes, strict=True)))
    assert document["bbox"] == pytest.approx(list(bounds))


@pytest.mark.parametrize("layer", list(geojson.LAYERS))
def test_gdal_reads_each_file(folder, layer):
    table = pyogrio.read_dataframe(folder / f"{layer}.geojson")
    assert len(table) == len(load(folder, layer)["features"])
    assert table.crs.to_epsg() == 4326


@pytest.mark.parametrize("layer", list(geojson.LAYERS))
def test_each_file_says_how_to_handle_it_before_its_features(folder, layer):
    document = load(folder, layer)
    assert list(document).index("casm") < list(document).index("features")
    about = document["casm"]
    assert about["layer"] == layer
    assert about["generated_at"] == "2026-11-22T12:00:00Z"
    assert about["feature_count"] == len(document["features"])
    assert about["features_without_geometry"] == sum(f["geometry"] is None for f in document["features"])
    assert about["licence"]
    if layer == "jurisdictions":
        assert about["marking"] == "TLP:CLEAR // may be shown to anyone"
        assert about["editions"] == ["Census cb_2016 1:500,000"]
    else:
        assert about["marking"] == "EXERCISE // TLP:AMBER // for your agency and those it serves, as they need to know"
        assert about["owners"] == ["us.tn.campbell"]


def test_the_mark_follows_the_most_sensitive_row(filled, tmp_path):
    database, ids = filled
    with database.session(Viewer.local_administrator()) as session:
        session.execute(update(Site).where(Site.id == ids.knob).values(sensitivity="restricted"))
        written = geojson.write_layer(session, "sites", tmp_path / "sites.geojson")
        assert written.marking == "EXERCISE // TLP:RED // for the named readers only"
        session.execute(update(Site).where(Site.id == ids.knob).values(sensitivity="internal"))


def test_what_must_not_leave_does_not(folder):
    everything = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.geojson"))
    for secret in ("Key under the mat", "SECRET-CIRCUIT", "encryption", "key_reference", "access_notes"):
        assert secret not in everything


def test_the_other_side_unseen_is_null_and_named(folder, filled):
    _database, ids = filled
    stations = {f["properties"]["name"]: f for f in load(folder, "stations")["features"]}
    lost = stations["Lost VHF"]
    assert lost["geometry"] is None
    assert lost["properties"]["site"] is None
    assert lost["properties"]["unavailable"] == ["site"]
    assert str(ids.hidden_site) not in json.dumps(lost)
    found = stations["Ridge VHF"]
    assert found["properties"]["site"] == "Ridge"
    assert found["properties"]["radio_system"] == "County VHF"
    assert "unavailable" not in found["properties"]
    links = {f["properties"]["name"]: f for f in load(folder, "links")["features"]}
    assert links["Valley-Away"]["geometry"] is None
    assert links["Valley-Away"]["properties"]["unavailable"] == ["site_b"]


def test_figures_come_out_as_they_went_in(folder):
    station = next(f for f in load(folder, "stations")["features"] if f["properties"]["name"] == "Ridge VHF")
    assert station["geometry"] == {"type": "Point", "coordinates": [-84.36, 36.36]}
    assert station["properties"]["antenna_height_agl_m"] == 30.0
    assert station["properties"]["erp_w"] == 100.0
    (frequency,) = station["properties"]["frequencies"]
    assert frequency["station_tx_freq_hz"] == 155_752_500
    assert frequency["station_rx_freq_hz"] == 158_737_500
    valley = next(f for f in load(folder, "sites")["features"] if f["properties"]["name"] == "Valley")
    assert valley["geometry"]["coordinates"] == [-84.3123457, 36.24]
    need = load(folder, "needs")["features"][0]["properties"]
    assert need["parties"] == ["Campbell County Sheriff", "Scott EMS"]


def test_gaps_carry_reason_and_sentence_and_the_unknown_stays_unknown(folder):
    gaps = {f["properties"]["reason"]: f["properties"] for f in load(folder, "gaps")["features"]}
    assert set(gaps) == {"COVERAGE", "STALE"}
    assert gaps["COVERAGE"]["required_level"] == 3
    assert gaps["COVERAGE"]["sentence"].startswith("Behind the ridge")
    assert gaps["COVERAGE"]["method"] == "itm"
    assert gaps["COVERAGE"]["audience"] == ["us.tn.campbell"]


def test_another_viewer_gets_only_what_it_may_see(filled, tmp_path):
    database, ids = filled
    with database.session(Viewer.of_owner("outsider", ids.hidden_site)) as session:
        written = {w.name: w for w in geojson.write_all(session, tmp_path)}
    # Boundaries are everybody's; of every other layer an outsider is given an empty file.
    others = set(geojson.LAYERS) - {"jurisdictions"}
    assert len(others) >= 12
    assert {name: w.feature_count for name, w in written.items()} == {"jurisdictions": 3} | dict.fromkeys(others, 0)
    assert "bbox" not in load(tmp_path, "sites")
    assert load(tmp_path, "sites")["casm"]["tlp"] == "TLP:CLEAR"


def test_an_unknown_layer_names_the_known(filled, tmp_path):
    database, _ids = filled
    with database.session(Viewer.local_administrator()) as session, pytest.raises(CasmError, match="sites"):
        geojson.write_layer(session, "towers", tmp_path / "x.geojson")
    assert not list(tmp_path.iterdir())


def test_a_failure_half_way_leaves_the_older_file(tmp_path):
    target = tmp_path / "a.geojson"
    target.write_text("older")

    def cut_off():
        with atomic_write(target) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert target.read_text() == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["a.geojson"]


def test_a_folder_that_is_a_file_is_said_in_words(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(CasmError, match="cannot be written"), atomic_write(tmp_path / "out" / "a.geojson"):
        pass


def test_what_stands_ready_goes_out_with_what_is_left_and_without_telephones(folder):
    (cache,) = load(folder, "radio_caches")["features"]
    assert cache["properties"]["radio_count"] == 10
    assert (cache["properties"]["checked_out_count"], cache["properties"]["available_radio_count"]) == (2, 8)
    assert cache["properties"]["agency"] == "Campbell County Sheriff"
    (person,) = load(folder, "comm_unit_members")["features"]
    assert person["properties"]["positions"] == [
        {"position": "COML", "task_book": "signed", "expires_on": "2027-05-01"}
    ]
    (gateway,) = load(folder, "gateways")["features"]
    assert gateway["geometry"]["coordinates"] == [-84.36, 36.36]
    (center,) = load(folder, "dispatch_centers")["features"]
    assert center["geometry"]["type"] == "MultiPolygon"
    assert (center["properties"]["longitude"], center["properties"]["latitude"]) == (-84.35, 36.33)
    assert not any(b"SECRET-PHONE" in file.read_bytes() for file in folder.glob("*.geojson"))
