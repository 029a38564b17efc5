"""`casm demo` as a person runs it: killed half way, run to the end, run again and served; and every answer in it."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import rasterio
import shapely
from psycopg2 import sql
from shapely.geometry import shape
from sqlalchemy import select

from casm.assessments.result import Result
from casm.config import Settings
from casm.db import locate
from casm.db.cluster import Cluster
from casm.db.session import Database, open_database
from casm.db.tables import Base
from casm.demo.region import AS_OF, BOUNDS, COLS, COUNTY_FIPS, DATABASE, ROWS, TITLE
from casm.intake.batch_record import ImportBatch, ImportProblem
from casm.inventory.agency import Agency
from casm.inventory.backhaul import BackhaulLink
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.owner import Owner
from casm.inventory.site import Site
from casm.sharing.viewer import PUBLIC_OWNER_ID, Viewer

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = ROOT / "fixtures" / "demo_region" / "expected.csv"
ADMINISTRATOR = Viewer.local_administrator()
ANSWERS_BEFORE_THE_KILL = 4
RUN_SECONDS = 280
# Rows that hang on another row of a file and so have no remark of their own.
CHILDREN = {
    "agreement_party", "agreement_asset", "need_party", "link_carries_system", "resource_encryption",
    "fleet_encryption", "system_peer", "site_sensitive", "backhaul_link_sensitive", "broadband_service_sensitive",
    "comm_unit_member_contact", "dispatch_center_peer", "dispatch_center_agency",
}  # fmt: skip


@dataclass(frozen=True)
class Demo:
    """A finished demo: its files, its open database, what it said, and how much was stored when it was killed."""

    out: Path
    database: Database
    server: Cluster
    environment: dict[str, str]
    said: str
    stored_when_killed: int

    def command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "web.cli", "demo", "--out", str(self.out), *options]


def expected(*kinds: str) -> list[dict[str, str]]:
    """The answers written by hand, of some kinds."""
    with EXPECTED.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["kind"] in kinds]


@pytest.fixture(scope="module")
def demo(database_server, tmp_path_factory) -> Iterator[Demo]:
    """The demo killed by force once some coverage is stored, then run to its end, on the tests' own server."""
    out = tmp_path_factory.mktemp("demo") / "out"
    data_dir = database_server.layout.data_dir
    environment = os.environ | {"CASM_DATA_DIR": str(data_dir), "CASM_DATABASE_URL": ""}
    database = open_database(locate.locate_database(Settings(data_dir=data_dir), DATABASE))
    begun = Demo(out, database, database_server, environment, "", 0)
    try:
        stored = killed_half_way(begun)
        ended = subprocess.run(
            begun.command("--no-serve"), env=environment, cwd=ROOT, capture_output=True, text=True, timeout=RUN_SECONDS
        )
        assert ended.returncode == 0, ended.stderr
        yield Demo(out, database, database_server, environment, ended.stderr, stored)
    finally:
        database.close()
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
        with locate.autocommit(database_server.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement)


def killed_half_way(demo: Demo) -> int:
    """Start the demo, kill it by force once a few results are stored; how many there were."""
    said = demo.out.parent / "killed.txt"
    with said.open("w", encoding="utf-8") as log:
        running = subprocess.Popen(demo.command("--no-serve"), env=demo.environment, cwd=ROOT, stderr=log)
        deadline = time.monotonic() + RUN_SECONDS
        try:
            while (stored := len(results(demo, "station_coverage"))) < ANSWERS_BEFORE_THE_KILL:
                assert running.poll() is None, said.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, said.read_text(encoding="utf-8")
                time.sleep(0.1)
        finally:
            running.send_signal(signal.SIGKILL)
            running.wait()
    return stored


def results(demo: Demo, kind: str) -> list[Result]:
    with demo.database.session(ADMINISTRATOR) as session:
        return list(session.scalars(select(Result).where(Result.kind == kind, Result.status != "retired")))


@pytest.fixture(scope="module")
def agencies(demo: Demo) -> dict[str, str]:
    """Agency ids by abbreviation."""
    with demo.database.session(ADMINISTRATOR) as session:
        return {row.abbreviation: str(row.id) for row in session.scalars(select(Agency))}


@pytest.fixture(scope="module")
def pairs(demo: Demo) -> dict[frozenset[str], dict]:
    """Summaries of the stored pairs by their two agency ids."""
    return {frozenset(row.result_key.split("|")): row.summary for row in results(demo, "interop_pair")}


