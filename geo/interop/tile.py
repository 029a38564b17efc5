"""A block of cells of a stored answer with all its bands, held small: equal cells share one row of values."""

from dataclasses import dataclass

import numpy as np
import rasterio
from rasterio.windows import Window

from geo.coverage.grid import Grid

# Bands of one byte that a machine word takes beside the number found so far (of at most 2^32 cells).
_BANDS_A_WORD = 4


@dataclass(frozen=True)
class TileMap:
    """Where the cells of a raster lie, and the size of its blocks in rows and columns."""

    grid: Grid
    block_rows: int
    block_cols: int

    def place_of(self, lon_deg: float, lat_deg: float) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """(row, column) of the block that holds a position, and of the cell within it; None outside the raster."""
        cell = self.grid.cell_of(lon_deg, lat_deg)
        if cell is None:
            return None
        row, col = cell
        block = (row // self.block_rows, col // self.block_cols)
        return block, (row - block[0] * self.block_rows, col - block[1] * self.block_cols)


@dataclass(frozen=True)
class Tile:
    """index: shape (rows, cols), each cell's row in values. values: shape (kinds of cell, bands), uint8."""

    index: np.ndarray
    values: np.ndarray

    @property
    def size_bytes(self) -> int:
        """Memory it takes."""
        return self.index.nbytes + self.values.nbytes

    def at(self, row: int, col: int) -> list[int]:
        """Every band's value in a cell."""
        found: list[int] = self.values[self.index[row, col]].tolist()
        return found


def read_tile_map(content: bytes) -> TileMap:
    """Where the cells of a stored GeoTIFF (geo.interop.raster.geotiff_bytes) lie."""
    with rasterio.MemoryFile(content) as memory, memory.open(driver="GTiff") as raster:
        place = raster.transform
        block_rows, block_cols = raster.block_shapes[0]
        return TileMap(Grid(place.c, place.f, place.a, raster.height, raster.width), block_rows, block_cols)


def read_tile(content: bytes, tiles: TileMap, block: tuple[int, int]) -> Tile:
    """One block of a stored GeoTIFF, given by its row and column among blocks."""
    row, col = block[0] * tiles.block_rows, block[1] * tiles.block_cols
    with rasterio.MemoryFile(content) as memory, memory.open(driver="GTiff") as raster:
        height, width = min(tiles.block_rows, raster.height - row), min(tiles.block_cols, raster.width - col)
        bands = raster.read(window=Window(col, row, width, height))
    return packed(bands)


def packed(bands: np.ndarray) -> Tile:
    """Bands (bands, rows, cols) of uint8 as a tile."""
    cells = bands.reshape(len(bands), -1)
    kind = np.zeros(cells.shape[1], np.uint64)
    for first in range(0, len(cells), _BANDS_A_WORD):
        for band in cells[first : first + _BANDS_A_WORD]:
            kind = (kind << np.uint64(8)) | band
        # Numbered anew, so that the next bands find room beside the number.
        kind = np.unique(kind, return_inverse=True)[1].astype(np.uint64)
    _kinds, first_cells, index = np.unique(kind, return_index=True, return_inverse=True)
    small = np.uint8 if len(first_cells) <= 256 else np.uint16 if len(first_cells) <= 65536 else np.uint32
    return Tile(index.astype(small).reshape(bands.shape[1:]), np.ascontiguousarray(cells[:, first_cells].T))
