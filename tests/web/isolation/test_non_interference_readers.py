"""What is hidden from a reader, and from a program with the reader's token, moves none of their answers."""

import random

import pytest
from borrowed import borrow

from casm.accounts.origin import Origin
from casm.accounts.session import begin_session
from casm.sharing.viewer import Viewer
from web import create_app
from web.config import WebConfig

hidden = borrow("web/isolation/hidden_changes.py")


@pytest.fixture(scope="module")
def looks(app, world, sign_in) -> dict[str, tuple]:
    """Asker → its browser, which goes on through all parts, and page → the first answer to it."""
    return {asker: (sign_in(app, world, asker), {}) for asker in ("reader", "token")}


@pytest.mark.parametrize("part", hidden.PARTS)
@pytest.mark.parametrize("asker", ["reader", "token"])
def test_hidden_changes_change_no_answer(world, looks, normalised, asker, part):
    assert hidden.run_traces(world, *looks[asker], normalised) >= hidden.TRACES


def test_an_answer_that_counts_hidden_rows_is_found(world, normalised):
    """The comparison has teeth: with the walls of one table down, a hidden row moves the answer."""
    app = create_app(WebConfig(world.database, trusted_hosts=("localhost",)))
    account = world.accounts["reader"]
    with world.database.gate_session(Viewer.local_administrator()) as gate:
        token, _session = begin_session(gate, account, stage="open", method="password", origin=Origin())
    client = app.test_client()
    client.set_cookie("casm", token)
    world.run("CREATE POLICY hole ON casm.site FOR SELECT USING (true)")
    patch = pytest.MonkeyPatch()
    patch.setattr("casm.sharing.application_wall.criteria", lambda _session: [])
    try:
        before = normalised(client.get("/records/site"))
        draw = random.Random(5)
        for _ in range(4):
            hidden.make_record(world, draw)
        assert normalised(client.get("/records/site")) != before
    finally:
        patch.undo()
        world.run("DROP POLICY hole ON casm.site")
