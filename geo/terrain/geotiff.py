"""Read terrain from a GeoTIFF or any other north-up geographic raster that rasterio opens (SRTM .hgt too)."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.windows import Window

from geo import units
from geo.errors import GeoError
from geo.terrain.elevation import ElevationRaster

# SRTM's void value, which many copies carry without saying so in their metadata.
SRTM_VOID = -32768
METRES = {"", "m", "metre", "metres", "meter", "meters"}
FEET = {"ft", "foot", "feet"}


def read_elevation(
    path: Path, bounds: tuple[float, float, float, float] | None = None, *, vertical_datum: str = "not stated"
) -> ElevationRaster:
    """Terrain of a file, or of the part of it over (west, south, east, north) degrees.

    A post is the centre of a raster cell: rasterio places node-registered files (AREA_OR_POINT=Point, .hgt)
    so that this holds for them too. Voids and the file's no-data value become NaN. GeoError, naming the file
    and what is wrong, if it cannot be read, is not geographic, not north-up, of several bands, in an unknown
    height unit, or does not touch the bounds.
    """
    try:
        with rasterio.open(path) as raster:
            _check(raster, path)
            window = _window(raster, path, bounds)
            stored = raster.read(1, window=window)
            transform = raster.transform
            heights = stored.astype(np.float32)
            heights[(stored == SRTM_VOID) | ~np.isfinite(heights)] = np.nan
            if raster.nodata is not None:
                heights[stored == raster.nodata] = np.nan
            if (raster.units[0] or "").lower() in FEET:
                heights = units.ft_to_m(heights)
    except RasterioError as error:
        raise GeoError(f"{path}: not a raster that can be read ({error})") from error
    return ElevationRaster(
        height_amsl_m=heights,
        west_post_deg=transform.c + (window.col_off + 0.5) * transform.a,
        north_post_deg=transform.f + (window.row_off + 0.5) * transform.e,
        lon_spacing_deg=transform.a,
        lat_spacing_deg=-transform.e,
        source=path.name,
        vertical_datum=vertical_datum,
    )


def _check(raster: rasterio.DatasetReader, path: Path) -> None:
    if raster.crs is None:
        raise GeoError(f"{path}: the raster does not say its coordinate system; write it in, e.g. EPSG:4326")
    if not raster.crs.is_geographic:
        raise GeoError(
            f"{path}: the raster is in {raster.crs.to_string()}, not in degrees; warp it to EPSG:4326"
        )
    if raster.transform.b or raster.transform.d or raster.transform.a <= 0 or raster.transform.e >= 0:
        raise GeoError(f"{path}: the raster is rotated or not north-up; warp it to EPSG:4326")
    if raster.count != 1:
        raise GeoError(f"{path}: {raster.count} bands where one of heights is expected")
    unit = (raster.units[0] or "").lower()
    if unit not in METRES | FEET:
        raise GeoError(f"{path}: heights are in {unit!r}; metres or feet are understood")


def _window(
    raster: rasterio.DatasetReader, path: Path, bounds: tuple[float, float, float, float] | None
) -> Window:
    whole = Window(0, 0, raster.width, raster.height)
    if bounds is None:
        return whole
    west, south, east, north = bounds
    transform = raster.transform
    # One post more on every side, so that a point at the edge is still between posts.
    left = max(int(np.floor((west - transform.c) / transform.a)) - 1, 0)
    right = min(int(np.ceil((east - transform.c) / transform.a)) + 1, raster.width)
    top = max(int(np.floor((north - transform.f) / transform.e)) - 1, 0)
    bottom = min(int(np.ceil((south - transform.f) / transform.e)) + 1, raster.height)
    if right - left < 2 or bottom - top < 2:
        raise GeoError(
            f"{path}: the terrain does not reach the place asked for ({west}, {south}, {east}, {north})"
        )
    return Window(left, top, right - left, bottom - top)
