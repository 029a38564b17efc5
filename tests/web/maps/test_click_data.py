"""Packed grids and the words about an interval."""

from base64 import b64decode

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.interop.answer import Interval
from web.maps.click_data import interval_words, pack_cells


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
    assert str(proven) in words
    assert str(possible) in words
    assert ("perhaps" in words) == (not Interval(proven, possible).exact)
