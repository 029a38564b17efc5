"""Coverage and interoperability rasters as images: classes in colour, stripes for what is only possible."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from casm.exchange.overview import Bounds
from casm.exchange.raster import PlacedRaster, without_data
from web.maps.mercator import enlarge, image_scale
from web.maps.palette import COVERAGE, LEVELS, NO_DATA, SERVED_FROM, UNCERTAIN_FROM, Swatch, rgb
from web.maps.png import Rgba, indexed_png

SERVED, UNCERTAIN, NOT_SERVED = 0, 1, 2
# A class of its own, for both coverage and levels; also what result rasters use.
UNKNOWN_CELL = 255
# In a pair's image: a cell of its place without data, where UNKNOWN_CELL is outside the place.
NO_DATA_CELL = 254

# Image pixels: diagonal stripes repeat every STRIPE_PERIOD pixels; the possible level has a good third of them.
STRIPE_PERIOD = 14
STRIPE_WIDTH = 5
NO_DATA_PERIOD = 10
NO_DATA_WIDTH = 2


def coverage_classes(probability: PlacedRaster) -> np.ndarray:
    """0 served (at least 0.95), 1 uncertain (0.5 to 0.95), 2 not served (under 0.5), 255 no data; uint8."""
    classes = np.full(probability.values.shape, NOT_SERVED, np.uint8)
    classes[probability.values >= UNCERTAIN_FROM] = UNCERTAIN
    classes[probability.values >= SERVED_FROM] = SERVED
    classes[~probability.known] = UNKNOWN_CELL
    return classes


def level_classes(level: PlacedRaster) -> np.ndarray:
    """Levels 0 to 5, 255 outside the place or without data; uint8. ValueError on any other value."""
    classes = np.where(level.known, level.values, UNKNOWN_CELL).astype(np.uint8)
    if np.any((classes >= len(LEVELS)) & (classes != UNKNOWN_CELL)):
        raise ValueError("a level raster holds a level above 5")
    return classes


def coverage_png(probability: PlacedRaster) -> bytes:
    """The coverage classes as an image in Web Mercator; no data is hatched."""
    classes = coverage_classes(probability)
    image = _enlarged(classes, probability)
    _hatch(image, image == UNKNOWN_CELL, len(COVERAGE), len(COVERAGE) + 1)
    return indexed_png(image, _colours(COVERAGE))


def level_overlay(
    proven: PlacedRaster, possible: PlacedRaster, place: BaseGeometry | None = None
) -> tuple[bytes, Bounds]:
    """The pair's interval as an image, and its bounds: the proven level's colour, striped with the possible one
    where that is higher. Only the part that holds the pair's place is drawn.

    place: the whole place (EPSG:4326); its cells without an answer are hatched, those outside it left clear.
    ValueError when the two do not lie on the same cells, or one is known where the other is not.
    """
    if proven.bounds != possible.bounds or proven.values.shape != possible.values.shape:
        raise ValueError("proven and possible levels lie on different cells")
    base, top = level_classes(proven), level_classes(possible)
    if np.any((base == UNKNOWN_CELL) != (top == UNKNOWN_CELL)):
        raise ValueError("a cell has a proven level and no possible one, or the reverse")
    missing = without_data(proven, place)
    base[missing] = NO_DATA_CELL
    part = part_where(proven, proven.known | missing)
    base, top = base[part.rows, part.cols], top[part.rows, part.cols]
    scale = image_scale(base.shape)
    _west, south_deg, _east, north_deg = part.bounds
    image, higher = (enlarge(classes, north_deg, south_deg, scale) for classes in (base, top))
    hatched, clear = len(LEVELS), len(LEVELS) + 1
    untold = image == NO_DATA_CELL
    np.copyto(image, higher, where=_stripes(image.shape, STRIPE_PERIOD, STRIPE_WIDTH) & ~untold)
    _hatch(image, untold, hatched, clear)
    image[image == UNKNOWN_CELL] = clear
    return indexed_png(image, _colours(LEVELS)), part.bounds


def level_part(proven: PlacedRaster, place: BaseGeometry | None) -> "Part":
    """The part of a pair's raster that level_overlay draws."""
    return part_where(proven, proven.known | without_data(proven, place))


@dataclass(frozen=True)
class Part:
    """A rectangle of a raster: its rows and columns, and where they lie."""

    rows: slice
    cols: slice
    bounds: Bounds


def part_where(raster: PlacedRaster, wanted: np.ndarray) -> Part:
    """The smallest rectangle holding every wanted cell (bool, of the raster's shape); one cell when there is none."""
    rows = np.flatnonzero(wanted.any(axis=1))
    cols = np.flatnonzero(wanted.any(axis=0))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 1)
    left, right = (int(cols[0]), int(cols[-1]) + 1) if cols.size else (0, 1)
    cell_north_deg = (raster.north_deg - raster.south_deg) / raster.values.shape[0]
    cell_east_deg = (raster.east_deg - raster.west_deg) / raster.values.shape[1]
    bounds = (
        raster.west_deg + left * cell_east_deg,
        raster.north_deg - bottom * cell_north_deg,
        raster.west_deg + right * cell_east_deg,
        raster.north_deg - top * cell_north_deg,
    )
    return Part(slice(top, bottom), slice(left, right), bounds)


def _enlarged(classes: np.ndarray, placed: PlacedRaster) -> np.ndarray:
    return enlarge(classes, placed.north_deg, placed.south_deg, image_scale(classes.shape))


def _hatch(image: np.ndarray, untold: np.ndarray, hatched: int, clear: int) -> None:
    if untold.any():
        lines = _stripes(image.shape, NO_DATA_PERIOD, NO_DATA_WIDTH)
        image[untold & lines] = hatched
        image[untold & ~lines] = clear


def _stripes(shape: tuple[int, ...], period: int, width: int) -> np.ndarray:
    """Diagonal stripes: True where (row + col) % period < width. One row, looked at from shifted beginnings."""
    rows, cols = shape
    line = np.arange(cols + period) % period < width
    return np.lib.stride_tricks.sliding_window_view(line, cols)[np.arange(rows) % period]


def _colours(swatches: Sequence[Swatch]) -> list[Rgba]:
    """The swatches' colours, then that of the lines where there is no data, then none."""
    return [*(_opaque(swatch.colour) for swatch in (*swatches, NO_DATA)), (0, 0, 0, 0)]


def _opaque(colour: str) -> Rgba:
    return (*rgb(colour), 255)