@pytest.fixture(scope="module")
def needs(demo: Demo) -> dict[str, dict]:
    """Summaries of the judged needs by name."""
    return {row.summary["need"].removeprefix("EXERCISE "): row.summary for row in results(demo, "interop_group")}


@pytest.fixture(scope="module")
def gaps(demo: Demo) -> dict[str, list[dict]]:
    """Features of gaps.geojson by the need's name."""
    found: dict[str, list[dict]] = {}
    for feature in geojson(demo, "gaps")["features"]:
        found.setdefault(feature["properties"]["need"].removeprefix("EXERCISE "), []).append(feature)
    return found


def geojson(demo: Demo, layer: str) -> dict:
    return json.loads((demo.out / f"{layer}.geojson").read_text(encoding="utf-8"))


def test_what_was_stored_before_the_kill_was_kept(demo: Demo) -> None:
    assert demo.stored_when_killed >= ANSWERS_BEFORE_THE_KILL
    kept = re.search(r"(\d+) results computed, (\d+) kept", demo.said)
    assert kept is not None
    assert int(kept[2]) >= demo.stored_when_killed
    assert "exercise inventory: unchanged since" in demo.said


def test_it_tells_its_steps_and_serves_once(demo: Demo) -> None:
    steps = re.findall(r"^\[(\d)/9\] ([a-z ]+): ", demo.said, re.MULTILINE)
    assert list(dict.fromkeys(number for number, _ in steps)) == list("123456789")
    assert re.search(r"^Fetched http://127\.0\.0\.1:\d+/ once", demo.said, re.MULTILINE)


def test_every_row_of_the_inventory_is_taken(demo: Demo) -> None:
    with demo.database.session(ADMINISTRATOR) as session:
        batches = list(session.scalars(select(ImportBatch)))
        problems = list(session.scalars(select(ImportProblem).where(ImportProblem.severity != "note")))
    assert not problems
    assert sum(batch.rows_reported for batch in batches) == 0
    assert {batch.state for batch in batches} == {"done"}
    rows = sum(
        max(0, sum(1 for _ in csv.reader(path.open(encoding="utf-8", newline=""))) - 1)
        for path in (EXPECTED.parent / "inventory").rglob("*.csv")
    )
    assert sum(batch.rows_read for batch in batches if batch.reader == "csv") == rows


@pytest.mark.parametrize("row", expected("pair"), ids=lambda row: row["subject"])
def test_a_pair_has_the_level_expected(row, pairs, agencies) -> None:
    summary = pairs[frozenset(agencies[short] for short in row["subject"].split("|"))]
    assert (summary["proven_level"], summary["possible_level"]) == (
        int(row["proven_level"]),
        int(row["possible_level"]),
    ), row["because"]
    codes = {reason["code"] for method in summary["methods"] for reason in method["reasons"]}
    assert not row["reason"] or row["reason"] in codes


def test_the_pairs_expected_hold_every_level_and_an_interval() -> None:
    levels = {(int(row["proven_level"]), int(row["possible_level"])) for row in expected("pair")}
    assert {(level, level) for level in range(6)} <= levels
    assert any(proven < possible for proven, possible in levels)


def test_every_answer_is_of_the_demo_s_own_day(pairs, needs) -> None:
    assert {summary["as_of"] for summary in (*pairs.values(), *needs.values())} == {AS_OF.isoformat()}
    assert len(pairs) == 14 * 13 // 2


@pytest.mark.parametrize("row", expected("gap"), ids=lambda row: row["reason"])
def test_a_need_that_fails_is_a_gap_with_its_reason_and_place(row, needs, gaps) -> None:
    assert needs[row["subject"]]["state"] == "not met"
    sure = [feature for feature in gaps[row["subject"]] if feature["properties"]["known"]]
    assert {feature["properties"]["reason"] for feature in sure} == {row["reason"]}
    for feature in sure:
        assert shape(feature["geometry"]).area > 0
        assert feature["properties"]["area_km2"] > 0
        assert "EXERCISE" in feature["properties"]["sentence"]


@pytest.mark.parametrize("row", expected("met"), ids=lambda row: row["subject"])
def test_a_need_that_is_met_has_no_gap(row, needs, gaps) -> None:
    assert needs[row["subject"]]["state"] == "met"
    assert row["subject"] not in gaps


@pytest.mark.parametrize("row", expected("unknown"), ids=lambda row: row["subject"])
def test_a_need_that_rests_on_a_stale_record_is_neither_met_nor_a_gap(row, needs, gaps) -> None:
    assert needs[row["subject"]]["state"] == "not proven"
    assert [feature["properties"]["known"] for feature in gaps[row["subject"]]] == [False]
    assert {feature["properties"]["reason"] for feature in gaps[row["subject"]]} <= {row["reason"], "UNKNOWN"}
    assert "last verified" in gaps[row["subject"]][0]["properties"]["sentence"]


