"""What a map asks for as it is moved: a window and a zoom; and the clusters it is answered with."""

import math
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from casm.listing.clusters import MOST_ZOOM, Bounds, Cluster

# Sites, and links, that the region's map draws one by one; more are counted in cells as the map is moved.
MOST_DRAWN = 2_000
# Coordinates of a cell's middle, to a metre.
DECIMALS = 5


def asked_window() -> Bounds:
    """?window=west,south,east,north in degrees, kept on the globe; BadRequest for any other."""
    try:
        west, south, east, north = (float(part) for part in request.args.get("window", "").split(","))
    except ValueError:
        raise BadRequest("Give window as west,south,east,north in degrees.") from None
    if not all(map(math.isfinite, (west, south, east, north))) or not (west < east and south < north):
        raise BadRequest("The window's west lies before its east, and its south before its north.")
    return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)


def asked_zoom() -> int:
    """?zoom= of the map; BadRequest for none or one beyond the map's."""
    zoom = request.args.get("zoom", type=int)
    if zoom is None or not 0 <= zoom <= MOST_ZOOM:
        raise BadRequest(f"Give zoom as a whole number from 0 to {MOST_ZOOM}.")
    return zoom


def cluster_json(one: Cluster) -> dict[str, Any]:
    """A cluster as a map's script draws it."""
    return {
        "latitude": round(one.latitude_deg, DECIMALS),
        "longitude": round(one.longitude_deg, DECIMALS),
        "count": one.count,
        "members": [{"title": member.title, "id": str(member.id)} for member in one.members],
    }
