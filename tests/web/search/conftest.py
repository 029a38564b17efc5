"""The application as a reader sees it, on a database filled by typing one record of each class."""


import pytest
from borrowed import borrow

from web import create_app
from web.config import WebConfig


@pytest.fixture(scope="module")
def typed_world(module_database):
    """One record of each class in the first of two counties."""
    return borrow("casm/editing/conftest.py").make_world(module_database)


@pytest.fixture(scope="module")
def client_of(typed_world):
    """A client that reads as a viewer."""

    def opened(viewer):
        return create_app(WebConfig(typed_world.database, viewer, trusted_hosts=("localhost",))).test_client()

    return opened
