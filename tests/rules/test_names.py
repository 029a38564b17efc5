"""A name with a dimension carries its unit: no bare height, power, gain, loss, frequency, distance or azimuth."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIMENSIONS = ("height", "power", "gain", "loss", "frequency", "distance", "azimuth", "elevation", "bandwidth")


def names_in(source: str) -> set[str]:
    """Arguments and annotated fields: the names that carry figures across a border."""
    tree = ast.parse(source)
    found = {argument.arg for argument in ast.walk(tree) if isinstance(argument, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            kind = ast.unparse(node.annotation)
            if any(number in kind for number in ("float", "int", "Decimal")):
                found.add(node.target.id)
    return found


def without_unit(names: set[str]) -> list[str]:
    return sorted(name for name in names if name.rsplit("_", 1)[-1] in DIMENSIONS)


@pytest.mark.parametrize("package", ["geo", "casm", "web"])
def test_every_dimension_has_its_unit(package):
    bare = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in (ROOT / package).rglob("*.py")
        for name in without_unit(names_in(file.read_text(encoding="utf-8")))
    }
    assert bare == set()


def test_a_bare_name_is_noticed():
    assert without_unit(names_in("def f(antenna_height, erp_w):\n    tx_power: float = 1")) == [
        "antenna_height", "tx_power",
    ]  # fmt: skip
