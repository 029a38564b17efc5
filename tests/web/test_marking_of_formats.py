"""Over random rows and every format there is: an export bears the highest marking of its rows."""

import hashlib
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio
from repeats import repeats
from sqlalchemy import select, update

from casm.assessments.coverage_rows import BALANCED, TALK_IN, TALK_OUT
from casm.assessments.coverage_run import write_combined
from casm.assessments.result import Result, ResultLayer
from casm.db.columns import SENSITIVITY
from casm.db.tables import Agency, BackhaulLink, Jurisdiction, Need, RadioSystem, Site, Station
from casm.exchange.geojson import LAYERS, write_layer
from casm.exchange.summary_text import write_summary
from casm.inventory.sensitive import BackhaulLinkSensitive, SiteSensitive
from casm.sharing.handling import set_handling_text
from casm.sharing.tlp import TLP, TLP_OF_SENSITIVITY, highest_tlp
from casm.sharing.viewer import Viewer
from geo.coverage.grid import Grid
from geo.coverage.raster import geotiff_bytes
from web.maps.offline_map import write_offline_map

ADMINISTRATOR = Viewer.local_administrator()
MAPPED = (
    Agency, BackhaulLink, BackhaulLinkSensitive, Jurisdiction, Need, RadioSystem, Result, Site, SiteSensitive, Station,
)  # fmt: skip
GRID = Grid(-84.4, 36.4, 0.005, 40, 40)
ROUNDS = repeats(60, quick=3)


@pytest.fixture(scope="module")
def coverage(module_database, ids):
    """A coverage with rasters, as the county's own computation stores them: (the county's viewer, the result's id)."""
    viewer = Viewer.of_owner("county", ids.county_owner, may_write=True, all_fields=True)
    with module_database.session(ADMINISTRATOR) as session:
        # The small inventory's methods are told as the map tells them; the summary wants a computed one's.
        pair = session.get_one(Result, ids.pair_result)
        pair.summary = {**pair.summary, "methods": []}
    with module_database.session(viewer) as session:
        result = Result(
            owner_id=ids.county_owner, kind="system_coverage", result_key=f"{ids.system}|portable_belt", title="Belt",
            method="itm", method_version="1", inputs_sha256="0" * 64, input_ids=[], audience=[ids.county_owner],
            field_classes=["public"], source="computed", remarks="EXERCISE",
        )  # fmt: skip
        session.add(result)
        session.flush()
        for name in (BALANCED, TALK_IN, TALK_OUT):
            content = geotiff_bytes(GRID, {name: np.full(GRID.shape, 0.5, np.float32)})
            session.add(
                ResultLayer(
                    owner_id=ids.county_owner, result_id=result.id, name=name, media_type="image/tiff", content=content,
                    content_sha256=hashlib.sha256(content).hexdigest(),
                )
            )  # fmt: skip
        return viewer, result.id


def scatter(session, random) -> None:
    """Give every row a sensitivity by lot, each class up to one of its own, so that the highest differs."""
    for mapped in MAPPED:
        highest = random.integers(1, len(SENSITIVITY) + 1)
        for row_id in session.scalars(select(mapped.id)).all():
            drawn = SENSITIVITY[random.integers(0, highest)]
            session.execute(update(mapped).where(mapped.id == row_id).values(sensitivity=drawn))


def tlp_in_geojson(content: dict) -> tuple[str, str]:
    """(what the file says of itself, what its own features say); a floor holds for all but public reference data."""
    floors = {content["casm"]["layer"]: "CLEAR"} if content["casm"]["layer"] == "jurisdictions" else {}
    labels = [TLP_OF_SENSITIVITY[feature["properties"]["sensitivity"]] for feature in content["features"]]
    labels += [floors.get(content["casm"]["layer"], FLOOR)] if labels else []
    return content["casm"]["tlp"], f"TLP:{highest_tlp(labels)}"


FLOOR = "GREEN"


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_an_export_bears_the_highest_marking_of_its_rows(module_database, ids, coverage, tmp_path, seed):
    county, coverage_id = coverage
    random = np.random.default_rng(seed)
    with module_database.session(ADMINISTRATOR) as session:
        set_handling_text(session, ids.state_owner, tlp_floor=FLOOR)
        scatter(session, random)
    of_coverage = SENSITIVITY[random.integers(0, 4)]
    with module_database.session(county) as session:
        session.execute(update(Result).where(Result.id == coverage_id).values(sensitivity=of_coverage))
    with module_database.session(ADMINISTRATOR) as session:
        for layer in LAYERS:
            written = write_layer(session, layer, tmp_path / f"{layer}.geojson", name_bears_mark=True)
            said, wanted = tlp_in_geojson(json.loads(written.path.read_text(encoding="utf-8")))
            assert (layer, said) == (layer, wanted)
            assert f".{wanted.replace(':', '-')}.geojson" in written.path.name
        page = write_offline_map(session, tmp_path / "map.html", name_bears_mark=True)
        write_summary(session, tmp_path / "summary.txt", title="T")
        # A link's circuit leaves in no export and stands on no map.
        drawn = (Agency, BackhaulLink, Jurisdiction, Need, Result, Site, SiteSensitive, Station)
        on_map = highest_of(session, drawn)
        in_summary = highest_of(session, [mapped for mapped in MAPPED if mapped is not BackhaulLinkSensitive])
    html = page.path.read_text(encoding="utf-8")
    assert re.findall(r'role="note"[^>]*>EXERCISE // (TLP:[A-Z+]+) // ', html) == [on_map] * 2
    assert re.search(r'class="map-marking[^>]*>EXERCISE // (TLP:[A-Z+]+)<', html)[1] == on_map
    lines = (tmp_path / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"EXERCISE // {in_summary} // ")
    assert lines[-1] == lines[0]
    study = SimpleNamespace(grid=GRID, target=0.95)
    assert write_combined(module_database, county, study, tmp_path / "coverage.tif") == 1
    with rasterio.open(tmp_path / "coverage.tif") as raster:
        assert raster.tags()["CASM_TLP"] == f"TLP:{highest_tlp((TLP_OF_SENSITIVITY[of_coverage], FLOOR))}"
        assert raster.tags()["CASM_TLP"] in raster.tags()["TIFFTAG_COPYRIGHT"]


def highest_of(session, classes) -> str:
    labels = [TLP_OF_SENSITIVITY[found] for mapped in classes for found in session.scalars(select(mapped.sensitivity))]
    return f"TLP:{max((*labels, FLOOR), key=TLP.index)}"
