"""check_venv.py tells a whole environment from one with a file gone, cut short, or another version in it."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_venv.py"
CONTENT = "answer = 42\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with one installed distribution, "sample" 1.2, of one module."""
    (tmp_path / "sample.py").write_text(CONTENT)
    info = tmp_path / "sample-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sample\nVersion: 1.2\n")
    (info / "RECORD").write_text(
        f"sample.py,,{len(CONTENT)}\n__pycache__/sample.pyc,,\nsample-1.2.dist-info/METADATA,,\n"
    )
    (tmp_path / "locked").write_text("# by hand\nsample==1.2 \\\n    --hash=sha256:00\n    # via nothing\n")
    return tmp_path


def check(site: Path, *others: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, site / "locked", *others],
        env={"PYTHONPATH": str(site)}, capture_output=True, text=True, check=False,
    )


def test_a_whole_environment_passes(site: Path) -> None:
    result = check(site, "sample")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_file_gone_is_named(site: Path) -> None:
    (site / "sample.py").unlink()
    result = check(site)
    assert (result.returncode, result.stderr) == (1, "sample: sample.py is gone\n")


def test_a_file_cut_short_is_named(site: Path) -> None:
    (site / "sample.py").write_text(CONTENT[:5])
    result = check(site)
    assert (result.returncode, result.stderr) == (1, "sample: sample.py has 5 bytes, not 12\n")


def test_another_version_is_named(site: Path) -> None:
    (site / "locked").write_text("sample==1.3 --hash=sha256:00\n")
    result = check(site)
    assert (result.returncode, result.stderr) == (1, "sample is 1.2, not 1.3\n")


def test_a_missing_distribution_is_named(site: Path) -> None:
    (site / "locked").write_text("sample==1.2\nabsent-one==4\n")
    result = check(site, "absent-two")
    assert result.returncode == 1
    assert result.stderr.splitlines() == ["absent-one is not installed", "absent-two is not installed"]
