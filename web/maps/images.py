"""Coverage and interoperability rasters as images: classes in colour, stripes for what is only possible."""

import numpy as np

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


def level_png(proven: PlacedRaster, possible: PlacedRaster) -> bytes:
    """The pair's interval as an image: the proven level's colour, striped with the possible one where it is higher.

    ValueError when the two do not lie on the same cells, or one is known where the other is not.
    """
    if proven.bounds != possible.bounds or proven.values.shape != possible.values.shape:
        raise ValueError("proven and possible levels lie on different cells")
    base, top = level_classes(proven), level_classes(possible)
    if np.any((base == UNKNOWN_CELL) != (top == UNKNOWN_CELL)):
        raise ValueError("a cell has a proven level and no possible one, or the reverse")
    image = _enlarged(base, proven)
    higher = _enlarged(top, proven)
    stripes = _stripes(image.shape, STRIPE_PERIOD, STRIPE_WIDTH)
    image[stripes] = higher[stripes]
    clear = len(LEVELS)
    image[image == UNKNOWN_CELL] = clear
    return indexed_png(image, [*(_opaque(swatch.colour) for swatch in LEVELS), (0, 0, 0, 0)])


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
