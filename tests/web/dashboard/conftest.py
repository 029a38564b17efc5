"""The browser and the typed world that the tests of records use."""

import importlib.util
from pathlib import Path

RECORDS = Path(__file__).parent.parent / "records" / "conftest.py"
spec = importlib.util.spec_from_file_location("records_conftest", RECORDS)
records = importlib.util.module_from_spec(spec)
spec.loader.exec_module(records)

editing, typed_world, open_as = records.editing, records.typed_world, records.open_as