def test_a_need_that_is_only_proposed_is_not_judged(needs, gaps) -> None:
    for row in expected("proposed"):
        assert row["subject"] not in needs
        assert row["subject"] not in gaps


def test_the_ridge_makes_its_gap_behind_itself(demo: Demo, gaps) -> None:
    (feature,) = gaps["Ambulance and Stony Fork Fire"]
    area = shape(feature["geometry"])
    with demo.database.session(ADMINISTRATOR) as session:
        hall = session.scalars(select(Site).where(Site.name == "EXERCISE Stony Fork Fire Hall")).one().position
        hall = shapely.from_wkb(bytes(hall.data))
    assert area.buffer(0.002).contains(hall)
    # The crest between the hollow and the valley runs near 84.24 W there; east of it the repeater is in view.
    west_of_crest = area.intersection(shapely.box(-84.5, 36.0, -84.24, 36.6)).area
    assert west_of_crest / area.area > 0.9
    place = shapely.union_all([shape(f["geometry"]) for f in geojson(demo, "needs")["features"]
                               if f["properties"]["name"].endswith("Ambulance and Stony Fork Fire")])  # fmt: skip
    assert 0.5 < area.area / place.area < 0.95


def test_the_ring_survives_any_one_hop_and_the_spur_does_not(demo: Demo) -> None:
    with demo.database.session(ADMINISTRATOR) as session:
        names = {row.id: row.name.removeprefix("EXERCISE ") for row in session.scalars(select(Site))}
        hops = [
            frozenset((names[row.site_a_id], names[row.site_b_id]))
            for row in session.scalars(select(BackhaulLink).where(BackhaulLink.kind == "microwave"))
        ]
        lengths_m = [row.path_length_m for row in session.scalars(select(BackhaulLink))]
    assert all(1000 < length_m < 40_000 for length_m in lengths_m)
    (ring,) = expected("ring")
    circle = ring["subject"].split("|")
    around = [frozenset((one, other)) for one, other in zip(circle, [*circle[1:], circle[0]], strict=True)]
    assert set(around) <= set(hops)
    for hop in around:
        assert reachable(circle[0], [other for other in hops if other != hop]) >= set(circle)
    (spur,) = expected("spur")
    near, far = spur["subject"].split("|")
    assert frozenset((near, far)) in hops
    assert far not in reachable(near, [hop for hop in hops if hop != frozenset((near, far))])


def reachable(start: str, hops: list[frozenset[str]]) -> set[str]:
    """Sites joined to the first one by any number of hops."""
    seen, border = {start}, [start]
    while border:
        here = border.pop()
        for hop in hops:
            if here in hop and (new := hop - seen):
                seen |= new
                border += new
    return seen


def test_every_record_says_exercise_or_is_real_reference_data(demo: Demo) -> None:
    with demo.database.session(ADMINISTRATOR) as session:
        owners = list(session.scalars(select(Owner).where(Owner.kind.not_in(("nation", "public")))))
        assert len(owners) == 4
        assert all("EXERCISE" in owner.name for owner in owners)
        for mapper in Base.registry.mappers:
            table = mapper.local_table
            if "remarks" not in table.c or table.name in CHILDREN or table.name == "result":
                continue
            rows = session.execute(select(table.c.owner_id, table.c.remarks))
            silent = [row for row in rows if row.owner_id != PUBLIC_OWNER_ID and "EXERCISE" not in (row.remarks or "")]
            assert not silent, table.name
        silent = [row.title for row in session.scalars(select(Result)) if "EXERCISE" not in f"{row.title}{row.remarks}"]
        assert not silent


def test_the_real_counties_are_there(demo: Demo) -> None:
    with demo.database.session(ADMINISTRATOR) as session:
        codes = set(session.scalars(select(Jurisdiction.code).where(Jurisdiction.kind == "county")))
    assert set(COUNTY_FIPS) <= codes
    assert len(codes) == 95 + 120  # counties of Tennessee and of Kentucky


