"""A block of cells held small gives back what the raster holds, cell by cell and band by band."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage.grid import Grid
from geo.interop.raster import geotiff_bytes, values_at
from geo.interop.tile import packed, read_tile, read_tile_map


@given(
    st.integers(1, 20), st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1), st.sampled_from([2, 4, 256])
)  # fmt: skip
def test_every_cell_comes_back(bands, rows, cols, seed, kinds):
    given = np.random.default_rng(seed).integers(0, kinds, (bands, rows, cols)).astype(np.uint8)
    tile = packed(given)
    back = [[tile.at(row, col) for col in range(cols)] for row in range(rows)]
    assert np.array_equal(np.array(back), np.moveaxis(given, 0, -1))
    assert len(tile.values) == len(np.unique(given.reshape(bands, -1), axis=1).T)


def test_many_kinds_of_cells_need_a_wider_index():
    given = np.arange(300, dtype=np.uint16).reshape(1, 300)
    tile = packed(np.stack([given & 255, given >> 8]).astype(np.uint8))
    assert tile.index.dtype == np.uint16
    assert tile.at(0, 299) == [299 & 255, 1]


@pytest.fixture(scope="module")
def stored():
    """A raster of more than one block each way, with three bands."""
    numbers = np.random.default_rng(5)
    grid = Grid(-84.4, 36.4, 1 / 1200, 150, 200)
    return geotiff_bytes(grid, {name: numbers.integers(0, 4, grid.shape).astype(np.uint8) for name in "abc"})


def test_a_place_reads_as_from_the_raster_itself(stored):
    tiles = read_tile_map(stored)
    numbers = np.random.default_rng(7)
    kept = {}
    for lon, lat in zip(numbers.uniform(-84.45, -84.2, 200), numbers.uniform(36.25, 36.42, 200), strict=True):
        place = tiles.place_of(lon, lat)
        wanted = values_at(stored, lon, lat)
        assert (place is None) == (wanted is None)
        if place is not None:
            block, cell = place
            tile = kept.setdefault(block, read_tile(stored, tiles, block))
            assert tile.at(*cell) == wanted
    assert len(kept) == 4
