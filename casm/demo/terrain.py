"""The demo region's terrain: the elevation tile inside matplotlib, written as a GeoTIFF."""

from pathlib import Path

import matplotlib
import numpy as np
import rasterio
from rasterio import Affine

from casm.demo.region import BOUNDS, CELL_DEG, COLS, ROWS
from casm.errors import CasmError
from casm.exchange.atomic import atomic_write

SOURCE = Path("mpl-data") / "sample_data" / "jacksboro_fault_dem.npz"
FILE_NAME = "demo_terrain_srtm3.tif"
VERTICAL_DATUM = "EGM96"


def source_file() -> Path:
    """The tile inside the installed matplotlib; CasmError when that build does not ship it."""
    found = Path(matplotlib.__file__).parent / SOURCE
    if not found.is_file():
        raise CasmError(f"The demo's terrain is missing: this matplotlib holds no {SOURCE}.", "run make setup again")
    return found


def elevation_amsl_m() -> np.ndarray:
    """Elevations of the tile, metres above mean sea level, int16, shape (344, 403), row 0 the northernmost.

    The file's own labels are not used. Its "ymax" (36.44625) is the north edge; its "ymin" (36.7329) was counted
    upwards from there instead of downwards and would put the mountains 32 km north of where they stand. The place is
    proven against the Census county line, which follows the crests (tests/casm/demo/test_terrain.py).
    """
    with np.load(source_file()) as archive:
        ground_amsl_m = np.asarray(archive["elevation"])
    if ground_amsl_m.shape != (ROWS, COLS):
        raise CasmError(
            f"The demo's terrain has {ground_amsl_m.shape} cells, not {(ROWS, COLS)}.", "run make setup again"
        )
    return ground_amsl_m.astype(np.int16)


def write_terrain(folder: Path) -> Path:
    """Write the GeoTIFF (EPSG:4326, cell-registered) into a folder and return its path; unchanged, it is kept."""
    target = folder / FILE_NAME
    content = _geotiff(elevation_amsl_m())
    if target.is_file() and target.read_bytes() == content:
        return target
    with atomic_write(target) as stream:
        stream.write(content)
    return target


def _geotiff(ground_amsl_m: np.ndarray) -> bytes:
    profile = {
        "driver": "GTiff",
        "height": ROWS,
        "width": COLS,
        "count": 1,
        "dtype": "int16",
        "crs": "EPSG:4326",
        "transform": Affine(CELL_DEG, 0.0, BOUNDS.west_deg, 0.0, -CELL_DEG, BOUNDS.north_deg),
        "nodata": -32768,
        "compress": "deflate",
        "predictor": 2,
    }
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile) as raster:
            raster.write(ground_amsl_m, 1)
            raster.set_band_description(1, f"elevation above mean sea level ({VERTICAL_DATUM}), metres")
            raster.update_tags(SOURCE="SRTM 3 arc seconds (public domain), as shipped with matplotlib")
        return bytes(memory.read())
