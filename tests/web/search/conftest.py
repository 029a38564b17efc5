"""The application as a reader sees it, on a database filled by typing one record of each class."""

import importlib.util
from pathlib import Path

import pytest

from web import create_app
from web.config import WebConfig

EDITING = Path(__file__).parents[2] / "casm" / "editing" / "conftest.py"


@pytest.fixture(scope="module")
def typed_world(module_database):
    """One record of each class in the first of two counties."""
    spec = importlib.util.spec_from_file_location("editing_conftest", EDITING)
    editing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(editing)
    return editing.make_world(module_database)


@pytest.fixture(scope="module")
def client_of(typed_world):
    """A client that reads as a viewer."""

    def opened(viewer):
        return create_app(WebConfig(typed_world.database, viewer, trusted_hosts=("localhost",))).test_client()

    return opened
