"""House rules on the tracked files: what no file may hold, and how long it may be."""

import json
import re
from pathlib import Path

import pytest

MAX_LINES = 500
SOURCE_SUFFIXES = {".css", ".html", ".js", ".mako", ".py", ".sql"}

# Put together from their parts, so that this file passes the rule it checks.
FOREIGN_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("python" "hosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("js" "delivr", "net"),
        ("unpkg", "com"),
        ("cdn" "js", "cloudflare"),
        ("bootstrapcdn", "com"),
        ("code", "jquery", "com"),
        ("googleapis", "com"),
        ("tile", "openstreetmap", "org"),
        ("cartocdn", "com"),
        ("deb", "debian", "org"),
    )
]
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def text_of(path: Path) -> str | None:
    """The file's text, or None where it is no text."""
    content = path.read_bytes()
    return None if b"\0" in content[:8192] else content.decode("utf-8", errors="replace")


@pytest.fixture(scope="module")
def tracked_text(root: Path, tracked_files: list[Path]) -> dict[Path, str]:
    texts = {path: text_of(root / path) for path in tracked_files}
    return {path: text for path, text in texts.items() if text is not None}


def foreign_hosts(text: str) -> list[str]:
    """Registry and content-delivery hosts that the text names."""
    lowered = text.lower()
    return [host for host in FOREIGN_HOSTS if host in lowered]


def test_no_file_names_a_registry_or_delivery_host(tracked_text: dict[Path, str]) -> None:
    found = {str(path): hosts for path, text in tracked_text.items() if (hosts := foreign_hosts(text))}
    assert not found


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_host_is_seen_within_an_address(host: str) -> None:
    assert foreign_hosts(f'<script src="https://cdn.{host.upper()}/npm/x@1/x.js">') == [host]


def test_no_source_file_is_too_long(tracked_text: dict[Path, str]) -> None:
    lengths = {
        str(path): text.count("\n")
        for path, text in tracked_text.items()
        if path.parts[0] in {"casm", "geo", "web"} and path.suffix in SOURCE_SUFFIXES
    }
    assert lengths
    assert not {path: lines for path, lines in lengths.items() if lines > MAX_LINES}


def test_nothing_is_left_unfinished(tracked_text: dict[Path, str]) -> None:
    assert not {
        str(path): UNFINISHED.findall(text)
        for path, text in tracked_text.items()
        if path.suffix in SOURCE_SUFFIXES | {".sh", ".md", ".cfg", ".toml"} and UNFINISHED.search(text)
    }


def test_no_package_init_under_tests(tracked_files: list[Path]) -> None:
    # With one, the folder tests/geo becomes a package that hides the real geo.
    assert not [path for path in tracked_files if path.parts[0] == "tests" and path.name == "__init__.py"]


def test_no_file_is_both_tracked_and_made(tracked_files: list[Path]) -> None:
    made = {".venv", "node_modules", "out", ".setup", "__pycache__"}
    assert not [str(path) for path in tracked_files if made & set(path.parts)]


def test_the_browser_lock_holds_every_hash_and_no_address(root: Path) -> None:
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")]


def test_browser_assets_are_pinned_exactly(root: Path) -> None:
    package = json.loads((root / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    for name, version in package["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name}: {version}"
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
