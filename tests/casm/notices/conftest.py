"""The world of proposals, whose people are told things."""

import importlib.util
from pathlib import Path

import pytest

PROPOSALS = Path(__file__).parent.parent / "proposals" / "conftest.py"
spec = importlib.util.spec_from_file_location("proposals_conftest", PROPOSALS)
proposals = importlib.util.module_from_spec(spec)
spec.loader.exec_module(proposals)


@pytest.fixture(scope="module")
def world(module_database, module_database_urls):
    """The world that the tests of one module share."""
    return proposals.make_world(module_database, module_database_urls.migrator)
