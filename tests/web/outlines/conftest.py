"""The application as the tests of records have it."""

from borrowed import borrow

RECORDS_CONFTEST = borrow("web/records/conftest.py")
editing = RECORDS_CONFTEST.editing
typed_world = RECORDS_CONFTEST.typed_world
open_as = RECORDS_CONFTEST.open_as