@pytest.mark.parametrize(
    "layer", ["jurisdictions", "agencies", "sites", "stations", "links", "coverage", "gaps", "needs"]
)
def test_a_layer_is_valid_geojson_and_marked(demo: Demo, layer: str) -> None:
    document = geojson(demo, layer)
    assert document["type"] == "FeatureCollection"
    assert document["features"]
    assert "crs" not in document  # RFC 7946, section 4: positions are WGS84, and nothing else may be said
    assert document["casm"]["exercise"] is (layer != "jurisdictions")
    for feature in document["features"]:
        assert feature["type"] == "Feature"
        if feature["geometry"] is not None:
            geometry = shape(feature["geometry"])
            assert geometry.is_valid
            assert -180 <= geometry.bounds[0] <= geometry.bounds[2] <= 180
    if layer == "sites":
        assert len(document["features"]) == 14


def test_the_coverage_raster_is_georeferenced_and_holds_probabilities(demo: Demo) -> None:
    with rasterio.open(demo.out / "coverage.tif") as raster:
        assert raster.crs.to_epsg() == 4326
        assert raster.shape == (ROWS, COLS)
        assert raster.bounds.left == pytest.approx(BOUNDS.west_deg)
        assert raster.bounds.top == pytest.approx(BOUNDS.north_deg)
        balanced = raster.read(1, masked=True)
        city_hall = raster.index(-84.1199, 36.3829)
        assert balanced[city_hall] > 0.95
    assert 0.0 <= balanced.min() < 0.05
    assert 0.95 < balanced.max() <= 1.0


def test_the_summary_can_be_read_by_a_county_manager(demo: Demo) -> None:
    summary = (demo.out / "summary.txt").read_text(encoding="utf-8")
    lines = summary.splitlines()
    assert lines[0].startswith("EXERCISE")
    assert TITLE in summary
    assert AS_OF.isoformat() in summary
    for level in range(6):
        assert re.search(rf"^  {level}  \w", summary, re.MULTILINE)
    assert re.search(r"^ +XACSO +XCSO ", summary, re.MULTILINE)
    assert re.search(r"^  XEMA .* 3-5 ", summary, re.MULTILINE)
    for row in expected("gap"):
        assert re.search(rf"GAP \({row['reason']}\)", summary)
    assert "Longley–Rice" in summary
    assert re.search(r"version \d", summary)
    assert "WHAT TO KEEP IN MIND" in lines
    assert max(map(len, lines)) <= 120


def test_the_map_file_opens_by_itself(demo: Demo, open_page) -> None:
    address = (demo.out / "map.html").as_uri()
    page, watch = open_page(address)
    page.wait_for_selector("html[data-ready=yes]")
    assert page.locator(".casm-site").count() == 14
    assert page.locator("path.casm-gap").count() == 5
    assert page.get_by_text("EXERCISE //").count() >= 2
    assert page.get_by_text(AS_OF.isoformat()).count() >= 1
    assert watch.errors == []
    assert watch.console == []
    assert watch.foreign_requests("") == []


@pytest.mark.full
def test_a_second_run_changes_nothing_serves_and_ends_on_interrupt(demo: Demo) -> None:
    before, layers_before = stored(demo), features(demo)
    running = subprocess.Popen(
        demo.command("--serve"), env=demo.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    hanging = threading.Timer(RUN_SECONDS, running.kill)
    hanging.start()
    try:
        said = []
        for line in running.stderr:
            said.append(line)
            if line.startswith("Serving "):
                break
        address = re.search(r"http://127\.0\.0\.1:\d+/", said[-1])[0]
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
            page = answer.read().decode()
        running.send_signal(signal.SIGINT)
        said += running.stderr.readlines()
        assert running.wait() == 0, "".join(said)
    finally:
        hanging.cancel()
        running.kill()
        running.wait()
    assert "folium-map" in page
    assert "EXERCISE" in page
    assert AS_OF.isoformat() in page
    assert ": 0 results computed," in "".join(said)
    assert ": 0 computed, 91 kept" in "".join(said)
    assert stored(demo) == before
    assert features(demo) == layers_before


def stored(demo: Demo) -> dict[str, tuple]:
    """How many rows every table holds, and one hash over them; only the record of jobs and the audit may grow."""
    found = {}
    with locate.autocommit(demo.server.connect(DATABASE)) as connection, connection.cursor() as cursor:
        for name in sorted({mapper.local_table.name for mapper in Base.registry.mappers} - {"job", "audit_event"}):
            statement = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM casm.{table} t"
            cursor.execute(sql.SQL(statement).format(table=sql.Identifier(name)))
            found[name] = cursor.fetchone()
    return found


def features(demo: Demo) -> dict[str, list]:
    """The features of every layer, without the moment the file was made."""
    return {path.stem: geojson(demo, path.stem)["features"] for path in sorted(demo.out.glob("*.geojson"))}
