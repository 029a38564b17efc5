"""`casm export` on the command line."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from casm.errors import CasmError
from casm.exchange.geojson import LAYERS
from casm.exchange.public_release import PUBLIC_LAYERS
from web.commands.export import command
from web.maps.public_map import PUBLIC_TITLE


@pytest.fixture
def run(database_server, module_database_urls, ids, monkeypatch):
    """Run `casm export` on the small inventory."""
    monkeypatch.setenv("CASM_DATA_DIR", str(database_server.layout.data_dir))
    monkeypatch.delenv("CASM_DATABASE_URL", raising=False)
    name = make_url(module_database_urls.app).database

    def ran(*arguments: str):
        return CliRunner().invoke(command, ["--database", name, *arguments], catch_exceptions=False)

    return ran


def test_one_layer(run, tmp_path):
    ended = run("sites", "--out", str(tmp_path / "deep" / "out"))
    assert ended.exit_code == 0
    assert "3 features, EXERCISE // TLP:AMBER" in ended.stderr
    assert [file.name for file in (tmp_path / "deep" / "out").iterdir()] == ["sites.EXERCISE.TLP-AMBER.geojson"]


def test_all_layers_and_the_map(run, tmp_path):
    assert run("--all", "--out", str(tmp_path)).exit_code == 0
    marks = {name: "EXERCISE.TLP-AMBER" for name in LAYERS} | {"jurisdictions": "TLP-CLEAR"}
    files = {name: tmp_path / f"{name}.{mark}.geojson" for name, mark in marks.items()}
    assert set(tmp_path.iterdir()) == {*files.values(), tmp_path / "map.EXERCISE.TLP-AMBER.html"}
    for name, file in files.items():
        about = json.loads(file.read_text())["casm"]
        assert (about["layer"], about["tlp"].replace(":", "-")) == (name, file.name.split(".")[-2])


def test_again_replaces(run, tmp_path):
    run("sites", "--out", str(tmp_path))
    (file,) = tmp_path.iterdir()
    file.write_text("older")
    run("sites", "--out", str(tmp_path))
    assert json.loads(file.read_text())["type"] == "FeatureCollection"


def test_no_layer_and_a_wrong_layer_name_the_right_ones(run, tmp_path):
    with pytest.raises(CasmError, match="sites"):
        run("--out", str(tmp_path))
    wrong = run("towers")
    assert wrong.exit_code == 2
    assert "sites" in wrong.stderr


def test_a_public_release_is_for_anyone_with_a_map_of_its_own(run, tmp_path):
    ended = run("--all", "--release", "public", "--out", str(tmp_path))
    assert ended.exit_code == 0
    names = {file.name for file in tmp_path.iterdir()}
    assert {name.split(".")[0] for name in names} == {f"public_{name}" for name in (*PUBLIC_LAYERS, "map")}
    assert all("TLP-CLEAR" in name for name in names)
    assert f"<title>{PUBLIC_TITLE} (" in next(tmp_path.glob("public_map.*.html")).read_text(encoding="utf-8")
    with pytest.raises(CasmError, match="no public release of stations"):
        run("stations", "--release", "public", "--out", str(tmp_path))
