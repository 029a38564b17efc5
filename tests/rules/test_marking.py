"""No format and no page goes out without the mark that the one shared function makes of its rows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Files that are no export: temporary ones, settings of the server, elevations, what an import could not read.
WRITE_OTHERWISE = {
    "casm/exchange/atomic.py": "makes the files of the others",
    "casm/exchange/marked_file.py": "the one way to write a format",
    "casm/demo/terrain.py": "elevations in the data folder",
    "casm/attachments/picture_child.py": "a picture for a page, which bears the mark",
    "casm/audit/checkpoint.py": "hashes alone, no rows",
    "casm/commands/importing.py": "tells an importer what was wrong with their own file",
}
NO_EXPORTS = ("casm/db/", "casm/intake/", "casm/jobs/", "casm/accounts/", "casm/mail/", "web/front/")
# Marks made without rows: of pages that show none.
MADE_WITHOUT_ROWS = {
    "casm/exchange/marking.py", "web/marking.py", "web/sharing/blueprint.py", "web/sharing/shared_map.py",
}  # fmt: skip
WRITING_METHODS = {"write_text", "write_bytes", "to_file", "to_csv", "to_excel", "savefig", "save"}
OPENERS = {"open", "fdopen", "ZipFile", "Workbook", "atomic_write"}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def called(node: ast.AST) -> str:
    """Name of what a call calls, without what it hangs on."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def writes(tree: ast.Module) -> list[str]:
    """Calls by which a module makes a file other than through marked_file."""
    found = []
    for node in ast.walk(tree):
        name = called(node)
        if name in WRITING_METHODS or name == "atomic_write":
            found.append(name)
        elif name in OPENERS:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            modes = [value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str)]
            if any(set(mode) <= set("rwaxbt+") and set(mode) & set("wax") for mode in modes):
                found.append(f"{name} for writing")
    return found


def test_every_format_is_written_through_marked_file():
    found = {
        path: calls
        for path, tree in sources("casm", "web")
        if not path.startswith(NO_EXPORTS) and path not in WRITE_OTHERWISE and (calls := writes(tree))
    }
    assert found == {}, "write files for others through casm.exchange.marked_file"


def test_what_is_let_off_still_writes():
    trees = dict(sources("casm"))
    assert [path for path in WRITE_OTHERWISE if not writes(trees[path]) and path != "casm/exchange/atomic.py"] == []


def test_marks_are_made_of_rows_by_mark_alone():
    makers = {
        path for path, tree in sources("casm", "web") for node in ast.walk(tree) if called(node) == "Marking"
    } - MADE_WITHOUT_ROWS
    assert makers == set(), "make marks by casm.exchange.marking.mark"


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("path.write_text('x')", ["write_text"]),
        ("with open(path, 'wb') as f: pass", ["open for writing"]),
        ("with path.open('w', encoding='utf-8') as f: pass", ["open for writing"]),
        ("with zipfile.ZipFile(path, mode='w') as z: pass", ["ZipFile for writing"]),
        ("with atomic_write(path) as f: pass", ["atomic_write"]),
        ("with marked_file(path, marking) as f: f.write(b'')", []),
        ("open(path)", []),
        ("open(path, 'rb')", []),
    ],
)
def test_a_way_round_is_seen(source, wanted):
    assert writes(ast.parse(source)) == wanted


def views() -> Iterator[tuple[str, str, ast.FunctionDef]]:
    """(endpoint, module, function) of every view of a blueprint."""
    for path, tree in sources("web"):
        names = {
            node.targets[0].id: node.value.args[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and called(node.value) == "Blueprint"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    if called(decorator) in ("get", "route") and isinstance(decorator, ast.Call):
                        yield next(iter(names.values()), "?"), path, node


def test_every_page_states_its_mark():
    """Each module with views makes its pages or answers through what states a mark."""
    stating = {"bear", "render_page"}
    # Its own files, whether it runs, what browsers report, and the way to a provider of accounts: no records.
    without = {"web/asset_files.py", "web/health.py", "web/csp_report.py", "web/accounts/provider_pages.py"}
    silent = set()
    for _name, path, _view in views():
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        if path not in without and not stating & {called(node) for node in ast.walk(tree)}:
            silent.add(path)
    assert silent == set()
