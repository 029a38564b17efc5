"""How far a point lies outside a polygon, or within it, on the ellipsoid."""

import numpy as np
import shapely

from geo.geodesy import distance_m


def distance_to_outline_m(position: shapely.Point, area: shapely.Geometry) -> float:
    """Metres from a point to the nearest point of an area's outline, whichever side it is on; degrees in EPSG:4326.

    The nearest point is looked for with longitudes shortened as they are at the point's latitude, since nearest in
    degrees is not nearest on the ground; the distance to it is geodesic.
    """
    shorten = np.array([np.cos(np.radians(position.y)), 1.0])
    outline = shapely.transform(area.boundary, lambda corners: corners * shorten)
    here = shapely.transform(position, lambda corners: corners * shorten)
    nearest = np.array(shapely.shortest_line(here, outline).coords[1]) / shorten
    return distance_m(position.x, position.y, float(nearest[0]), float(nearest[1]))
