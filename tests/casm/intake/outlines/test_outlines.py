"""Outlines from files of maps: four formats, any reference system, hostile files refused, the same file once."""

import io
import json
import zipfile

import geopandas
import pytest
import shapely
from sqlalchemy import select

from casm.db.tables import Jurisdiction, Owner
from casm.errors import CasmError
from casm.intake.outlines import container
from casm.intake.outlines.read import read_outlines
from casm.intake.outlines.take import choose, take_outlines
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

ADMIN = Viewer.local_administrator()
SQUARE = shapely.box(-84.4, 36.2, -84.2, 36.4)
ROUND = shapely.Point(-84.0, 36.3).buffer(0.05)
BOWTIE = shapely.Polygon([(-84.4, 36.2), (-84.2, 36.4), (-84.2, 36.2), (-84.4, 36.4), (-84.4, 36.2)])


def frame(*shapes, crs="EPSG:4326", **columns) -> geopandas.GeoDataFrame:
    columns = columns or {"NAME": [f"City {n}" for n in range(1, len(shapes) + 1)],
                          "GEOID": [f"470{n}" for n in range(1, len(shapes) + 1)]}  # fmt: skip
    return geopandas.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326").to_crs(crs)


def as_format(frame, driver: str, folder, ending: str) -> bytes:
    path = folder / f"made.{ending}"
    frame.to_file(path, driver=driver)
    return path.read_bytes()


def zipped(frame, folder, stem="any name/made", leave_out=()) -> bytes:
    frame.to_file(folder / "made.shp", driver="ESRI Shapefile")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in folder.glob("made.*"):
            if part.suffix not in leave_out and part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                made.write(part, f"{stem}{part.suffix}")
    return out.getvalue()


