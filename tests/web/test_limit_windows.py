"""Counts of rate limits: by window, each key by itself, and forgotten when over."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from web import limit_windows


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when told to."""
    seconds = [100.0]
    monkeypatch.setattr(limit_windows.time, "monotonic", lambda: seconds[0])
    return seconds


def test_the_library_finds_it_by_its_name_and_keeps_to_a_limit(clock):
    limiter, three = FixedWindowRateLimiter(storage_from_string("windows://")), RateLimitItemPerMinute(3)
    assert [limiter.hit(three, "a") for _ in range(5)] == [True, True, True, False, False]
    assert limiter.hit(three, "b")
    clock[0] += 59.9
    assert not limiter.hit(three, "a")
    clock[0] += 0.2
    assert limiter.hit(three, "a")
    assert limiter.get_window_stats(three, "a").remaining == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3), st.floats(0, 40)), max_size=40))
def test_it_counts_as_a_list_of_all_hits_would(hits):
    windows, now, opened = limit_windows.Windows(), [0.0], {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limit_windows.time, "monotonic", lambda: now[0])
        for key, amount, waited_s in hits:
            now[0] += waited_s
            start, counted = opened.get(key, (None, 0))
            if start is None or now[0] >= start + 60:
                start, counted = now[0], 0
            opened[key] = (start, counted + amount)
            assert windows.incr(key, 60, amount) == counted + amount == windows.get(key)


def test_what_is_over_is_forgotten_though_nobody_asks_for_it(clock, monkeypatch):
    monkeypatch.setattr(limit_windows, "SWEPT_FROM", 10)
    windows = limit_windows.Windows()
    windows._swept_from = 10
    for number in range(10):
        windows.incr(f"old {number}", 1)
    clock[0] += 2
    for number in range(3):
        windows.incr(f"new {number}", 1)
    assert windows.reset() == 3


def test_no_hit_is_lost_between_threads():
    windows = limit_windows.Windows()
    threads = [threading.Thread(target=lambda: [windows.incr("a", 600) for _ in range(2000)]) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert windows.get("a") == 8000
    windows.clear("a")
    assert windows.get("a") == 0
