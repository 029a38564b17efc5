"""Marks: the highest sensitivity wins, and EXERCISE is never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casm.db.columns import SENSITIVITY
from casm.exchange.marking import HANDLING, Marking, says_exercise


@given(st.lists(st.tuples(st.sampled_from(SENSITIVITY), st.booleans()), max_size=20))
def test_a_mark_is_the_highest_of_its_rows_in_any_order(rows):
    mark, backwards = Marking(), Marking()
    for sensitivity, exercise in rows:
        mark.add(sensitivity, exercise=exercise)
    for sensitivity, exercise in reversed(rows):
        other = Marking()
        other.add(sensitivity, exercise=exercise)
        backwards.merge(other)
    assert mark == backwards
    assert all(SENSITIVITY.index(mark.sensitivity) >= SENSITIVITY.index(sensitivity) for sensitivity, _ in rows)
    assert mark.text.startswith("EXERCISE") == any(exercise for _, exercise in rows)


def test_every_sensitivity_has_its_words():
    assert tuple(HANDLING) == SENSITIVITY


def test_a_sensitivity_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="not in"):
        Marking().add("secret")


@pytest.mark.parametrize("texts", [("EXERCISE only",), (None, "x EXERCISE"), (["a", "EXERCISE"],)])
def test_exercise_is_found(texts):
    assert says_exercise(*texts)


@pytest.mark.parametrize("texts", [(), (None,), ("Exercise yard",), (["a"], 3)])
def test_no_exercise_is_not(texts):
    assert not says_exercise(*texts)
