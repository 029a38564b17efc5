"""Two new counties for each test, with the people who edit and read the first."""

import itertools
import uuid
from types import SimpleNamespace

import pytest

from casm.db.tables import Owner
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

_numbers = itertools.count(1)


@pytest.fixture
def world(module_database):
    """Counties ``one`` and ``two`` of a state of their own."""
    code = f"us.s{next(_numbers)}"
    made = SimpleNamespace(database=module_database, admin=Viewer.local_administrator("Ann Admin"))
    made.state, made.one, made.two = (uuid.uuid4() for _ in range(3))
    with module_database.session(made.admin) as session:
        for owner_id, parent, kind, own in (
            (made.state, NATION_OWNER_ID, "state", code), (made.one, made.state, "county", f"{code}.one"),
            (made.two, made.state, "county", f"{code}.two"),
        ):  # fmt: skip
            session.add(Owner(id=owner_id, parent_id=parent, kind=kind, name=own, code=own))
            session.flush()
    made.editor_one = Viewer.of_owner("Ed One", made.one, may_write=True, all_fields=True)
    made.editor_two_of_one = Viewer.of_owner("Ed Too", made.one, may_write=True, all_fields=True)
    made.reader_one = Viewer.of_owner("Rita Reader", made.one, all_fields=True)
    made.editor_two = Viewer.of_owner("Ed Two", made.two, may_write=True, all_fields=True)
    return made
