"""The Python lock file is whole: every requirement pinned and hashed, nothing asked for left out, no address."""

import re
import tomllib
from pathlib import Path

import pytest

ENTRY = re.compile(r"^[a-z0-9][a-z0-9._-]*==\S+(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})*)")


def canonical(requirement: str) -> str:
    """A requirement's distribution name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", requirement)[0]).lower()


def wanted(path: Path) -> set[str]:
    """Names that an .in file asks for itself."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return {canonical(line) for line in lines if line and not line.startswith("-")}


@pytest.fixture(scope="module")
def lock_text(root: Path) -> str:
    return (root / "requirements/casm.lock").read_text(encoding="utf-8")


def test_every_entry_is_pinned_and_hashed(lock_text: str) -> None:
    starts = [match.start() for match in re.finditer(r"^[^\s#]", lock_text, re.MULTILINE)]
    assert len(starts) > 50
    for start in starts:
        entry = ENTRY.match(lock_text[start:])
        line = lock_text[start:].partition("\n")[0]
        assert entry, f"not a pinned requirement: {line}"
        assert entry["hashes"], f"without a hash: {line}"


def test_no_address_is_written_down(lock_text: str) -> None:
    assert "://" not in lock_text
    assert not re.search(r"^\s*--(?!hash=)", lock_text, re.MULTILINE)


def test_the_lock_holds_everything_asked_for(root: Path, lock_text: str) -> None:
    asked = wanted(root / "requirements/casm.in") | wanted(root / "requirements/dev.in")
    locked = {canonical(match[1]) for match in re.finditer(r"^([a-z0-9._-]+)==", lock_text, re.MULTILINE)}
    assert asked - locked == set()


def test_the_package_declares_what_casm_in_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {canonical(dependency) for dependency in project["dependencies"]} == wanted(root / "requirements/casm.in")
