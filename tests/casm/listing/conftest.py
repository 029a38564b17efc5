"""The world of the tests of editing: one record of each class, typed in by hand, in the first of two counties."""


import pytest
from borrowed import borrow

from casm.editing.rights import read_rights
from casm.listing.list_field import seen_fields
from casm.listing.page import read_page
from casm.listing.query import query_of


@pytest.fixture(scope="module")
def world(module_database):
    """One record of each class in County One."""
    return borrow("casm/editing/conftest.py").make_world(module_database)


@pytest.fixture(scope="module")
def ask(world):
    """Read a page of a class as a viewer: ask(name, [(key, text), ...], viewer, rows)."""

    def asked(name, pairs=(), viewer=None, rows=100):
        with world.database.session(viewer or world.admin) as session:
            return read_page(session, query_of(name, seen_fields(name, read_rights(session)), list(pairs)), rows)

    return asked
