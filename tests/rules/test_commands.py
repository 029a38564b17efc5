"""The make targets: each one listed by `make help`, told of in README, and backed by a script that parses."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "scripts").glob("*.sh"))


@pytest.fixture(scope="module")
def targets(root: Path) -> set[str]:
    line = re.search(r"^\.PHONY: (.+)$", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return set(line[1].split()) if line else set()


@pytest.mark.parametrize("arguments", [[], ["help"]])
def test_help_lists_every_target(arguments: list[str], root: Path, targets: set[str]) -> None:
    shown = subprocess.run(["make", "-s", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make (\S+) +\S", shown, re.MULTILINE)) == targets
    assert {"demo", "test", "check-full"} <= targets


def test_readme_tells_of_every_target(root: Path, targets: set[str]) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert {target for target in targets if f"`make {target}" not in readme} == set()


@pytest.mark.parametrize("script", [*SCRIPTS, ".ci/run"])
def test_a_script_is_strict_and_parses(script: str, root: Path) -> None:
    text = (root / script).read_text(encoding="utf-8")
    assert "set -euo pipefail" in text or 'source "$(dirname "$0")/common.sh"' in text
    subprocess.run(["bash", "-n", script], cwd=root, check=True)


def test_ci_runs_what_the_readme_says(root: Path) -> None:
    lines = (root / ".ci/run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]
