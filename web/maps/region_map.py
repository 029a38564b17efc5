"""The Folium map of a region: land, relief, areas, plant, results and gaps, in the order they are drawn."""

from collections.abc import Callable, Iterable
from typing import Any

import folium
import numpy as np
from branca.element import MacroElement
from folium.raster_layers import ImageOverlay
from folium.template import Template
from shapely.geometry import mapping

from casm.exchange.feature import Feature
from casm.exchange.overview import Bounds, Overview
from casm.exchange.rfc7946 import rfc7946_geometry
from web.maps.palette import INK, LAND, SQUARE, gap_style, link_style

# Panes from the ground up; Leaflet's own are tiles 200, overlays 400, shadows 500, markers 600, popups 700.
PANES = (
    ("land", 210, False),
    ("relief", 220, False),
    ("raster", 250, False),
    ("borders", 300, False),
    ("areas", 310, False),
    ("gaps", 350, False),
    ("squares", 405, True),
    ("links", 410, True),
    ("labels", 610, False),
)
# Properties that leave for the browser, by layer: what the panel shows and no more.
SHOWN = {
    "land": ("name",),
    "counties": ("name",),
    "agencies": ("name",),
    "links": ("name", "kind", "protection"),
    "gaps": ("reason", "known"),
    "squares": ("name",),
}
MIN_ZOOM = 4
MAX_ZOOM = 17
BLANK = np.zeros((1, 1, 4))


class AddressedOverlay(ImageOverlay):
    """An image overlay of an address, a data: one included (Folium takes those for file names)."""

    def __init__(self, address: str, bounds: Bounds, **options: Any) -> None:
        west, south, east, north = bounds
        super().__init__(BLANK, [[south, west], [north, east]], pixelated=False, **options)
        self.url = address


class Start(MacroElement):
    """Hands the finished map and its layers to our own script."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            casm.start({{ this._parent.get_name() }}, { {%- for name, layer in this.layers.items() %}
                {{ name }}: {{ layer }},{% endfor %}
            });
        {% endmacro %}
        """
    )

    def __init__(self, layers: dict[str, str]) -> None:
        super().__init__()
        self._name = "Start"
        self.layers = layers


def build_region_map(overview: Overview, relief: tuple[str, Bounds] | None) -> folium.Map:
    """A Folium map of the overview; relief: address and bounds of the shaded ground, or None without terrain.

    The map draws coverage and levels into an overlay that our script fills, since only one is seen at a time.
    """
    drawn = folium.Map(
        tiles=None, control_scale=True, zoom_control="topright", zoom_snap=0.25, attribution_control=False,
        maxZoom=MAX_ZOOM, minZoom=MIN_ZOOM,
    )  # fmt: skip
    for name, z_index, clickable in PANES:
        folium.map.CustomPane(name, z_index=z_index, pointer_events=clickable).add_to(drawn)
    layers: dict[str, str] = {}
    for name, layer in _layers(overview, relief).items():
        layer.add_to(drawn)
        layers[name] = layer.get_name()
    Start(layers).add_to(drawn)
    return drawn


def _layers(overview: Overview, relief: tuple[str, Bounds] | None) -> dict[str, Any]:
    layers: dict[str, Any] = {
        "land": geojson_layer("land", overview.states, _land_style, pane="land", interactive=False),
    }
    if relief is not None:
        layers["relief"] = AddressedOverlay(*relief, pane="relief", class_name="casm-relief", alt="")
    layers |= {
        "borders": geojson_layer("land", overview.states, _state_style, pane="borders", interactive=False),
        "counties": geojson_layer("counties", overview.counties, _county_style, pane="borders", interactive=False),
        "agencies": geojson_layer(
            "agencies", _areas(overview.agencies), _agency_style, pane="areas", interactive=False
        ),
        "gaps": geojson_layer("gaps", overview.gaps, _gap_style, pane="gaps", interactive=False, class_name="casm-gap"),
        "squares": geojson_layer(
            "squares", overview.squares, _square_style, pane="squares", bubbling_mouse_events=False
        ),
        "links": geojson_layer("links", overview.links, _link_style, pane="links", bubbling_mouse_events=False),
    }
    return layers


def geojson_layer(
    shown: str, features: Iterable[Feature], style: Callable[[dict[str, Any]], dict[str, Any]], **options: Any
) -> folium.GeoJson:
    """A Folium layer of features, with only the properties listed in SHOWN, without popups or tooltips.

    Folium's popups and tooltips run whatever HTML a field holds; our script shows fields as text.
    """
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": [f for feature in features for f in _drawn(feature, SHOWN[shown])]},
        style_function=style,
        **options,
    )


def _drawn(feature: Feature, names: Iterable[str]) -> list[dict[str, Any]]:
    geometry = rfc7946_geometry(feature.geometry)
    if geometry is None:
        return []
    kept = {name: feature.properties[name] for name in names if feature.properties.get(name) is not None}
    return [{"type": "Feature", "id": str(feature.id), "geometry": mapping(geometry), "properties": kept}]


def _areas(features: Iterable[Feature]) -> list[Feature]:
    return [f for f in features if f.geometry is not None and f.geometry.geom_type in ("Polygon", "MultiPolygon")]


def _land_style(_feature: dict[str, Any]) -> dict[str, Any]:
    return {"stroke": False, "fillColor": LAND, "fillOpacity": 1}


def _state_style(_feature: dict[str, Any]) -> dict[str, Any]:
    return {"color": INK, "weight": 2.2, "opacity": 0.75, "fill": False}


def _county_style(_feature: dict[str, Any]) -> dict[str, Any]:
    return {"color": INK, "weight": 1.3, "opacity": 0.6, "fill": False, "dashArray": "7 3 1 3"}


def _agency_style(_feature: dict[str, Any]) -> dict[str, Any]:
    return {"color": "#5a4b8a", "weight": 1.5, "opacity": 0.9, "fill": False, "dashArray": "2 4"}


def _gap_style(feature: dict[str, Any]) -> dict[str, Any]:
    style = gap_style(feature["properties"].get("reason"), feature["properties"].get("known"))
    return {
        "color": style.colour,
        "weight": 2,
        "opacity": 1,
        "dashArray": None if style.known else "5 5",
        "fillColor": f"url(#gap-{style.code})",
        "fillOpacity": 1,
    }


def _square_style(_feature: dict[str, Any]) -> dict[str, Any]:
    return {"color": SQUARE, "weight": 2, "opacity": 0.95, "dashArray": "6 4", "fillColor": SQUARE, "fillOpacity": 0.12}


def _link_style(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature["properties"]
    style = link_style(properties.get("kind"), properties.get("protection"))
    return {"color": style.colour, "weight": 3.2, "opacity": 0.95, "dashArray": style.dash}
