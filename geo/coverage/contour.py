"""From a raster of probabilities to the polygon within which a target is reached."""

import numpy as np
import shapely
from rasterio import Affine, features
from shapely.geometry.base import BaseGeometry

from geo import projection
from geo.coverage.grid import Grid

METRES_PER_DEGREE = 111_195.0


def covered_area(
    grid: Grid, probabilities: np.ndarray, target: float, *, simplify_cells: float = 0.7
) -> shapely.MultiPolygon:
    """Polygon, EPSG:4326, of the cells whose probability is at least the target; empty where none is.

    Outlines run along cell edges and are then simplified (Douglas–Peucker, keeping topology) by
    simplify_cells cell heights, in the equal-area projection of the place; 0 keeps the stairs. Holes are kept;
    an islet that simplifying would empty keeps its stairs. Always valid. NaN is not covered.
    """
    covered = np.nan_to_num(probabilities, nan=-1.0) >= target
    return polygons_of(grid, covered, simplify_cells=simplify_cells)


def polygons_of(grid: Grid, cells: np.ndarray, *, simplify_cells: float = 0.7) -> shapely.MultiPolygon:
    """Polygon, EPSG:4326, of the true cells of a boolean array; as covered_area."""
    if cells.shape != grid.shape:
        raise ValueError(f"{cells.shape} cells do not lie on a grid of {grid.shape}")
    place = Affine(grid.cell_deg, 0.0, grid.west_deg, 0.0, -grid.cell_deg, grid.north_deg)
    stairs = [
        shapely.geometry.shape(outline)
        for outline, _ in features.shapes(cells.astype(np.uint8), mask=cells, transform=place)
    ]
    if not stairs:
        return shapely.MultiPolygon()
    shape: BaseGeometry = shapely.MultiPolygon(stairs)
    if simplify_cells > 0.0:
        tolerance_m = simplify_cells * grid.cell_deg * METRES_PER_DEGREE
        shape = projection.in_equal_area(
            shape, lambda projected: shapely.simplify(projected, tolerance_m, preserve_topology=True)
        )
    return _valid_multipolygon(shape)


def _valid_multipolygon(shape: BaseGeometry) -> shapely.MultiPolygon:
    if not shape.is_valid:
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    return shapely.MultiPolygon(parts)
