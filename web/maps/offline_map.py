"""One file that holds the whole map: opens from disk, asks nobody for anything, answers clicks by itself."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from markupsafe import Markup
from sqlalchemy.orm import Session

from casm.assessments.interop_rows import LEGS
from casm.audit.exports import one_export
from casm.errors import CasmError
from casm.exchange.at_point import BALANCED
from casm.exchange.marked_file import marked_file
from casm.exchange.overview import Bounds, Overview, ResultHead, read_overview
from casm.exchange.raster import PlacedRaster, read_geotiff, read_result_area, read_result_bands, read_result_raster
from casm.sharing.leaving import leaving
from web.maps.assets import URL_PREFIX, file_of
from web.maps.beyond import beyond
from web.maps.click_data import explained_cells, packed_grid, shared_methods
from web.maps.images import coverage_classes, coverage_png, level_classes, level_overlay
from web.maps.page import (
    DEFAULT_TITLE,
    SCRIPTS,
    STATIC,
    STYLES,
    PageSettings,
    Parts,
    environment,
    first_view,
    folium_parts,
    palette_css,
    render_map_page,
)
from web.maps.page_data import coverage_labels, page_data
from web.maps.places import Place, read_places
from web.maps.png import data_uri
from web.maps.relief import relief_of

# No other source of anything; the hashes of the file's own scripts and styles are put in before it is written.
POLICY = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; script-src {scripts}; style-src {styles}"
)

_LOCAL_SCRIPT = re.compile(rf'<script src="{URL_PREFIX}([^"]+)"></script>')
_LOCAL_STYLE = re.compile(rf'<link rel="stylesheet" href="{URL_PREFIX}([^"]+)"/>')
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_CSS_URL = re.compile(r"url\((?!data:|#)([^)]+)\)")


@dataclass(frozen=True)
class WrittenMap:
    """What the file came to hold."""

    path: Path
    size_bytes: int
    pair_count: int
    marking: str


def write_offline_map(
    session: Session,
    path: Path,
    *,
    title: str = DEFAULT_TITLE,
    terrain: Path | None = None,
    places: Sequence[Place] | None = None,
    name_bears_mark: bool = False,
) -> WrittenMap:
    """Write the map of what this session's viewer may see into one HTML file, whole or not at all.

    terrain: a GeoTIFF of elevations for the shaded relief. name_bears_mark: put the mark into the file's name, too.
    CasmError when browser files are not installed, the terrain cannot be read, or the folder cannot be written to.
    """
    with one_export(session, "the map", "html") as told:
        written = _write(session, path, title, terrain, places, name_bears_mark=name_bears_mark)
        told["marking"] = written.marking
    return written


def _write(
    session: Session,
    path: Path,
    title: str,
    terrain: Path | None,
    places: Sequence[Place] | None,
    *,
    name_bears_mark: bool,
) -> WrittenMap:
    ground = None if terrain is None else relief_of(read_geotiff(str(terrain)))
    relief = None if ground is None else (data_uri(ground.png), ground.bounds)
    overlays = Embedded(session)
    with leaving(session):
        overview = read_overview(session)
        view = first_view(overview, None if ground is None else ground.bounds)
        data = page_data(overview, read_places() if places is None else places, overlays.overlay, view)
        data["click"] = overlays.click_data(overview)
    html = with_policy(file_html(overview, inlined(folium_parts(relief)), data, title, relief is not None))
    content = html.encode()
    target = path.with_name(overview.marking.file_name(path.stem, "html")) if name_bears_mark else path
    with marked_file(target, overview.marking) as stream:
        stream.write(content)
    return WrittenMap(target, len(content), len(overview.pairs), overview.marking.text)


def file_html(overview: Overview, parts: Parts, data: dict[str, Any], title: str, has_relief: bool) -> str:
    """The page with everything in it; {POLICY} stands where the policy goes."""
    return render_map_page(overview, parts, data, file_settings(title, SCRIPTS), has_relief=has_relief)


def file_settings(title: str, script_names: Sequence[str]) -> PageSettings:
    """What a page that is a file has of its own: its styles and scripts whole, and its tables on the page itself."""
    own = "".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES) + str(palette_css(environment()))
    scripts = "".join(f"<script>{(STATIC / name).read_text(encoding='utf-8')}</script>\n" for name in script_names)
    return PageSettings(
        styles=Markup(f"<style>{own}</style>"),
        scripts_before=Markup(scripts),
        map_address="#main",
        tables_address="#tables",
        title=title,
        policy="{POLICY}",
        tables_here=True,
    )


def inlined(parts: Parts) -> Parts:
    """The Folium map's head with the files themselves in place of their addresses."""
    head = _LOCAL_SCRIPT.sub(lambda found: f"<script>{_text_of(found[1])}</script>", parts.head)
    head = _LOCAL_STYLE.sub(lambda found: f"<style>{_style_of(found[1])}</style>", head)
    return Parts(head, parts.body, parts.script)