def geojson(*shapes, **properties) -> bytes:
    features = [
        {"type": "Feature", "properties": {"NAME": f"City {n}", "GEOID": f"470{n}", **properties},
         "geometry": None if shape is None else json.loads(shapely.to_geojson(shape))}
        for n, shape in enumerate(shapes, 1)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize(
    ("driver", "ending", "crs", "datum"),
    [
        ("GeoJSON", "geojson", "EPSG:4326", "WGS 84"),
        ("GPKG", "gpkg", "EPSG:2274", "NAD83"),
        ("KML", "kml", "EPSG:4326", "WGS 84"),
        ("ESRI Shapefile", "zip", "EPSG:32616", "WGS 84"),
        ("ESRI Shapefile", "zip", "EPSG:4267", "NAD27"),
    ],
)
def test_each_format_gives_the_same_outlines_on_wgs84(tmp_path, driver, ending, crs, datum):
    made = frame(SQUARE, ROUND, crs=crs)
    content = zipped(made, tmp_path) if ending == "zip" else as_format(made, driver, tmp_path, ending)
    found = read_outlines(content, f"cities.{ending}")
    assert found.datum == datum
    assert [one.problem for one in found.features] == ["", ""]
    for feature, wanted in zip(found.features, (SQUARE, ROUND), strict=True):
        assert shapely.hausdorff_distance(feature.area, wanted) < 1e-4
        assert feature.area.geom_type == "MultiPolygon"
    assert found.usual(("name",)).casefold() == "name"


def test_an_unsound_outline_is_mended_with_a_note_and_what_is_no_area_is_told_by_its_number():
    content = geojson(SQUARE, BOWTIE, shapely.Point(-84, 36), None, shapely.box(36, -84, 36.1, -83))
    found = read_outlines(content, "a.json")
    sound, mended, point, missing, exchanged = found.features
    assert (sound.notes, sound.problem) == ((), "")
    assert mended.area.is_valid
    assert mended.area.area == pytest.approx(0.02)
    assert "was not sound (Self-intersection" in mended.notes[0]
    assert "not an area" in point.problem
    assert "no outline" in missing.problem
    assert "exchanged" in exchanged.problem


CANARY = "canary-7f3a"


@pytest.fixture
def canary(tmp_path):
    """A file beside, which nothing that is uploaded may reach."""
    path = tmp_path / "canary.geojson"
    path.write_bytes(geojson(SQUARE, NAME=CANARY))
    return path


def test_a_map_that_names_another_file_reaches_nothing(canary, tmp_path, monkeypatch):
    layer = f'<OGRVRTLayer name="canary"><SrcDataSource>{canary}</SrcDataSource></OGRVRTLayer>'
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    for name in ("map.geojson", "map.kml", "map.vrt"):
        with pytest.raises(CasmError, match="another kind"):
            read_outlines(vrt.encode(), name)
    # Even where our own look at it had failed: the one driver that is left knows nothing of it.
    for driver, ending in (("GeoJSON", "geojson"), ("KML", "kml"), ("GPKG", "gpkg"), ("ESRI Shapefile", "shp")):
        (tmp_path / f"v.{ending}").write_text(vrt)
        put = container.Container(tmp_path / f"v.{ending}", driver)
        monkeypatch.setattr("casm.intake.outlines.read.put_down", lambda _content, _folder, put=put: put)
        with pytest.raises(CasmError, match="cannot be read") as caught:
            read_outlines(b"", "v")
        assert CANARY not in str(caught.value)
    # The reader has teeth: with no driver left out it follows the name.
    (tmp_path / "v.vrt").write_text(vrt)
    put = container.Container(tmp_path / "v.vrt", "none")
    monkeypatch.setattr("casm.intake.outlines.read.put_down", lambda _content, _folder: put)
    monkeypatch.setattr("casm.intake.outlines.read.skipped", lambda _driver: "")
    assert read_outlines(b"", "v").features[0].values["NAME"] == CANARY


def lying_bomb() -> bytes:
    """A small archive of a shapefile whose parts unpack to gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for ending in (".shx", ".dbf", ".shp"):
            with made.open(f"b{ending}", "w") as member:
                for _ in range(120):
                    member.write(b"\x00" * 1024 * 1024)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "none of the formats"),
        (b"name,code\nA,1\n", "none of the formats"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "no GeoPackage"),
        (b"PK\x03\x04broken", "cannot be unpacked"),
        (b'{"type": "Topology"}', "no GeoJSON"),
        (b'<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml/>', "document type"),
        (b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document></Document></kml>', "no layer|damaged|no outline"),
        (b'{"type": "FeatureCollection", "features": []}', "no layer|no feature"),
    ],
)
def test_what_is_no_file_of_outlines_is_refused_with_a_mend(content, reason):
    with pytest.raises(CasmError, match=reason) as caught:
        read_outlines(content, "x")
    assert caught.value.mend


def test_a_bomb_is_not_unpacked(monkeypatch):
    bomb = lying_bomb()
    assert len(bomb) < 1_000_000
    with pytest.raises(CasmError, match="unpacks to more than 300 MiB"):
        read_outlines(bomb, "bomb.zip")


def test_a_shapefile_without_its_reference_system_asks_for_it(tmp_path):
    content = zipped(frame(SQUARE, crs="EPSG:2274"), tmp_path, leave_out=(".prj",))
    with pytest.raises(CasmError, match="reference system"):
        read_outlines(content, "a.zip")
    found = read_outlines(content, "a.zip", reference_system="EPSG:2274")
    assert shapely.hausdorff_distance(found.features[0].area, SQUARE) < 1e-4
    with pytest.raises(CasmError, match=r"lacks its \.dbf"):
        read_outlines(zipped(frame(SQUARE), tmp_path, leave_out=(".dbf",)), "a.zip")


def test_several_layers_ask_for_one(tmp_path):
    frame(SQUARE).to_file(tmp_path / "a.gpkg", driver="GPKG", layer="one")
    frame(ROUND).to_file(tmp_path / "a.gpkg", driver="GPKG", layer="two", mode="a")
    content = (tmp_path / "a.gpkg").read_bytes()
    with pytest.raises(CasmError, match="several layers: one, two"):
        read_outlines(content, "a.gpkg")
    assert read_outlines(content, "a.gpkg", layer="two").layer == "two"
    with pytest.raises(CasmError, match="no layer 'three'"):
        read_outlines(content, "a.gpkg", layer="three")


def test_outlines_are_taken_in_by_code_once_and_each_problem_names_its_feature(database):
    with database.session(ADMIN) as session:
        session.add(Owner(parent_id=NATION_OWNER_ID, kind="state", name="State", code="us.st"))
    content = geojson(SQUARE, ROUND, shapely.Point(0, 0))
    outlines = read_outlines(content, "cities.geojson")
    choices = choose(outlines, kind="city", edition="City GIS 2026")
    assert (choices.name_field, choices.code_field) == ("NAME", "GEOID")

    def take(more=content, dry_run=False):
        found = read_outlines(more, "cities.geojson")
        return take_outlines(database, ADMIN, found, choose(found, kind="city", edition="City GIS 2026"), "us.st", more,
                             dry_run=dry_run)  # fmt: skip

    tried = take(dry_run=True)
    assert (tried.total("created"), tried.total("reported")) == (2, 1)
    with database.session(ADMIN) as session:
        assert session.scalars(select(Jurisdiction.id)).all() == []
    first = take()
    assert (first.total("created"), first.total("reported")) == (2, 1)
    assert [(one.row, one.reason) for one in first.problems] == [(3, "it is a Point, not an area")]
    assert take().total("unchanged") == 2
    moved = take(geojson(ROUND, ROUND))
    assert (moved.total("changed"), moved.total("unchanged")) == (1, 1)
    twice = take(geojson(SQUARE, ROUND).replace(b"4702", b"4701"))
    assert twice.total("reported") == 1
    with database.session(ADMIN) as session:
        rows = session.execute(select(Jurisdiction.kind, Jurisdiction.code, Jurisdiction.edition, Jurisdiction.source))
        assert sorted(map(tuple, rows)) == [
            ("city", "4701", "City GIS 2026", "partner"), ("city", "4702", "City GIS 2026", "partner"),
        ]  # fmt: skip


def test_which_field_is_the_name_is_asked_where_it_is_not_clear():
    outlines = read_outlines(geojson(SQUARE).replace(b"NAME", b"zz").replace(b"GEOID", b"yy"), "a.geojson")
    with pytest.raises(CasmError, match="Which field holds the name"):
        choose(outlines, kind="city")
    assert choose(outlines, kind="tribe", name_field="zz", code_field="yy").kind == "tribe"
    with pytest.raises(CasmError, match="no field 'xx'"):
        choose(outlines, kind="tribe", name_field="xx", code_field="yy")
    with pytest.raises(CasmError, match="not taken"):
        choose(outlines, kind="nation")
