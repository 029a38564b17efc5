"""What is hidden from a manager, and from a partner who sees public fields alone, moves none of their answers."""

import pytest
from borrowed import borrow

hidden = borrow("web/isolation/hidden_changes.py")


@pytest.fixture(scope="module")
def looks(app, world, sign_in) -> dict[str, tuple]:
    """Asker → its browser, which goes on through all parts, and page → the first answer to it."""
    return {asker: (sign_in(app, world, asker), {}) for asker in ("manager", "partner")}


@pytest.mark.parametrize("part", hidden.PARTS)
@pytest.mark.parametrize("asker", ["manager", "partner"])
def test_hidden_changes_change_no_answer(world, looks, normalised, asker, part):
    assert hidden.run_traces(world, *looks[asker], normalised) >= hidden.TRACES
