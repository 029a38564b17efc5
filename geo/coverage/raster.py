"""Float rasters on the grid, as GeoTIFF and back."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio import Affine

from geo.coverage.grid import Grid
from geo.errors import GeoError


def geotiff_bytes(grid: Grid, bands: dict[str, np.ndarray], tags: dict[str, str] | None = None) -> bytes:
    """GeoTIFF (EPSG:4326, float32, deflate, no data = NaN) with one described band per entry of bands.

    Each array has the grid's shape. tags go into the file's metadata: method, version, criterion, caveats.
    """
    for name, values in bands.items():
        if values.shape != grid.shape:
            raise GeoError(f"{name} has {values.shape} cells, the grid {grid.shape}")
    profile = {
        "driver": "GTiff",
        "width": grid.cols,
        "height": grid.rows,
        "count": len(bands),
        "dtype": "float32",
        "crs": "EPSG:4326",
        "transform": Affine(grid.cell_deg, 0.0, grid.west_deg, 0.0, -grid.cell_deg, grid.north_deg),
        "nodata": float("nan"),
        "compress": "deflate",
        "predictor": 3,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile) as raster:
            for number, (name, values) in enumerate(bands.items(), start=1):
                raster.write(values.astype(np.float32), number)
                raster.set_band_description(number, name)
            raster.update_tags(**(tags or {}))
        return bytes(memory.read())


def read_geotiff(source: bytes | Path) -> tuple[Grid, dict[str, np.ndarray], dict[str, str]]:
    """Grid, bands by description and tags of a GeoTIFF that geotiff_bytes wrote."""
    if isinstance(source, Path):
        source = source.read_bytes()
    with rasterio.MemoryFile(source) as memory, memory.open() as raster:
        transform = raster.transform
        grid = Grid(transform.c, transform.f, transform.a, raster.height, raster.width)
        bands = {
            name or str(number): raster.read(number)
            for number, name in enumerate(raster.descriptions, start=1)
        }
        return grid, bands, raster.tags()
