"""Third-party scripts, styles, fonts and icons: which files, under which address, and none from anywhere else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from casm.errors import CasmError

PACKAGES = Path(__file__).resolve().parents[2] / "node_modules"
URL_PREFIX = "/assets/"

# Address below /assets/ → file in node_modules. Nothing that is not listed here is served or inlined.
FILES = {
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/images/layers.png": "leaflet/dist/images/layers.png",
    "leaflet/images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "leaflet/images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "leaflet/images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "leaflet/images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
}

# The U.S. Web Design System: its sheet, and the fonts and icons of what our pages use of it. None of its scripts: every
# page works as it is written, by keyboard and without scripts.
USWDS_SHEET = "uswds/css/uswds.min.css"
_USWDS_FONTS = (
    *(f"source-sans-pro/sourcesanspro-{cut}-webfont.woff2"
      for cut in ("light", "lightitalic", "regular", "italic", "bold", "bolditalic")),
    *(f"roboto-mono/roboto-mono-v5-latin-{cut}.woff2" for cut in ("regular", "italic", "700", "700italic")),
    *(f"merriweather/Latin-Merriweather-{cut}.woff2" for cut in ("Regular", "Bold")),
)  # fmt: skip
_USWDS_ICONS = (
    "correct8.svg", "checkbox-indeterminate.svg", "loader.svg",
    *(f"usa-icons/{name}.svg" for name in (
        "add", "arrow_back", "calendar_today", "check_circle", "close", "error", "expand_less", "expand_more", "info",
        "launch", "navigate_before", "navigate_next", "remove", "search", "unfold_more", "warning",
    )),
)  # fmt: skip
FILES |= {
    f"uswds/{path}": f"@uswds/uswds/dist/{path}"
    for path in (
        USWDS_SHEET.removeprefix("uswds/"),
        *(f"fonts/{name}" for name in _USWDS_FONTS),
        *(f"img/{name}" for name in _USWDS_ICONS),
    )
}

# Folium's name of each script or style it may ask for → our address, or None for one our pages have no use for.
FOLIUM_NAMES: dict[str, str | None] = {
    "leaflet": "leaflet/leaflet.js",
    "leaflet_css": "leaflet/leaflet.css",
    # Folium puts these on every map for its own popups and marker icons; our panels and icons use neither.
    "jquery": None,
    "bootstrap": None,
    "bootstrap_css": None,
    "glyphicons_css": None,
    "awesome_markers": None,
    "awesome_markers_font_css": None,
    "awesome_markers_css": None,
    "awesome_rotate_css": None,
}


def file_of(address: str) -> Path | None:
    """The file behind an address below /assets/, None where the list has none; CasmError when it is not installed."""
    listed = FILES.get(address)
    if listed is None:
        return None
    path = PACKAGES / listed
    if not path.is_file():
        raise CasmError(f"The browser file {listed} is not installed.", "run `make setup`")
    return path


def use_local_assets(element: Any) -> None:
    """Point every script and style of a Folium tree at our own server, on this tree's elements only.

    Folium keeps the lists on its classes; setting them on the instances leaves other maps in the process alone.
    CasmError on a name that FOLIUM_NAMES does not know: a page that would ask another host is never built.
    """
    for part in _walk(element):
        for kind in ("default_js", "default_css"):
            if hasattr(part, kind):
                setattr(part, kind, [entry for name, _url in getattr(part, kind) for entry in _ours(name)])


def _ours(name: str) -> list[tuple[str, str]]:
    if name not in FOLIUM_NAMES:
        raise CasmError(f"The map asks for {name!r}, which is not among the files served from here.")
    address = FOLIUM_NAMES[name]
    return [] if address is None else [(name, URL_PREFIX + address)]


def _walk(element: Any) -> Iterator[Any]:
    yield element
    for child in list(element._children.values()):
        yield from _walk(child)
