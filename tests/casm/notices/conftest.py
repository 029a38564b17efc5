"""The world of proposals, whose people are told things."""


import pytest
from borrowed import borrow

proposals = borrow("casm/proposals/conftest.py")


@pytest.fixture(scope="module")
def world(module_database, module_database_urls):
    """The world that the tests of one module share."""
    return proposals.make_world(module_database, module_database_urls.migrator)
