"""The map of a public release: cells, counts and names for anyone, and nothing of what lies behind."""

import json
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import Point, box, shape
from sqlalchemy import select

from casm.assessments.result import Result
from casm.db.columns import Base, OwnedRow
from casm.exchange.geojson import write_features
from casm.exchange.public_release import PUBLIC_LAYERS
from casm.inventory.agency import Agency
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.owner import Owner
from casm.inventory.radio_system import RadioSystem
from casm.inventory.site import Site
from casm.inventory.station import Station
from casm.sharing.handling import set_handling_text
from casm.sharing.viewer import Viewer
from geo.generalise import cell_of
from web.maps.public_map import PUBLIC_SCRIPTS, write_public_map

ADMINISTRATOR = Viewer.local_administrator()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAMED = (Agency, Jurisdiction, Owner, RadioSystem)
MARKER = "Quokka"


@pytest.fixture(scope="module")
def ids(module_database, small_inventory):
    """The small inventory with what a release needs, each site somewhere else in its cell."""
    with module_database.session(ADMINISTRATOR) as session:
        ids = small_inventory.fill_for_release(session)
        move_sites(session, seed=1)
    return ids


def move_sites(session, seed: int) -> None:
    """Put each site anywhere in its finest cell."""
    random = np.random.default_rng(seed)
    for site in session.scalars(select(Site).where(Site.position.is_not(None)).order_by(Site.id)):
        point = to_shape(site.position)
        west, south, east, north = cell_of(point.x, point.y).bounds
        moved = Point(random.uniform(west + 0.001, east - 0.001), random.uniform(south + 0.001, north - 0.001))
        site.position = from_shape(moved, 4326)


def written(database, folder, now=NOW) -> str:
    """The map as it stands."""
    with database.session(ADMINISTRATOR) as session:
        return write_public_map(session, folder / "map.html", places=(), now=now).path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(module_database, ids, tmp_path_factory):
    return written(module_database, tmp_path_factory.mktemp("out"))


def data_of(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="casm-data">(.*?)</script>', page, re.DOTALL)[1])


def test_it_is_for_anyone_dated_and_asks_for_nothing(page):
    assert page.count("EXERCISE // TLP:CLEAR // may be shown to anyone") == 2
    assert "TLP:AMBER" not in page
    assert "Public release of 2026-11-22 12:00 UTC" in page
    assert 'id="print-map"' in page
    assert "May be shown to anyone." in page
    assert re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)', page) == []
    assert re.findall(r"url\((?!data:|#)[^)]*\)", page) == []
    assert "map/answer.js" not in PUBLIC_SCRIPTS


def test_it_shows_what_the_files_hold(module_database, ids, page, tmp_path):
    files = {}
    with module_database.session(ADMINISTRATOR) as session:
        for name, layer in PUBLIC_LAYERS.items():
            write_features(session, layer, tmp_path / name, now=NOW)
            files[name] = json.loads((tmp_path / name).read_bytes())["features"]
    data = data_of(page)
    cells = {(cell["longitude"], cell["latitude"]): cell["count"] for cell in data["cells"]}
    assert len(cells) == 4
    assert cells == {
        tuple(one["geometry"]["coordinates"]): one["properties"]["site_count"] for one in files["sites"]
    }  # fmt: skip
    for cell in data["cells"]:
        assert box(*cell["bounds"]).centroid.distance(Point(cell["longitude"], cell["latitude"])) < 1e-6
    assert sorted(cell["bounds"][2] - cell["bounds"][0] > 0.15 for cell in data["cells"]) == [False] * 3 + [True]
    (coverage,) = data["coverages"]
    assert shape(coverage["area"]).equals(shape(files["coverage"][0]["geometry"]))
    assert coverage["system"] == files["coverage"][0]["properties"]["radio_system"]
    assert {one["name"] for one in data["counties"]} <= {one["properties"]["name"] for one in files["jurisdictions"]}
    assert files["agencies"]
    for agency in files["agencies"]:
        assert page.count(agency["properties"]["name"]) >= 2


def test_no_place_name_or_id_behind_it_is_in_it(module_database, ids, page):
    """Only names of the classes that are released by name, and no coordinate of any site however short."""
    with module_database.session(ADMINISTRATOR) as session:
        sites = list(session.scalars(select(Site).where(Site.position.is_not(None))))
        numbers = [number for site in sites for number in (to_shape(site.position).x, to_shape(site.position).y)]
        row_ids = [str(row_id) for table in (Site, Station, Result) for row_id in session.scalars(select(table.id))]
        shown, hidden = set(), set()
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, OwnedRow) and "name" in mapper.columns:
                names = set(session.scalars(select(mapper.class_.name)))
                (shown if mapper.class_ in NAMED else hidden).update(filter(None, names))
    assert len(numbers) == 26
    told = json.dumps(data_of(page)) + re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    for number in numbers:
        for digits in (3, 4, 5, 6):
            assert f"{number:.{digits}f}" not in told, number
    assert len(hidden - shown) > 15
    for secret in (*(hidden - shown), *row_ids, "WQAB", "1000001", "Key under the mat", "us.tn.campbell"):
        assert not re.search(rf"\b{re.escape(secret)}\b", told), secret
        assert len(secret) < 8 or secret not in page, secret


def test_it_is_the_same_bytes_whatever_lies_behind(module_database, ids, page, tmp_path):
    with module_database.session(ADMINISTRATOR) as session:
        move_sites(session, seed=2)
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, OwnedRow) and "name" in mapper.columns and mapper.class_ not in NAMED:
                for row in session.scalars(select(mapper.class_)):
                    row.name = f"{MARKER} {row.name}"
        for site in session.scalars(select(Site)):
            site.asr_number, site.address, site.overall_height_agl_m = None, MARKER, 99.0
        for station in session.scalars(select(Station)):
            station.call_sign, station.erp_w = "KNXX1", 5.0
        session.add(
            Site(
                owner_id=ids.county_owner, name=MARKER, sensitivity="restricted", remarks=MARKER,
                position=from_shape(Point(-84.051, 36.049), 4326),
            )
        )  # fmt: skip
        session.add(Agency(owner_id=ids.county_owner, name=MARKER, level="county", discipline="law",
                           sensitivity="restricted", remarks=MARKER))  # fmt: skip
    assert written(module_database, tmp_path) == page
    later = written(module_database, tmp_path, now=NOW.replace(year=2027))
    assert (later != page, later.replace("2027-11-22", "2026-11-22") == page) == (True, True)


def test_what_no_owner_releases_leaves_a_map_without_cells(module_database, ids, tmp_path):
    with module_database.session(ADMINISTRATOR) as session:
        set_handling_text(session, ids.state_owner, words="Not for release")
        set_handling_text(session, ids.state_owner, release_up_to="public")
    page = written(module_database, tmp_path)
    data = data_of(page)
    assert (data["cells"], data["coverages"]) == ([], [])
    assert "No site is released." in page
    assert "Campbell County Sheriff" not in page
