"""Counties and one's own sites in outline, to draw an area on."""

from itertools import chain
from typing import Any

from casm.exchange.marking import kinds_of_rows, mark
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.site import Site
from casm.sharing.places_to_choose import read_outlines
from web.marking import bear
from web.sharing.blueprint import blueprint
from web.viewer import viewer_session


@blueprint.get("/outlines")
def outlines() -> dict[str, Any]:
    """GeoJSON of the counties that can be chosen, simplified, and the positions of the sites the asker sees."""
    with viewer_session() as session:
        counties, sites = read_outlines(session)
        marking = bear(mark(session, chain(kinds_of_rows(session, Jurisdiction), kinds_of_rows(session, Site))))
    return {
        "type": "FeatureCollection",
        "casm": marking.as_members(),
        "features": [
            {"type": "Feature", "properties": {"name": name}, "geometry": geometry} for name, geometry in counties
        ],
        "sites": sites,
    }
