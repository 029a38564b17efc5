"""A public release tells places by cells alone: the same bytes whatever lies behind, and no better guess by attack."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from geoalchemy2.shape import from_shape
from repeats import repeats
from shapely.affinity import scale
from shapely.geometry import MultiPolygon, Point, box, shape
from sqlalchemy import select, update

from casm.assessments.result import Result
from casm.exchange.geojson import write_features
from casm.exchange.public_release import LEAST_PLACES, PUBLIC_LAYERS, safe_cells
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.owner import Owner
from casm.inventory.site import Site
from casm.inventory.station import Station
from casm.sharing.handling import set_handling_text
from casm.sharing.viewer import Viewer
from geo.generalise import cell_of, covered_cells
from geo.geodesy import WGS84

ADMINISTRATOR = Viewer.local_administrator()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
# What docs/public-release.md promises.
RADIUS_M, SHARE = 400.0, 0.99
WORLDS = repeats(1_500, quick=150)


@pytest.fixture
def filled(database, small_inventory):
    """The small inventory with what a release needs."""
    with database.session(ADMINISTRATOR) as session:
        return small_inventory.fill_for_release(session)


def release(database, folder) -> dict[str, bytes]:
    with database.session(ADMINISTRATOR) as session:
        for name, layer in PUBLIC_LAYERS.items():
            write_features(session, layer, folder / f"{name}.geojson", now=NOW)
    return {name: (folder / f"{name}.geojson").read_bytes() for name in PUBLIC_LAYERS}


def features(content: bytes) -> list[dict]:
    return json.loads(content)["features"]


def test_a_release_holds_cells_counts_and_no_more(database, filled, tmp_path):
    layers = release(database, tmp_path)
    sites = features(layers["sites"])
    assert {tuple(feature["geometry"]["coordinates"]): feature["properties"]["site_count"] for feature in sites} == {
        (-84.05, 36.05): 3, (-83.95, 36.05): 3, (-83.85, 36.05): 3,
        # The small inventory's three sites have company only together.
        (-84.3, 36.3): 3,
    }  # fmt: skip
    for feature in sites:
        assert set(feature["properties"]) == {"site_count", "position_accuracy_m", "cell_deg"}
        assert feature["properties"]["position_accuracy_m"] > 7_000 * feature["properties"]["cell_deg"] / 0.1 * 0.9
    (coverage,) = features(layers["coverage"])
    assert shape(coverage["geometry"]).equals(box(-84.1, 36.0, -83.8, 36.1))
    assert set(coverage["properties"]) == {"radio_system", "technology", "position_accuracy_m"}
    for agency in features(layers["agencies"]):
        assert agency["geometry"] is None
        assert set(agency["properties"]) == {"name", "level", "discipline"}
    everything = b"".join(layers.values()).decode()
    with database.session(ADMINISTRATOR) as session:
        row_ids = [str(row_id) for table in (Site, Station, Result) for row_id in session.scalars(select(table.id))]
    for secret in ("SECRET", "WQAB", "10000", "Ridge", "Key under the mat", "us.tn.campbell", *row_ids):
        assert secret not in everything, secret


def test_a_release_is_for_anyone_and_says_how_it_was_made(database, filled, tmp_path):
    for content in release(database, tmp_path).values():
        about = json.loads(content)["casm"]
        assert about["tlp"] == "TLP:CLEAR"
        assert about["handling"] == []
        assert about["release"]["least_places_in_a_cell"] == LEAST_PLACES
        assert about["release"]["finest_cell_deg"] == 0.1


def test_only_layers_thought_through_are_released():
    assert set(PUBLIC_LAYERS) == {"jurisdictions", "agencies", "sites", "coverage"}


def test_what_lies_behind_does_not_show(database, filled, tmp_path):
    """Any attack on sites, joins with an exact list included, has only this: equal bytes for other sites."""
    before = release(database, tmp_path / "before")
    random = np.random.default_rng(1)
    with database.session(ADMINISTRATOR) as session:
        for site in session.scalars(select(Site).where(Site.position.is_not(None))):
            point = shapely.from_wkb(bytes(site.position.data))
            west, south, east, north = cell_of(point.x, point.y).bounds
            moved = Point(random.uniform(west + 0.001, east - 0.001), random.uniform(south + 0.001, north - 0.001))
            site.position = from_shape(moved, 4326)
            site.name, site.asr_number, site.address = f"Other {site.name}", None, "Elsewhere"
            site.overall_height_agl_m, site.structure_type = 99.0, "building"
        for station in session.scalars(select(Station)):
            station.call_sign, station.erp_w, station.antenna_height_agl_m = "KNXX1", 5.0, 12.0
    assert release(database, tmp_path / "after") == before


def test_rows_stay_in_unless_their_owner_lets_them_out(database, filled, tmp_path):
    with database.session(ADMINISTRATOR) as session:
        set_handling_text(session, filled.state_owner, words="Not for release")
    assert [len(features(content)) for content in release(database, tmp_path).values()] == [3, 0, 0, 0]
    with database.session(ADMINISTRATOR) as session:
        set_handling_text(session, filled.state_owner, release_up_to="internal")
        set_handling_text(session, filled.county_owner, tlp_floor="GREEN")
    assert features(release(database, tmp_path)["sites"]) == []


def test_a_restricted_tower_is_in_no_cell_and_its_coverage_in_no_patch(database, filled, tmp_path):
    with database.session(ADMINISTRATOR) as session:
        session.execute(update(Site).where(Site.name == "SECRET Hill 0").values(sensitivity="restricted"))
        session.execute(update(Result).where(Result.id == filled.coverage_result).values(sensitivity="restricted"))
    layers = release(database, tmp_path)
    assert features(layers["coverage"]) == []
    with database.session(ADMINISTRATOR) as session:
        session.execute(update(Site).where(Site.name == "SECRET Hill 0").values(status="retired", retired_at=NOW))
    assert release(database, tmp_path)["sites"] == layers["sites"]


def test_coverage_does_not_point_at_its_towers():
    """By the middle of each patch, of all of them, and of the widest circle inside: under 1 in 100 towers near one."""
    random = np.random.default_rng(20261122)
    near = published = 0
    for world in range(WORLDS):
        spread_deg = (0.02, 0.2, 0.5)[world % 3]
        middle = random.uniform(-120.0, -75.0), random.uniform(30.0, 48.0)
        towers = [Point(*(middle + random.normal(0, spread_deg, 2))) for _ in range(random.integers(1, 9))]
        area = shapely.union_all([disc(tower, random.uniform(8.0, 35.0)) for tower in towers])
        kept = shapely.union_all([cell.polygon for cell in safe_cells(covered_cells(area), towers)])
        if kept.is_empty:
            continue
        patches = list(shapely.get_parts(kept))
        guesses = [kept.centroid, *(patch.centroid for patch in patches)]
        guesses += [Point(shapely.maximum_inscribed_circle(patch).coords[0]) for patch in patches]
        published += len(towers)
        near += sum(
            min(WGS84.inv(tower.x, tower.y, guess.x, guess.y)[2] for guess in guesses) < RADIUS_M for tower in towers
        )
    assert published > 2 * WORLDS
    assert near <= (1 - SHARE) * published


def disc(tower: Point, radius_km: float):
    """About what a station reaches on level ground."""
    wide = radius_km / 111.2 / np.cos(np.radians(tower.y))
    return scale(tower.buffer(1.0, quad_segs=16), wide, radius_km / 111.2)


@pytest.mark.parametrize("towers", [1, 2, 5])
def test_towers_close_together_are_not_shown_by_what_they_serve(towers):
    points = [Point(-84.05 + n * 0.02, 36.05) for n in range(towers)]
    area = shapely.union_all([disc(point, 25.0) for point in points])
    assert covered_cells(area)
    assert safe_cells(covered_cells(area), points) == set()


def test_a_jurisdiction_that_is_not_public_stays_in(database, filled, tmp_path):
    """Its outline cannot be made general, and would raise the mark of the file."""
    with database.session(ADMINISTRATOR) as session:
        session.add(
            Jurisdiction(
                owner_id=filled.state_owner, kind="region", code="SECRET", name="SECRET district",
                sensitivity="internal", area=from_shape(MultiPolygon([box(-84.0, 36.0, -83.9, 36.1)]), 4326),
            )
        )  # fmt: skip
    content = release(database, tmp_path)["jurisdictions"]
    assert json.loads(content)["casm"]["tlp"] == "TLP:CLEAR"
    assert features(content)
    assert b"SECRET" not in content


def test_releases_name_states_and_not_counties(database, filled, tmp_path):
    with database.session(ADMINISTRATOR) as session:
        codes = set(session.scalars(select(Owner.code)))
    assert "us.tn.campbell" in codes
    assert json.loads(release(database, tmp_path)["sites"])["casm"]["owners"] == ["us.tn"]
