"""Coverage and interoperability rasters as images: classes in colour, stripes for what is only possible."""

from dataclasses import dataclass

import numpy as np

from casm.exchange.overview import Bounds
from casm.exchange.raster import PlacedRaster
from web.maps.mercator import enlarge, image_scale
from web.maps.palette import COVERAGE, LEVELS, NO_DATA, SERVED_FROM, UNCERTAIN_FROM, rgb
from web.maps.png import Rgba, indexed_png

SERVED, UNCERTAIN, NOT_SERVED = 0, 1, 2
# A class of its own, for both coverage and levels; also what result rasters use.
UNKNOWN_CELL = 255

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
    hatched, clear = len(COVERAGE), len(COVERAGE) + 1
    _hatch_no_data(image, hatched, clear)
    return indexed_png(image, [*(_opaque(swatch.colour) for swatch in COVERAGE), _opaque(NO_DATA.colour), (0, 0, 0, 0)])


def level_overlay(proven: PlacedRaster, possible: PlacedRaster) -> tuple[bytes, Bounds]:
    """The pair's interval as an image, and its bounds: the proven level's colour, striped with the possible one
    where that is higher. Only the part that holds the pair's place is drawn.

    ValueError when the two do not lie on the same cells, or one is known where the other is not.
    """
    if proven.bounds != possible.bounds or proven.values.shape != possible.values.shape:
        raise ValueError("proven and possible levels lie on different cells")
    base, top = level_classes(proven), level_classes(possible)
    if np.any((base == UNKNOWN_CELL) != (top == UNKNOWN_CELL)):
        raise ValueError("a cell has a proven level and no possible one, or the reverse")
    part = known_part(proven)
    base, top = base[part.rows, part.cols], top[part.rows, part.cols]
    scale = image_scale(base.shape)
    _west, south_deg, _east, north_deg = part.bounds
    image, higher = (enlarge(classes, north_deg, south_deg, scale) for classes in (base, top))
    stripes = _stripes(image.shape, STRIPE_PERIOD, STRIPE_WIDTH)
    image[stripes] = higher[stripes]
    clear = len(LEVELS)
    image[image == UNKNOWN_CELL] = clear
    return indexed_png(image, [*(_opaque(swatch.colour) for swatch in LEVELS), (0, 0, 0, 0)]), part.bounds


@dataclass(frozen=True)
class Part:
    """A rectangle of a raster: its rows and columns, and where they lie."""

    rows: slice
    cols: slice
    bounds: Bounds


def known_part(raster: PlacedRaster) -> Part:
    """The smallest rectangle holding every known cell; one cell when none is known."""
    rows = np.flatnonzero(raster.known.any(axis=1))
    cols = np.flatnonzero(raster.known.any(axis=0))
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


def _hatch_no_data(image: np.ndarray, hatched: int, clear: int) -> None:
    unknown = image == UNKNOWN_CELL
    lines = _stripes(image.shape, NO_DATA_PERIOD, NO_DATA_WIDTH)
    image[unknown & lines] = hatched
    image[unknown & ~lines] = clear


def _stripes(shape: tuple[int, int], period: int, width: int) -> np.ndarray:
    row, col = np.ogrid[: shape[0], : shape[1]]
    return (row + col) % period < width


def _opaque(colour: str) -> Rgba:
    return (*rgb(colour), 255)
