"""The Folium map of a region: panes and layers for land, relief, areas, plant, results and gaps, in their order."""

from typing import Any

import folium
import numpy as np
from branca.element import MacroElement
from folium.raster_layers import ImageOverlay
from folium.template import Template

from casm.exchange.overview import Bounds

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


def build_region_map(relief: tuple[str, Bounds] | None) -> folium.Map:
    """A Folium map with its layers, all but the relief still empty: our script fills them (web.maps.layer_data).

    relief: address and bounds of the shaded ground, or None without terrain. The map draws coverage and levels into an
    overlay that our script fills, since only one is seen at a time.
    """
    drawn = folium.Map(
        tiles=None, control_scale=True, zoom_control="topright", zoom_snap=0.25, attribution_control=False,
        maxZoom=MAX_ZOOM, minZoom=MIN_ZOOM,
    )  # fmt: skip
    for name, z_index, clickable in PANES:
        folium.map.CustomPane(name, z_index=z_index, pointer_events=clickable).add_to(drawn)
    layers: dict[str, str] = {}
    for name, layer in _layers(relief).items():
        layer.add_to(drawn)
        layers[name] = layer.get_name()
    Start(layers).add_to(drawn)
    return drawn


def _layers(relief: tuple[str, Bounds] | None) -> dict[str, Any]:
    layers: dict[str, Any] = {"land": empty_layer(pane="land", interactive=False)}
    if relief is not None:
        layers["relief"] = AddressedOverlay(*relief, pane="relief", class_name="casm-relief", alt="")
    return layers | {
        "borders": empty_layer(pane="borders", interactive=False),
        "counties": empty_layer(pane="borders", interactive=False),
        "agencies": empty_layer(pane="areas", interactive=False),
        "gaps": empty_layer(pane="gaps", interactive=False, class_name="casm-gap"),
        "squares": empty_layer(pane="squares", bubbling_mouse_events=False),
        "links": empty_layer(pane="links", bubbling_mouse_events=False),
    }


def empty_layer(**options: Any) -> folium.GeoJson:
    """A layer without features, popups or tooltips; Folium's run whatever HTML a field holds."""
    return folium.GeoJson({"type": "FeatureCollection", "features": []}, **options)
