"""Outlines as short text: what is unpacked is what went in, to a metre."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Polygon, box

from web.maps.outlines import pack_ring, packed_polygons


def unpack(packed: str) -> list[tuple[int, int]]:
    """The points in steps, read bit by bit as the format says, without a look at how it is written."""
    numbers, bits, length = [], 0, 0
    for character in packed:
        six = ord(character) - 63
        bits |= (six % 32) << length
        length += 5
        if six < 32:
            numbers.append(-(bits // 2) - 1 if bits % 2 else bits // 2)
            bits = length = 0
    assert length == 0
    moves = np.array(numbers).reshape(-1, 2)
    return [tuple(point) for point in np.cumsum(moves, axis=0).tolist()]


STEPS = st.tuples(st.integers(-18_000_000, 18_000_000), st.integers(-9_000_000, 9_000_000))


@given(st.lists(STEPS, min_size=4, max_size=30))
def test_every_ring_comes_back(points):
    ring = [*points, points[0]]
    wanted = [point for number, point in enumerate(ring) if number == 0 or point != ring[number - 1]]
    packed = pack_ring(np.array(ring) / 100_000)
    assert packed.isascii()
    assert packed == "" or packed.isprintable()
    assert not set(packed) & set("\"'&<>")
    if len(wanted) < 4:
        assert packed == ""
    else:
        assert unpack(packed) == wanted


def test_a_square_by_hand():
    # 0 0 → "??"; then +2 steps east: 4 → "C?", north "?C", west -2: 3 → "B?", south "?B".
    assert pack_ring(np.array([[0, 0], [2e-5, 0], [2e-5, 2e-5], [0, 2e-5], [0, 0]])) == "??C??CB??B"


def test_holes_and_parts_stay_apart_and_slivers_and_lines_go():
    sliver = box(0.5, 0.5, 0.500001, 0.6)
    with_hole = Polygon(box(0, 0, 1, 1).exterior, [box(0.2, 0.2, 0.4, 0.4).exterior, sliver.exterior])
    mixed = GeometryCollection([box(3, 3, 4, 4), LineString([(0, 0), (1, 1)])])
    assert [len(rings) for rings in packed_polygons(mixed)] == [1]
    found = packed_polygons(MultiPolygon([with_hole, box(3, 3, 4, 4)]))
    assert [len(rings) for rings in found] == [2, 1]
    assert set(unpack(found[1][0])) == {(x, y) for x in (300_000, 400_000) for y in (300_000, 400_000)}


@pytest.mark.parametrize("nothing", [None, Polygon(), LineString([(0, 0), (1, 1)]), box(0, 0, 1e-7, 1e-7)])
def test_what_has_no_area_has_no_outline(nothing):
    assert packed_polygons(nothing) == []
