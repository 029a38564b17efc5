"""The application as the tests of records have it."""

import importlib.util
from pathlib import Path

RECORDS = Path(__file__).parents[1] / "records" / "conftest.py"


def records_conftest():
    """What the tests of records make."""
    spec = importlib.util.spec_from_file_location("records_conftest", RECORDS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECORDS_CONFTEST = records_conftest()
editing = RECORDS_CONFTEST.editing
typed_world = RECORDS_CONFTEST.typed_world
open_as = RECORDS_CONFTEST.open_as
