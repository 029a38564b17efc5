"""Every change of a record goes where the audit sees it: through a session's objects, or an import's batch."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The writers of batches, each recorded as one event; and what the database itself runs.
BATCHES = ("casm/intake/", "casm/db/")
MASS = {"update", "insert", "delete"}


@pytest.fixture(scope="module")
def record_classes() -> set[str]:
    from casm.db.tables import Base, Owner
    from casm.sharing.asset_class import CLASS_OF_TABLE

    mapped = {mapper.class_ for mapper in Base.registry.mappers}
    return {one.__name__ for one in mapped if one.__tablename__ in CLASS_OF_TABLE} | {Owner.__name__}


def mass_changes(source: str, record_classes: set[str]) -> list[str]:
    """Statements that change rows of records without loading them."""
    return [
        f"line {node.lineno}: {ast.unparse(node)[:60]}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in MASS
        and node.args
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id in record_classes
    ]


def test_no_program_changes_records_past_the_audit(record_classes):
    found = {
        str(file.relative_to(ROOT)): changes
        for layer in ("casm", "web")
        for file in (ROOT / layer).rglob("*.py")
        if not file.relative_to(ROOT).as_posix().startswith(BATCHES)
        and (changes := mass_changes(file.read_text(encoding="utf-8"), record_classes))
    }
    assert found == {}


def test_a_mass_change_is_seen(record_classes):
    source = "session.execute(update(Site).where(Site.id == 1).values(name='x'))\nsession.execute(delete(Result))"
    assert mass_changes(source, record_classes) == ["line 1: update(Site)"]
    assert {"Site", "Owner", "TemplateSlot"} <= record_classes
    assert "Result" not in record_classes
