"""Sets of grid cells as bits, 64 to a word: and, or and area over a state's cells in microseconds."""

from dataclasses import dataclass

import numpy as np

from geo.coverage.grid import Grid

WORD_BITS = 64


def pack(cells: np.ndarray) -> np.ndarray:
    """Bit set of a boolean array (rows, cols): uint64 of shape (rows, ceil(cols / 64)); spare bits are 0."""
    rows, cols = cells.shape
    padded = np.zeros((rows, -(-cols // WORD_BITS) * WORD_BITS), dtype=bool)
    padded[:, :cols] = cells
    return np.packbits(padded, axis=1).view(np.uint64)


def unpack(bits: np.ndarray, cols: int) -> np.ndarray:
    """Boolean array (rows, cols) of a bit set."""
    return np.unpackbits(bits.view(np.uint8), axis=1, count=cols).astype(bool)


def no_cells(grid: Grid) -> np.ndarray:
    """The empty set on a grid."""
    return np.zeros((grid.rows, -(-grid.cols // WORD_BITS)), dtype=np.uint64)


def all_cells(grid: Grid) -> np.ndarray:
    """Every cell of a grid."""
    return pack(np.ones(grid.shape, dtype=bool))


@dataclass(frozen=True, eq=False)
class Ternary:
    """For each cell yes, no or unknown, as two bit sets: surely yes, and not surely no (a superset)."""

    proven: np.ndarray
    possible: np.ndarray

    def __and__(self, other: "Ternary") -> "Ternary":
        return Ternary(self.proven & other.proven, self.possible & other.possible)

    def __or__(self, other: "Ternary") -> "Ternary":
        return Ternary(self.proven | other.proven, self.possible | other.possible)


def row_areas_km2(grid: Grid) -> np.ndarray:
    """Area of one cell of each row on the ellipsoid, shape (rows,)."""
    return grid.cell_areas_km2()[:, 0].copy()


def area_km2(bits: np.ndarray, row_area_km2: np.ndarray) -> float:
    """Area of a set of cells, from the area of one cell of each row."""
    return float(np.bitwise_count(bits).sum(axis=1, dtype=np.int64) @ row_area_km2)
