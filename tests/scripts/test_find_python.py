"""find-python.sh takes a Python new enough and refuses older ones in words."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "find-python.sh"
NAMES = ("python3.11", "python3", "python3.12", "python3.13", "python3.14")


def find(folder: Path, first: str) -> subprocess.CompletedProcess[str]:
    """Run the script where `folder` has every name it tries, `first` being what all of them run."""
    for name in NAMES:
        (folder / name).write_text(f"#!/bin/sh\n{first}\n")
        (folder / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)


def test_a_new_enough_python_is_found_by_its_own_path(tmp_path: Path) -> None:
    result = find(tmp_path, f'exec {sys.executable} "$@"')
    assert result.returncode == 0
    assert Path(result.stdout.strip()).samefile(sys.executable)


def test_only_old_ones_are_refused_with_what_to_do(tmp_path: Path) -> None:
    result = find(tmp_path, '[ "$1" = --version ] && echo Python 3.9.2 || exit 1')
    assert result.returncode == 1
    assert "Python 3.11 or newer is needed; found: Python 3.9.2" in result.stderr
    assert "apt-get install python3" in result.stderr
