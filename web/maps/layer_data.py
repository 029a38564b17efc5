"""What the page's script fills the map's layers with, as JSON-ready values.

Nothing that is stored goes into Folium's own script: branca takes what an element has rendered for a template once
more, so that a link called ``{{ ... }}`` would be run by the server. Folium draws empty layers; this fills them.
"""

from collections.abc import Callable, Iterable
from typing import Any

from shapely.geometry import mapping

from casm.exchange.feature import Feature
from casm.exchange.overview import Overview
from casm.exchange.rfc7946 import rfc7946_geometry
from web.maps.outlines import packed_outlines
from web.maps.palette import INK, LAND, SQUARE, gap_style, link_style

LAND_STYLE = {"stroke": False, "fillColor": LAND, "fillOpacity": 1}
STATE_STYLE = {"color": INK, "weight": 2.2, "opacity": 0.75, "fill": False}
COUNTY_STYLE = {"color": INK, "weight": 1.3, "opacity": 0.6, "fill": False, "dashArray": "7 3 1 3"}
AGENCY_STYLE = {"color": "#5a4b8a", "weight": 1.5, "opacity": 0.9, "fill": False, "dashArray": "2 4"}
SQUARE_STYLE = {
    "color": SQUARE, "weight": 2, "opacity": 0.95, "dashArray": "6 4", "fillColor": SQUARE, "fillOpacity": 0.12,
}  # fmt: skip

Style = dict[str, Any]


def layer_data(overview: Overview) -> dict[str, dict[str, Any]]:
    """Layer's name → its styles, and its outlines (packed), the layer that it has them from, or its features.

    A feature holds its id, its place and the number of its style; an outline also its name, for what is told of a
    place. The panel has the rest by the id.
    """
    return {
        "land": {"styles": [LAND_STYLE], "outlines": packed_outlines(overview.states)},
        "borders": {"styles": [STATE_STYLE], "from": "land"},
        "counties": {"styles": [COUNTY_STYLE], "outlines": packed_outlines(overview.counties)},
        "agencies": {"styles": [AGENCY_STYLE], "outlines": packed_outlines(overview.agencies)},
        "gaps": drawn(overview.gaps, _gap_style),
        "squares": drawn(overview.squares, lambda _square: SQUARE_STYLE),
        "links": drawn(overview.links, _link_style),
    }


def drawn(features: Iterable[Feature], style_of: Callable[[Feature], Style]) -> dict[str, Any]:
    """Features that have a place, and their styles, each once."""
    styles: list[Style] = []
    found = []
    for feature in features:
        geometry = rfc7946_geometry(feature.geometry)
        if geometry is None:
            continue
        style = style_of(feature)
        if style not in styles:
            styles.append(style)
        found.append(
            {
                "type": "Feature", "id": str(feature.id), "geometry": mapping(geometry),
                "properties": {"style": styles.index(style)},
            }
        )  # fmt: skip
    return {"styles": styles, "features": found}


def _gap_style(gap: Feature) -> Style:
    style = gap_style(gap.properties.get("reason"), gap.properties.get("known"))
    return {
        "color": style.colour,
        "weight": 2,
        "opacity": 1,
        "dashArray": None if style.known else "5 5",
        "fillColor": f"url(#gap-{style.code})",
        "fillOpacity": 1,
    }


def _link_style(link: Feature) -> Style:
    style = link_style(link.properties.get("kind"), link.properties.get("protection"))
    return {"color": style.colour, "weight": 3.2, "opacity": 0.95, "dashArray": style.dash}
