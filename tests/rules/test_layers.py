"""The import contracts hold, cover every package, and each one fails on a tree that breaks it on purpose."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LAYERS = ("casm", "geo", "web")
CONTRACT = "importlinter:contract:"

# Contract → (file of the copied tree, import added to it that the contract forbids).
BREAKS = {
    "layers": [
        ("geo/units.py", "import casm.config"),
        ("casm/config.py", "import web.cli"),
        ("geo/units.py", "import web.cli"),
    ],
    "pure-geo": [
        ("geo/units.py", f"import {library}")
        for library in ("flask", "folium", "sqlalchemy", "geoalchemy2", "psycopg2", "alembic")
    ],
    "seam": [
        ("casm/intake/__init__.py", "import geo.interop"),
        ("casm/commands/__init__.py", "import geo.coverage"),
        ("web/cli.py", "import geo.propagation"),
    ],
    "no-flask-in-casm": [
        ("casm/inventory/__init__.py", "import flask"),
        ("casm/assessments/__init__.py", "import folium"),
    ],
}


@pytest.fixture(scope="module")
def contracts(root: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(root / "setup.cfg", encoding="utf-8")
    return parser


@pytest.fixture
def copied_tree(root: Path, tmp_path: Path) -> Path:
    """The three layers and their contracts, apart from the tree, where they may be broken."""
    for layer in LAYERS:
        shutil.copytree(root / layer, tmp_path / layer, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(root / "setup.cfg", tmp_path)
    return tmp_path


def lint_imports(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run lint-imports on the packages of a folder."""
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        [program, "--no-cache", *options], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_tree_keeps_every_contract(root: Path, contracts: configparser.ConfigParser) -> None:
    result = lint_imports(root)
    assert result.returncode == 0, result.stdout
    kept = [line for line in result.stdout.splitlines() if line.endswith(" KEPT")]
    assert len(kept) == sum(section.startswith(CONTRACT) for section in contracts.sections())


def test_an_untouched_copy_keeps_every_contract(copied_tree: Path) -> None:
    result = lint_imports(copied_tree)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("contract", "file", "statement"),
    [(contract, file, statement) for contract, breaks in BREAKS.items() for file, statement in breaks],
)
def test_a_broken_copy_fails(
    contract: str, file: str, statement: str, copied_tree: Path, contracts: configparser.ConfigParser
) -> None:
    broken = copied_tree / file
    broken.write_text(f"{broken.read_text(encoding='utf-8')}\n{statement}\n", encoding="utf-8")

    result = lint_imports(copied_tree, "--contract", contract)

    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{contracts[CONTRACT + contract]['name']} BROKEN" in result.stdout
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert f"{module} -> {statement.split()[1]}" in result.stdout


def test_every_contract_is_broken_on_purpose(contracts: configparser.ConfigParser) -> None:
    named = {section.removeprefix(CONTRACT) for section in contracts.sections() if section.startswith(CONTRACT)}
    assert named == set(BREAKS)


def test_every_library_kept_out_of_geo_is_tried(contracts: configparser.ConfigParser) -> None:
    forbidden = set(contracts[f"{CONTRACT}pure-geo"]["forbidden_modules"].split())
    assert forbidden == {statement.split()[1] for _, statement in BREAKS["pure-geo"]}


def test_the_seam_binds_all_of_casm_but_assessments(root: Path, contracts: configparser.ConfigParser) -> None:
    sources = set(contracts[f"{CONTRACT}seam"]["source_modules"].split())
    packages = {f"casm.{path.parent.name}" for path in (root / "casm").glob("*/__init__.py")}
    modules = {f"casm.{path.stem}" for path in (root / "casm").glob("*.py") if path.stem != "__init__"}
    assert sources == (packages | modules | {"web"}) - {"casm.assessments"}


def test_the_seam_guards_every_analysis(root: Path, contracts: configparser.ConfigParser) -> None:
    forbidden = set(contracts[f"{CONTRACT}seam"]["forbidden_modules"].split())
    packages = {f"geo.{path.parent.name}" for path in (root / "geo").glob("*/__init__.py")}
    # Terrain reads elevations off a raster: data for whoever draws or checks it, no analysis.
    assert forbidden == packages - {"geo.terrain"}
