"""Where the reference figures lie, and what a test does where they are absent."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def reference_fixtures() -> Path:
    """The trimmed reference figures kept in the repository."""
    return REPOSITORY / "fixtures" / "reference"


@pytest.fixture(scope="session")
def shared_file():
    """Path of a file under the shared data folder; the test skips with the reason where it is absent."""
    folder = Path(os.environ.get("CASM_SHARED_DIR") or REPOSITORY.parent / "shared")

    def locate(*parts: str) -> Path:
        path = folder.joinpath(*parts)
        if not path.exists():
            pytest.skip(f"{'/'.join(parts)} is not at hand (set CASM_SHARED_DIR)")
        return path

    return locate
