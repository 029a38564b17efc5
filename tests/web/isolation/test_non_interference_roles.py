"""What is hidden from a manager, and from a partner who sees public fields alone, moves none of their answers."""

import pytest
from borrowed import borrow

hidden = borrow("web/isolation/hidden_changes.py")


@pytest.fixture(scope="module")
def remembered() -> dict[str, dict]:
    """Asker → page → its first answer."""
    return {"manager": {}, "partner": {}}


@pytest.mark.parametrize("part", hidden.PARTS)
@pytest.mark.parametrize("asker", ["manager", "partner"])
def test_hidden_changes_change_no_answer(world, client_of, remembered, normalised, asker, part):
    assert hidden.run_traces(world, client_of(asker), remembered[asker], normalised) >= hidden.TRACES
