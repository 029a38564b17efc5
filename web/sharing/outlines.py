"""Counties and one's own sites in outline, to draw an area on."""

from typing import Any

from casm.sharing.places_to_choose import read_outlines
from web.sharing.blueprint import blueprint
from web.viewer import viewer_session


@blueprint.get("/outlines")
def outlines() -> dict[str, Any]:
    """GeoJSON of the counties that can be chosen, simplified, and the positions of the sites the asker sees."""
    with viewer_session() as session:
        counties, sites = read_outlines(session)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"name": name}, "geometry": geometry} for name, geometry in counties
        ],
        "sites": sites,
    }
