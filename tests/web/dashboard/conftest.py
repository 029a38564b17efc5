"""The browser and the typed world that the tests of records use."""

from borrowed import borrow

records = borrow("web/records/conftest.py")

editing, typed_world, open_as = records.editing, records.typed_world, records.open_as
