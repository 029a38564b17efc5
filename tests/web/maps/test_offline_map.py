"""The map as one file: everything in it, nothing from elsewhere, only its own scripts allowed."""

import re
from base64 import b64encode
from hashlib import sha256

import numpy as np
import pytest

from casm.errors import CasmError
from casm.exchange.raster import PlacedRaster
from casm.sharing.viewer import Viewer
from web.maps import assets
from web.maps.offline_map import Embedded, write_offline_map
from web.maps.page import SCRIPTS, STATIC, STYLES

ADMINISTRATOR = Viewer.local_administrator()


@pytest.fixture(scope="module")
def written(module_database, ids, terrain_file, tmp_path_factory):
    """The file, and what was reported of it."""
    path = tmp_path_factory.mktemp("out") / "map.html"
    with module_database.session(ADMINISTRATOR) as session:
        return write_offline_map(session, path, title="EXERCISE: a test's region", terrain=terrain_file)


@pytest.fixture(scope="module")
def page(written):
    return written.path.read_text(encoding="utf-8")


def test_the_report_is_true(written):
    assert written.size_bytes == written.path.stat().st_size
    assert written.pair_count == 1
    assert written.marking == "EXERCISE // TLP:AMBER // for your agency and those it serves, as they need to know"


def test_nothing_is_fetched(page):
    assert re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)', page) == []
    assert re.findall(r"url\((?!data:|#)[^)]*\)", page) == []
    assert "sourceMappingURL" not in page


def test_the_policy_allows_exactly_what_is_in_the_file(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert "unsafe" not in policy
    for kind in ("script", "style"):
        held = {
            "'sha256-" + b64encode(sha256(content.encode()).digest()).decode() + "'"
            for content in re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        }
        assert held == set(re.search(rf"{kind}-src ([^;]+)", policy)[1].split())


def test_styles_and_scripts_are_put_in_as_they_are(page):
    for name in (*STYLES, *SCRIPTS):
        assert (STATIC / name).read_text(encoding="utf-8") in page


def test_it_is_titled_marked_and_explains_itself(page):
    assert "<title>EXERCISE: a test&#39;s region (EXERCISE // TLP:AMBER)</title>" in page
    assert page.count("EXERCISE // TLP:AMBER // for your agency and those it serves, as they need to know") == 2
    assert 'id="tables"' in page
    assert "can talk here over LAW 1: level 3, a shared channel." in page


def test_equal_grids_are_kept_once(page):
    cells = re.findall(r'"cells": ?"([^"]+)"', page)
    assert len(cells) == 3  # the pair's numbers in two bytes, and coverage
    embedded = Embedded(None)
    placed = PlacedRaster(np.zeros((2, 2)), np.ones((2, 2), bool), -84.4, 36.2, -84.2, 36.4)
    levels = np.array([[1, 2], [3, 4]], np.uint8)
    assert [embedded._grid(grid, placed) for grid in (levels, levels.copy(), levels + 1)] == [0, 0, 1]
    assert len(embedded.grids) == 2


def test_a_missing_browser_file_is_said_in_words_and_nothing_is_written(module_database, ids, tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "PACKAGES", tmp_path / "node_modules")
    with module_database.session(ADMINISTRATOR) as session, pytest.raises(CasmError, match="make setup"):
        write_offline_map(session, tmp_path / "out" / "map.html")
    assert not (tmp_path / "out").exists()


def test_a_terrain_that_is_none_is_said_in_words(module_database, ids, tmp_path):
    bad = tmp_path / "bad.tif"
    bad.write_bytes(b"no raster")
    with module_database.session(ADMINISTRATOR) as session, pytest.raises(CasmError, match="raster"):
        write_offline_map(session, tmp_path / "map.html", terrain=bad)
