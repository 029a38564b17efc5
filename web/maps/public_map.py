"""The map of a public release as one file, made of the features its GeoJSON files are written from and of nothing else.

Once these are read, nothing here has a session to read more with. Terrain is left out, as its edges follow the records.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from markupsafe import Markup
from shapely import union_all
from shapely.geometry import Polygon, box, mapping
from sqlalchemy.orm import Session

from casm.audit.exports import one_export
from casm.exchange.feature import Feature
from casm.exchange.marked_file import marked_file
from casm.exchange.marking import Marking, mark
from casm.exchange.overview import MOST_COUNTIES, Bounds, Overview, padded
from casm.exchange.public_release import ABOUT, LICENCE, PUBLIC_LAYERS, read_release
from casm.exchange.rfc7946 import rfc7946_geometry
from casm.sharing.leaving import leaving
from geo.generalise import FINEST_DEG, cell_of
from web.maps.facts import words
from web.maps.layer_data import layer_data
from web.maps.offline_map import WrittenMap, file_settings, inlined, with_policy
from web.maps.page import SCRIPTS, AsOf, Parts, environment, first_view, folium_parts
from web.maps.page_data import around, label_of
from web.maps.places import Place, places_within, read_places

PUBLIC_TITLE = "Radio sites and coverage"
SOURCES = (
    "Boundaries: U.S. Census Bureau cartographic boundary files. Towns: approximate, for orientation only. "
    "Coverage is predicted; it replaces no measurement."
)
# Only these say where one is; the file of jurisdictions has the others, too.
STATES = ("state", "territory")
# What the map of everything asks of its server or its grids is not there to be asked.
PUBLIC_SCRIPTS = tuple(
    "map/public.js" if name == "map/answer.js" else name
    for name in SCRIPTS
    if name not in ("map/overlays.js", "map/site_clusters.js")
)
# Folium names its elements by lot.
_DRAWN_BY_LOT = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")

Release = dict[str, list[Feature]]


def write_public_map(
    session: Session,
    path: Path,
    *,
    title: str = PUBLIC_TITLE,
    places: Sequence[Place] | None = None,
    name_bears_mark: bool = False,
    now: datetime | None = None,
) -> WrittenMap:
    """Write the map of the public release into one HTML file, whole or not at all.

    Equal releases of one moment are equal bytes. CasmError when browser files are not installed, or the folder cannot
    be written to.
    """
    with one_export(session, "the public map", "html") as told:
        with leaving(session):
            release = read_release(session)
            marking = mark(session, chain.from_iterable(release.values()))
        towns = read_places() if places is None else places
        html = public_map_html(release, marking, title, towns, now or datetime.now(UTC))
        target = path.with_name(marking.file_name(path.stem, "html")) if name_bears_mark else path
        content = html.encode()
        with marked_file(target, marking) as stream:
            stream.write(content)
        told["marking"] = marking.text
    return WrittenMap(target, len(content), 0, marking.text)


def public_map_html(release: Release, marking: Marking, title: str, places: Sequence[Place], now: datetime) -> str:
    """The page with everything in it."""
    overview = public_overview(release, marking)
    data = public_data(release, overview, places)
    settings = file_settings(title, PUBLIC_SCRIPTS)
    parts = inlined(steady(folium_parts(None)))
    page = environment().get_template("public_map.html").render(
        title=settings.title, policy=settings.policy, marking=marking, as_of=as_of_release(now), sources=SOURCES,
        folium_head=Markup(parts.head), folium_body=Markup(parts.body),
        folium_script=Markup(f"<script>{parts.script}</script>"),
        styles=settings.styles, scripts_before=settings.scripts_before, watermark=settings.watermark,
        map_address=settings.map_address, tables_address=settings.tables_address, tables_here=settings.tables_here,
        navigation=settings.navigation, notes=notes(), words=words, data=data,
        agencies=[feature.properties for feature in release["agencies"]],
    )  # fmt: skip
    return with_policy(page)


def public_overview(release: Release, marking: Marking) -> Overview:
    """States and counties round the cells; counties only where they are few enough to be told apart."""
    areas = [*map(cell_outline, release["sites"]), *(f.geometry for f in release["coverage"] if f.geometry is not None)]
    bounds: Bounds | None = None
    if areas:
        west, south, east, north = union_all(areas).bounds
        bounds = (west, south, east, north)
    frame = None if bounds is None else box(*padded(bounds))
    near = [
        feature
        for feature in release["jurisdictions"]
        if feature.geometry is not None and (frame is None or feature.geometry.intersects(frame))
    ]
    counties = [feature for feature in near if feature.properties["kind"] == "county"]
    return Overview(
        states=[feature for feature in near if feature.properties["kind"] in STATES],
        counties=counties if len(counties) <= MOST_COUNTIES else [],
        bounds=bounds,
        marking=marking,
    )


def public_data(release: Release, overview: Overview, places: Sequence[Place]) -> dict[str, Any]:
    """What the page's script is given, JSON-ready; no field of a feature goes in that is not named here."""
    view = first_view(overview, None)
    return {
        "view": list(view),
        "layers": layer_data(overview),
        "exercise": overview.marking.exercise,
        "cells": [cell_entry(feature) for feature in release["sites"]],
        "coverages": [coverage_entry(feature) for feature in release["coverage"]],
        "sites": [],
        "gaps": [],
        "places": [
            {"name": place.name, "kind": place.kind, "longitude": place.longitude_deg, "latitude": place.latitude_deg}
            for place in places_within(places, around(view))
        ],
        "counties": [label_of(county, view) for county in overview.counties],
    }


def cell_outline(feature: Feature) -> Polygon:
    """The cell of the grid whose middle a feature of sites gives."""
    level = round(math.log2(feature.properties["cell_deg"] / FINEST_DEG))
    return cell_of(feature.geometry.x, feature.geometry.y, level).polygon  # type: ignore[union-attr]


def cell_entry(feature: Feature) -> dict[str, Any]:
    """A cell with how many sites it stands for: its middle, edges (west, south, east, north) and accuracy."""
    return {
        "count": feature.properties["site_count"],
        "longitude": feature.geometry.x,  # type: ignore[union-attr]
        "latitude": feature.geometry.y,  # type: ignore[union-attr]
        "bounds": [round(edge, 6) for edge in cell_outline(feature).bounds],
        "accuracy_m": feature.properties["position_accuracy_m"],
    }


def coverage_entry(feature: Feature) -> dict[str, Any]:
    """A radio system with the cells it reaches."""
    return {
        "id": str(feature.id),
        "system": feature.properties["radio_system"],
        "technology": words(feature.properties["technology"]),
        "accuracy_m": feature.properties["position_accuracy_m"],
        "area": mapping(rfc7946_geometry(feature.geometry)),  # type: ignore[arg-type]
    }


def notes() -> list[str]:
    """How the release was made general, and what may be done with it."""
    about = ABOUT["release"]
    told = [note for layer in PUBLIC_LAYERS.values() for note in layer.notes]
    grid = f"Grid: {about['grid']}. A cell stands for {about['least_places_in_a_cell']} sites or more."
    return [LICENCE, grid, *told, about["promise"]]


def as_of_release(now: datetime) -> AsOf:
    """The line under the title."""
    made = f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return AsOf(f"Public release of {made}", (("Released", (made,)),))


def steady(parts: Parts) -> Parts:
    """The Folium map with its elements named by number, so that equal releases are equal bytes."""
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], str(len(numbers)))

    return Parts(*(_DRAWN_BY_LOT.sub(number, text) for text in (parts.head, parts.body, parts.script)))
