"""The map page, its shaded relief, and the overlays it asks for."""

from functools import lru_cache
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Response, abort
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select

from casm.assessments.result import Result
from casm.exchange.marking import mark
from casm.exchange.overview import every_site, read_overview
from casm.exchange.raster import PlacedRaster, read_geotiff, read_result_area, read_result_raster
from casm.listing.clusters import read_clusters
from web.config import web_config
from web.errors import style_links
from web.kept_pages import kept_page
from web.map_addresses import map_addresses
from web.maps.beyond import beyond
from web.maps.images import coverage_png, level_overlay, level_part
from web.maps.page import (
    SCRIPTS,
    PageSettings,
    environment,
    first_view,
    folium_parts,
    palette_css,
    render_map_page,
)
from web.maps.page_data import DIRECTIONS, page_data
from web.maps.places import read_places
from web.maps.relief import Relief, relief_of
from web.maps.windows import MOST_DRAWN, asked_window, asked_zoom, cluster_json
from web.marking import FOR_ANYONE, bear
from web.security import page_nonce
from web.viewer import viewer_session

blueprint = Blueprint("map_pages", __name__)

LEVELS_OVERLAY = "levels"
# Overlay's name → the result's rasters it is made of.
RASTERS_OF = {raster: (raster,) for raster, _label in DIRECTIONS.values()} | {
    LEVELS_OVERLAY: ("proven_level", "possible_level")
}


@blueprint.get("/")
def map_page() -> str | bytes | Response:
    """The map of everything the viewer may see."""
    return kept_page(make_map_page, depends_on=(terrain_changed_at(web_config().terrain),))


def make_map_page(navigation: Markup) -> str:
    """The map page with this navigation at its head."""
    config, addresses = web_config(), map_addresses()
    with viewer_session() as session:
        overview = read_overview(session, most_drawn=MOST_DRAWN)
    relief = terrain_relief(config.terrain)
    address = None if relief is None else (addresses.relief, relief.bounds)
    view = first_view(overview, None if relief is None else relief.bounds)
    data = page_data(
        overview, read_places(), lambda head, raster: addresses.overlay(head.id, raster or LEVELS_OVERLAY), view
    )
    data["explainAddress"] = addresses.explain
    if overview.many_sites:
        data["siteClusters"] = {"count": overview.many_sites.placed, "address": addresses.sites,
                                "records": addresses.site_records, "tables": addresses.tables}  # fmt: skip
    nonce = page_nonce()
    styles = style_links() + Markup('<style nonce="{}">{}</style>').format(nonce, palette_css(environment()))
    scripts = Markup("").join(Markup('<script src="/static/{}"></script>\n').format(name) for name in SCRIPTS)
    settings = PageSettings(
        styles, scripts, map_address=addresses.map, tables_address=addresses.tables,
        title=addresses.title or config.title, nonce=nonce, watermark=addresses.watermark,
        navigation=navigation,
    )  # fmt: skip
    bear(overview.marking)
    return render_map_page(overview, folium_parts(address), data, settings, has_relief=relief is not None)


@blueprint.get("/map/sites")
def site_clusters() -> dict[str, object]:
    """Sites of a window, counted in cells, where they are too many to be drawn one by one: ?window=&zoom=."""
    window, zoom = asked_window(), asked_zoom()
    with viewer_session() as session:
        found, kinds = read_clusters(session, every_site(), window, zoom)
        marking = bear(mark(session, kinds)) if found else bear(FOR_ANYONE)
    return {"mark": marking.text, "clusters": [cluster_json(one) for one in found]}


@blueprint.get("/map/relief.png")
def relief_image() -> Response:
    """The shaded relief of the terrain."""
    relief = terrain_relief(web_config().terrain)
    if relief is None:
        abort(404)
    # Land elevations are nobody's secret.
    bear(FOR_ANYONE)
    return Response(relief.png, mimetype="image/png")


@blueprint.get("/map/overlays/<uuid:result_id>/<name>")
def overlay(result_id: UUID, name: str) -> dict[str, object]:
    """An overlay, `levels` of a pair or a coverage raster by name: its bounds, its image's address, and the area
    outside the terrain of which nothing can be told.
    """
    rasters, place = read_overlay(result_id, name)
    bounds = rasters[0].bounds if len(rasters) == 1 else level_part(rasters[0], place).bounds
    return {
        "bounds": list(bounds),
        "image": f"{map_addresses().overlay(result_id, name)}.png",
        "beyond": beyond(rasters[0].bounds, place),
    }


@blueprint.get("/map/overlays/<uuid:result_id>/<name>.png")
def overlay_image(result_id: UUID, name: str) -> Response:
    """The overlay's image."""
    rasters, place = read_overlay(result_id, name)
    image = coverage_png(rasters[0]) if len(rasters) == 1 else level_overlay(rasters[0], rasters[1], place)[0]
    return Response(image, mimetype="image/png")


def read_overlay(result_id: UUID, name: str) -> tuple[list[PlacedRaster], BaseGeometry | None]:
    """The one raster of a coverage overlay, or the two of a pair's levels with its place; 404 where the viewer sees
    none.
    """
    wanted = RASTERS_OF.get(name)
    if wanted is None:
        abort(404)
    with viewer_session() as session:
        rasters = [read_result_raster(session, result_id, raster) for raster in wanted]
        place = read_result_area(session, result_id) if name == LEVELS_OVERLAY else None
        bear(mark(session, session.scalars(select(Result).where(Result.id == result_id))))
    found = [raster for raster in rasters if raster is not None]
    if len(found) != len(wanted):
        abort(404)
    return found, place


def terrain_relief(terrain: Path | None) -> Relief | None:
    """The relief of a terrain file, made once and again only when the file changes."""
    if terrain is None:
        return None
    return _relief(terrain, terrain_changed_at(terrain))


def terrain_changed_at(terrain: Path | None) -> int:
    """When a terrain file was last written, in nanoseconds; 0 where there is none."""
    return terrain.stat().st_mtime_ns if terrain is not None and terrain.is_file() else 0


@lru_cache(maxsize=4)
def _relief(terrain: Path, _changed_at_ns: int) -> Relief:
    return relief_of(read_geotiff(str(terrain)))
