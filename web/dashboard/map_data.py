"""What the dashboard's map draws: outlines shaded by how fresh the records are, and sites gathered by square."""

import json
from typing import Any

import shapely

from casm.dashboard.dashboard import Dashboard
from casm.dashboard.figures import Sums, percent
from casm.dashboard.places import Cluster, Outline

# The least share of current records, in percent, of each shade: (shade, least, what the legend says).
SHADES = ((4, 90, "90 % or more"), (3, 75, "75 to 89 %"), (2, 50, "50 to 74 %"), (1, 1, "1 to 49 %"), (0, 0, "none"))
SURROUNDINGS_DEG = 0.05


def shade_of(current_percent: int | None) -> int | None:
    """The shade of a share; None where there is nothing to be fresh."""
    if current_percent is None:
        return None
    return next(shade for shade, least, _words in SHADES if current_percent >= least)


def fresh_percent(of: Sums) -> int | None:
    """How much of what can fall due is current."""
    return percent(of.current, of.current + of.overdue + of.unverified)


def map_data(shown: Dashboard) -> dict[str, Any] | None:
    """GeoJSON and figures for the script; None where nothing has a place."""
    shares = {branch.owner.id: fresh_percent(branch.sums) for branch in shown.branches}
    outlines = [_outline(one, shares.get(one.owner_id), own=one.owner_id == shown.scope.root.id)
                for one in shown.outlines]  # fmt: skip
    if not outlines and not shown.clusters:
        return None
    points = [(one.longitude, one.latitude) for one in shown.clusters]
    # Of a state few counties may be seen: the view is theirs, and the state's border runs out of it.
    below = [one for one in shown.outlines if one.owner_id != shown.scope.root.id]
    boxes = [one.geometry.bounds for one in below or shown.outlines] + [(*point, *point) for point in points]
    west, south, east, north = (list(edge) for edge in zip(*boxes, strict=True))
    pad = SURROUNDINGS_DEG
    return {
        "label": f"Map of {shown.scope.root.name}",
        "bounds": [[min(south) - pad, min(west) - pad], [max(north) + pad, max(east) + pad]],
        "outlines": outlines,
        "clusters": [_cluster(one) for one in shown.clusters],
    }


def _outline(one: Outline, current_percent: int | None, *, own: bool) -> dict[str, Any]:
    words = "no record" if current_percent is None else f"{current_percent} % current"
    return {
        "type": "Feature",
        "properties": {"name": one.name if own else f"{one.name}: {words}", "own": own,
                       "shade": shade_of(current_percent)},
        "geometry": json.loads(shapely.to_geojson(shapely.set_precision(one.geometry, 0.0001))),
    }  # fmt: skip


def _cluster(one: Cluster) -> dict[str, Any]:
    site = "site" if one.count == 1 else "sites"
    return {
        "at": [round(one.latitude, 4), round(one.longitude, 4)],
        "count": one.count,
        "shade": shade_of(percent(one.current, one.count)),
        "name": f"{one.count:,} {site}, {one.current:,} current",
    }
