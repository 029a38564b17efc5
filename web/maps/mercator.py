"""From geographic rows to the map's projection, so that an overlay lies where it belongs at every latitude."""

import numpy as np

# Where EPSG:3857 ends: the latitude at which its square closes.
MAX_LATITUDE_DEG = 85.051128779806604


def mercator_rows(north_deg: float, south_deg: float, rows: int, scale: int = 1) -> np.ndarray:
    """For each row of an image evenly spaced in Web Mercator (EPSG:3857), the geographic row it shows.

    north_deg > south_deg, both within 85.05 degrees; rows: rows of the geographic raster, evenly spaced in latitude;
    scale: image rows per raster row. Returns int indexes, shape (rows * scale,), row 0 northernmost. A Leaflet image
    overlay is stretched evenly between its corners' projected positions, so without this a raster over one degree
    of latitude at 36 degrees north is drawn up to 180 m off.
    """
    if not -MAX_LATITUDE_DEG <= south_deg < north_deg <= MAX_LATITUDE_DEG:
        raise ValueError(f"no Web Mercator between {south_deg} and {north_deg} degrees")
    top, bottom = mercator_y(north_deg), mercator_y(south_deg)
    centres = top + (np.arange(rows * scale) + 0.5) / (rows * scale) * (bottom - top)
    latitudes = np.degrees(np.arctan(np.sinh(centres)))
    index = np.floor((north_deg - latitudes) / (north_deg - south_deg) * rows).astype(np.intp)
    return np.clip(index, 0, rows - 1)


def mercator_y(latitude_deg: float) -> float:
    """Northing in Earth radii (EPSG Guidance Note 7-2, method 1024)."""
    return float(np.arcsinh(np.tan(np.radians(latitude_deg))))


def enlarge(values: np.ndarray, north_deg: float, south_deg: float, scale: int) -> np.ndarray:
    """A geographic raster as an image in Web Mercator, each cell `scale` pixels wide."""
    rows = mercator_rows(north_deg, south_deg, values.shape[0], scale)
    return np.repeat(values[rows], scale, axis=1)


def image_scale(shape: tuple[int, int], target_pixels: int = 1200, most: int = 6) -> int:
    """Pixels a cell gets so that the longer side comes to about target_pixels."""
    return int(np.clip(round(target_pixels / max(shape)), 1, most))
