"""The world of the tests of editing, with fields that its state added to sites."""


import pytest
from borrowed import borrow

from casm.custom_fields.define import define_field

FIELDS = (
    {"label": "Roof access", "kind": "text", "help": "how to get up there"},
    {"label": "Camera count", "kind": "whole", "least": "0", "most": "12"},
    {"label": "Fence height", "kind": "decimal", "unit": "ft", "least": "0", "most": "40"},
    {"label": "Shared", "kind": "yes_no"},
    {"label": "Last mown", "kind": "date"},
    {"label": "Wildfire risk", "kind": "choice", "choices": "low; medium; very high"},
    {"label": "Alarm panel", "kind": "text", "field_class": "sensitive", "sensitivity": "restricted"},
)


def texts_of(one: dict[str, str]) -> dict[str, str]:
    """A form of a definition, filled."""
    return {"record_class": "site", "field_class": "public", "sensitivity": "public"} | one


@pytest.fixture(scope="session")
def editing():
    """What the tests of editing type, and the world they make."""
    return borrow("casm/editing/conftest.py")


@pytest.fixture(scope="module")
def world(module_database, editing):
    """A state with two counties; the state has added FIELDS to sites."""
    made = editing.make_world(module_database)
    made.fields = {}
    with module_database.session(made.admin) as session:
        for one in FIELDS:
            row = define_field(session, made.state, texts_of(one))
            made.fields[row.name] = row.id
    return made


@pytest.fixture(scope="session")
def filled():
    """The texts of a definition's form, with the usual ones."""
    return texts_of
