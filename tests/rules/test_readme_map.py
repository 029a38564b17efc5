"""README's file map names each folder there is, and no other."""

import re
from pathlib import Path

import pytest

MAP_LINE = re.compile(r"^- `(?P<folder>[^`]+)/`: (?P<about>\S.*)$", re.MULTILINE)
LAYERS = {"casm", "geo", "web"}


def mapped_folders(readme: str) -> list[str]:
    """Folders that the section "File map" gives a line, in its order."""
    section = readme.partition("\n## File map\n")[2].partition("\n## ")[0]
    return [match["folder"] for match in MAP_LINE.finditer(section)]


def folders_to_map(tracked_files: list[Path]) -> set[str]:
    """Each top-level folder, and each folder one below a layer."""
    parents = [path.parts[:-1] for path in tracked_files]
    top = {parts[0] for parts in parents if parts}
    second = {"/".join(parts[:2]) for parts in parents if len(parts) > 1 and parts[0] in LAYERS}
    return top | second


@pytest.fixture(scope="module")
def mapped(root: Path) -> list[str]:
    return mapped_folders((root / "README.md").read_text(encoding="utf-8"))


def test_every_folder_is_in_the_map(mapped: list[str], tracked_files: list[Path]) -> None:
    missing = folders_to_map(tracked_files) - set(mapped)
    assert not missing, f"give these a line in README's file map: {sorted(missing)}"


def test_every_folder_of_the_map_exists(mapped: list[str], tracked_files: list[Path]) -> None:
    gone = set(mapped) - folders_to_map(tracked_files)
    assert not gone, f"README's file map names folders that hold no tracked file: {sorted(gone)}"


def test_no_folder_is_mapped_twice(mapped: list[str]) -> None:
    assert len(mapped) == len(set(mapped))


def test_a_folder_without_a_line_and_a_line_without_a_folder_are_seen() -> None:
    readme = "# X\n\n## File map\n\n- `geo/`: numbers\n- `geo/gone/`: nothing\n\n## After\n\n- `web/`: not here\n"
    tree = [Path("geo/terrain/raster.py"), Path("Makefile"), Path("web/cli.py")]
    mapped, real = set(mapped_folders(readme)), folders_to_map(tree)
    assert mapped - real == {"geo/gone"}
    assert real - mapped == {"geo/terrain", "web"}
