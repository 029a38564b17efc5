"""A database with one record of each class, typed in by hand, to be found again."""

import importlib.util
from pathlib import Path

import pytest

EDITING = Path(__file__).parents[1] / "editing" / "conftest.py"


@pytest.fixture(scope="session")
def editing():
    """The world that the tests of editing make."""
    spec = importlib.util.spec_from_file_location("editing_conftest", EDITING)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def world(database, editing):
    """A world of the test's own."""
    return editing.make_world(database)


@pytest.fixture(scope="module")
def module_world(module_database, editing):
    """A world that the tests of one module share."""
    return editing.make_world(module_database)