def _text_of(address: str) -> str:
    path = file_of(address)
    if path is None:
        raise CasmError(f"The map asks for {address!r}, which is not among the files served from here.")
    # A source map would be asked for by the browser's developer tools, from a place that is not there.
    text = re.sub(r"(?m)^//# sourceMappingURL=.*$", "", path.read_text(encoding="utf-8"))
    if "</script" in text.lower() or "</style" in text.lower():
        raise CasmError(f"{address} cannot be put into a page: it closes the element it would stand in.")
    return text


def _style_of(address: str) -> str:
    folder = address.rpartition("/")[0]

    def embed(found: re.Match[str]) -> str:
        name = found[1].strip("'\" ")
        image = file_of(f"{folder}/{name}")
        # Leaflet's style sheet also names an Internet Explorer behaviour, which is no file.
        return "none" if image is None else f"url({data_uri(image.read_bytes())})"

    return _CSS_URL.sub(embed, _text_of(address))


def with_policy(html: str) -> str:
    """The page with a policy that allows exactly the scripts and styles it holds, by their hashes."""
    allowed: dict[str, list[str]] = {"script": [], "style": []}
    for kind, content in _INLINE.findall(html):
        digest = b64encode(sha256(content.encode()).digest()).decode("ascii")
        allowed[kind].append(f"'sha256-{digest}'")
    policy = POLICY.format(scripts=" ".join(allowed["script"]), styles=" ".join(allowed["style"]))
    return html.replace('content="{POLICY}"', f'content="{policy}"', 1)


def overlaid(image: bytes, bounds: Bounds, outside: dict[str, Any] | None) -> dict[str, Any]:
    """An overlay as the page takes it."""
    return {"bounds": list(bounds), "image": data_uri(image), "beyond": outside}


class Embedded:
    """Overlays and click grids, each raster read from the database once, equal grids kept once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.grids: list[dict[str, Any]] = []
        self._index: dict[tuple[Any, ...], int] = {}
        self._clicks: dict[UUID, dict[str, Any]] = {}

    def overlay(self, head: ResultHead, raster: str | None) -> dict[str, Any]:
        """An overlay whole: its bounds, its image as a data: address, and where nothing can be told."""
        if raster is None:
            proven, possible = self._raster(head, "proven_level"), self._raster(head, "possible_level")
            place = read_result_area(self.session, head.id)
            self._clicks[head.id] = self._pair_clicks(head, proven, possible)
            return overlaid(*level_overlay(proven, possible, place), beyond(proven.bounds, place))
        placed = self._raster(head, raster)
        if raster == BALANCED:
            self._clicks[head.id] = {"classes": self._grid(coverage_classes(placed), placed)}
        return overlaid(coverage_png(placed), placed.bounds, beyond(placed.bounds))

    def click_data(self, overview: Overview) -> dict[str, Any]:
        """Grids, and which of them each pair and system uses; for the overlays made so far."""
        return {
            "pairs": [self._clicks[pair.result.id] for pair in overview.pairs if pair.result.id in self._clicks],
            "coverages": [
                {"label": label, **self._clicks[coverage.result.id]}
                for coverage, label in zip(overview.coverages, coverage_labels(overview.coverages), strict=True)
                if coverage.result.id in self._clicks
            ],
            "grids": self.grids,
        }

    def _pair_clicks(self, head: ResultHead, proven: PlacedRaster, possible: PlacedRaster) -> dict[str, Any]:
        legs = read_result_bands(self.session, head.id, LEGS) if LEGS in head.raster_names else None
        numbers, answers = explained_cells(head, level_classes(proven), level_classes(possible), legs)
        slim, methods = shared_methods(answers)
        return {
            "low": self._grid((numbers & 0xFF).astype(np.uint8), proven),
            "high": self._grid((numbers >> 8).astype(np.uint8), proven),
            "answers": slim,
            "methods": methods,
        }

    def _grid(self, classes: Any, placed: PlacedRaster) -> int:
        packed = packed_grid(classes, placed)
        key = (packed["cells"], *packed["bounds"], packed["rows"])
        if key not in self._index:
            self._index[key] = len(self.grids)
            self.grids.append(packed)
        return self._index[key]

    def _raster(self, head: ResultHead, name: str) -> PlacedRaster:
        placed = read_result_raster(self.session, head.id, name)
        if placed is None:
            raise CasmError(f"The result {head.title!r} has lost its raster {name}.", "compute it again")
        return placed
