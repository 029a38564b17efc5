"""A database with one record of each class, typed in by hand, to be found again."""


import pytest
from borrowed import borrow


@pytest.fixture(scope="session")
def editing():
    """The world that the tests of editing make."""
    return borrow("casm/editing/conftest.py")


@pytest.fixture
def world(database, editing):
    """A world of the test's own."""
    return editing.make_world(database)


@pytest.fixture(scope="module")
def module_world(module_database, editing):
    """A world that the tests of one module share."""
    return editing.make_world(module_database)
