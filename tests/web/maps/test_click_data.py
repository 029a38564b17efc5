"""Packed grids and the words about an interval."""

from base64 import b64decode

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.interop.answer import Interval
from web.maps.click_data import distinct_states, interval_words, pack_cells, shared_methods
from web.maps.palette import LEVEL_NAMES


def unpack(packed: str) -> list[int]:
    """The same reading as static/map/grid.js, written again from the format's description."""
    stream = iter(b64decode(packed))
    cells: list[int] = []
    for value in stream:
        count, shift = 0, 0
        while True:
            group = next(stream)
            count |= (group & 0x7F) << shift
            shift += 7
            if not group & 0x80:
                break
        cells += [value] * count
    return cells


@given(arrays(np.uint8, st.tuples(st.integers(1, 30), st.integers(1, 30)), elements=st.integers(0, 3)))
def test_cells_come_back(cells):
    assert unpack(pack_cells(cells)) == cells.ravel().tolist()


def test_a_long_run_is_short():
    packed = pack_cells(np.full((344, 403), 255, np.uint8))
    assert len(b64decode(packed)) == 4
    assert unpack(packed) == [255] * (344 * 403)


@given(st.integers(0, 5), st.integers(0, 5))
def test_an_interval_keeps_both_ends(one, other):
    proven, possible = sorted((one, other))
    words = interval_words(proven, possible)
    assert f"level {proven} (" in words
    assert f"{possible} ({LEVEL_NAMES[possible]})" in words
    assert ("perhaps" in words) == (not Interval(proven, possible).exact)


@given(arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 60)), elements=st.sampled_from([0, 1, 2, 255])))
def test_cells_are_numbered_by_their_state(bands):
    numbers, states = distinct_states(list(bands))
    assert np.array_equal(states[numbers].T, bands)
    assert len({tuple(state) for state in states.tolist()}) == len(states)


def test_no_cell_has_no_state():
    numbers, states = distinct_states([np.zeros(0, np.uint8)] * 2)
    assert numbers.size == 0
    assert states.shape == (0, 2)


def test_a_method_is_kept_once():
    yes, no = ({"state": state, "sentence": f"By {state}."} for state in ("yes", "no"))
    slim, methods = shared_methods([{"id": "a", "methods": [yes, no]}, {"id": "b", "methods": [no]}])
    assert methods == [yes, no]
    assert [answer["methods"] for answer in slim] == [[0, 1], [1]]
