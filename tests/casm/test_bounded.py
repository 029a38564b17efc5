"""Memory that stays within its bound and forgets the least used first."""

from hypothesis import given
from hypothesis import strategies as st

from casm.bounded import Bounded


def test_the_least_used_goes_first():
    kept = Bounded[str](2)
    kept.put("a", "A", 1)
    kept.put("b", "B", 1)
    assert kept.get("a") == "A"
    kept.put("c", "C", 1)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("A", None, "C")


def test_a_value_put_again_counts_once():
    kept = Bounded[str](3)
    for _ in range(10):
        kept.put("a", "A", 2)
    kept.put("b", "B", 1)
    assert kept.get("a") == "A"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=40))
def test_what_is_held_never_passes_the_bound_but_for_the_newest(puts):
    kept, sizes = Bounded[int](10), {}
    for key, size in puts:
        kept.put(key, size, size)
        sizes[key] = size
        held = [sizes[one] for one in sizes if kept.get(one) is not None]
        assert sum(held) <= 10 or len(held) == 1
        assert kept.get(key) == size
