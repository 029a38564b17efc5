"""Levels and states of cells as GeoTIFF, and one cell of it read back."""

from collections.abc import Mapping

import numpy as np
import rasterio
from rasterio import Affine
from rasterio.windows import Window

from geo.coverage.grid import Grid
from geo.errors import GeoError
from geo.interop.matrix import OUTSIDE


def geotiff_bytes(grid: Grid, bands: Mapping[str, np.ndarray], tags: Mapping[str, str] | None = None) -> bytes:
    """GeoTIFF (EPSG:4326, uint8, deflate, no data = 255) with one described band for each entry of bands."""
    for name, values in bands.items():
        if values.shape != grid.shape:
            raise GeoError(f"{name} has {values.shape} cells, the grid {grid.shape}")
    profile = {
        "driver": "GTiff",
        "width": grid.cols,
        "height": grid.rows,
        "count": len(bands),
        "dtype": "uint8",
        "crs": "EPSG:4326",
        "transform": Affine(grid.cell_deg, 0.0, grid.west_deg, 0.0, -grid.cell_deg, grid.north_deg),
        "nodata": OUTSIDE,
        "compress": "deflate",
        "tiled": True,
        "blockxsize": 128,
        "blockysize": 128,
        "interleave": "band",
    }
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile) as raster:
            for number, (name, values) in enumerate(bands.items(), start=1):
                raster.write(values.astype(np.uint8), number)
                raster.set_band_description(number, name)
            raster.update_tags(**(tags or {}))
        return bytes(memory.read())


def values_at(content: bytes, lon_deg: float, lat_deg: float) -> list[int] | None:
    """The value of every band in the cell that holds a position; None outside the raster."""
    with rasterio.MemoryFile(content) as memory, memory.open(driver="GTiff") as raster:
        place = raster.transform
        cell = Grid(place.c, place.f, place.a, raster.height, raster.width).cell_of(lon_deg, lat_deg)
        if cell is None:
            return None
        row, col = cell
        return [int(value) for value in raster.read(window=Window(col, row, 1, 1)).ravel()]
