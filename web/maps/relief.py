"""Shaded relief of the terrain: the ground the radio waves have to cross, for the eye."""

from dataclasses import dataclass

import numpy as np

from casm.exchange.raster import PlacedRaster
from web.maps.mercator import enlarge
from web.maps.png import Rgba, indexed_png

# The cartographers' sun, north-west at half height: from elsewhere people read valleys as ridges.
SUN_AZIMUTH_DEG = 315.0
SUN_ELEVATION_DEG = 45.0
# Slopes are drawn steeper than they are, or gentle country would look flat.
EXAGGERATION = 1.6
M_PER_DEG_LATITUDE = 111_132.95  # mean of the WGS84 meridian, Snyder, USGS Professional Paper 1395, table 3

# Tints of low, middle and high ground; pale, so that overlays and labels stand out.
TINTS = ((226, 232, 214), (242, 238, 222), (247, 246, 243))
TINT_STEPS = 8
SHADE_STEPS = 30
CLEAR: Rgba = (0, 0, 0, 0)


@dataclass(frozen=True)
class Relief:
    """An image of the terrain and the place it covers: (west, south, east, north) in degrees."""

    png: bytes
    bounds: tuple[float, float, float, float]


def hillshade(elevation_amsl_m: np.ndarray, cell_east_m: float, cell_north_m: float) -> np.ndarray:
    """Brightness of each cell, 0 to 1, lit from the north-west (Horn 1981, Proceedings of the IEEE 69(1), 14-47).

    elevation_amsl_m: metres, shape (rows, cols), row 0 the northernmost. Flat ground comes to sin(45°) = 0.707.
    """
    padded = np.pad(elevation_amsl_m.astype(np.float64) * EXAGGERATION, 1, mode="edge")
    north_west, north, north_east = padded[:-2, :-2], padded[:-2, 1:-1], padded[:-2, 2:]
    west, east = padded[1:-1, :-2], padded[1:-1, 2:]
    south_west, south, south_east = padded[2:, :-2], padded[2:, 1:-1], padded[2:, 2:]
    rise_east = (north_east + 2 * east + south_east - north_west - 2 * west - south_west) / (8 * cell_east_m)
    rise_north = (north_west + 2 * north + north_east - south_west - 2 * south - south_east) / (8 * cell_north_m)
    sun, azimuth = np.radians(SUN_ELEVATION_DEG), np.radians(SUN_AZIMUTH_DEG)
    towards_east, towards_north = np.cos(sun) * np.sin(azimuth), np.cos(sun) * np.cos(azimuth)
    # The surface's normal is (-rise_east, -rise_north, 1), not yet of length one.
    light = np.sin(sun) - rise_east * towards_east - rise_north * towards_north
    return np.clip(light / np.sqrt(1 + rise_east**2 + rise_north**2), 0.0, 1.0)


def relief_of(terrain: PlacedRaster) -> Relief:
    """Shaded and tinted relief of a terrain raster (metres above sea level), clear where there is none."""
    rows, cols = terrain.values.shape
    middle = np.radians((terrain.north_deg + terrain.south_deg) / 2)
    cell_north_m = (terrain.north_deg - terrain.south_deg) / rows * M_PER_DEG_LATITUDE
    cell_east_m = (terrain.east_deg - terrain.west_deg) / cols * M_PER_DEG_LATITUDE * float(np.cos(middle))
    ground = np.where(terrain.known, terrain.values, np.nan).astype(np.float64)
    lowest, highest = (np.nanmin(ground), np.nanmax(ground)) if terrain.known.any() else (0.0, 1.0)
    filled = np.where(terrain.known, ground, lowest)
    shade = hillshade(filled, cell_east_m, cell_north_m)
    share = (filled - lowest) / max(highest - lowest, 1.0)
    tint = np.minimum((share * TINT_STEPS).astype(np.uint8), TINT_STEPS - 1)
    tone = np.minimum((shade * SHADE_STEPS).astype(np.uint8), SHADE_STEPS - 1)
    index = (1 + tint * SHADE_STEPS + tone).astype(np.uint8)
    index[~terrain.known] = 0
    image = enlarge(index, terrain.north_deg, terrain.south_deg, 1)
    return Relief(indexed_png(image, _palette()), terrain.bounds)


def _palette() -> list[Rgba]:
    """Clear, then every tint in every tone."""
    flat = np.sin(np.radians(SUN_ELEVATION_DEG))
    colours: list[Rgba] = [CLEAR]
    for tint in range(TINT_STEPS):
        ground = _tint((tint + 0.5) / TINT_STEPS)
        for tone in range(SHADE_STEPS):
            light = (tone + 0.5) / SHADE_STEPS
            # Flat ground keeps its tint; slopes in the sun gain towards white, those turned away lose.
            factor = 1 + (light - flat) * (0.35 if light > flat else 0.75)
            red, green, blue = (int(np.clip(part * factor, 0, 255)) for part in ground)
            colours.append((red, green, blue, 255))
    return colours


def _tint(share: float) -> tuple[float, float, float]:
    low, middle, high = (np.array(colour, float) for colour in TINTS)
    mixed = low + (middle - low) * share * 2 if share < 0.5 else middle + (high - middle) * (share - 0.5) * 2
    return float(mixed[0]), float(mixed[1]), float(mixed[2])
