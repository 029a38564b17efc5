"""The whole map page from a Folium map: our frame round it, every script and style allowed by name and nothing else."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from casm.exchange.overview import Bounds, Overview, SystemCoverage
from web.maps.assets import use_local_assets
from web.maps.facts import feet, gap_facts, profile_words, square_facts, words
from web.maps.palette import COVERAGE, GAPS, LEVELS, LINKS, NO_DATA, OTHER_GAP, OUTSIDE, UNPROVEN, gap_style, link_style
from web.maps.region_map import build_region_map

WEB = Path(__file__).resolve().parents[1]
TEMPLATES = WEB / "templates"
STATIC = WEB / "static"

STYLES = ("site.css", "map.css", "print.css")
SCRIPTS = (
    "map/grid.js", "map/layers.js", "map/panel.js", "map/answer.js", "map/labels.js", "map/overlays.js",
    "map/print.js", "map/site_clusters.js", "map/start.js",
)  # fmt: skip

DEFAULT_TITLE = "Who can talk to whom"
# What is shown when nothing in the inventory has a place: the contiguous United States.
WHOLE_COUNTRY: Bounds = (-125.0, 24.5, -66.9, 49.4)
# A single tower is shown with some 10 miles of country round it.
LEAST_VIEW_DEG = 0.15
SOURCES = (
    "Boundaries: U.S. Census Bureau cartographic boundary files. Towns: approximate, for orientation only. "
    "Coverage is predicted by the Longley–Rice model from the records given; it replaces no measurement."
)

# For pages that lead only to the map and its tables.
NO_NAVIGATION = Markup("")

_OPENING = re.compile(r"<(script|style)(?=[\s>])")
_META = re.compile(r"<meta\b[^>]*>")


@dataclass(frozen=True)
class Parts:
    """A rendered Folium map in pieces: what goes into the head, the map's own element, and its script."""

    head: str
    body: str
    script: str


@dataclass(frozen=True)
class PageSettings:
    """What differs between the served page and the file.

    styles, scripts_before: markup for our own styles and scripts. nonce: for inline script and style, or empty.
    policy: content security policy for a meta element, or empty where a header carries it. navigation: the links at
    the head of the page, or empty for those to the map and its tables alone. watermark: words across the map, or
    empty.
    """

    styles: Markup
    scripts_before: Markup
    map_address: str
    tables_address: str
    title: str = DEFAULT_TITLE
    nonce: str = ""
    policy: str = ""
    tables_here: bool = False
    navigation: Markup = NO_NAVIGATION
    watermark: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


@cache
def environment() -> Environment:
    """Templates with escaping on and a loud error on a missing value."""
    loaded = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    loaded.globals.update(legend_context())
    return loaded


def legend_context() -> dict[str, Any]:
    """Swatches for legends and the style sheet made from the palette."""
    return {
        "coverage_legend": COVERAGE,
        "level_legend": LEVELS,
        "no_data": NO_DATA,
        "gap_styles": (*GAPS, OTHER_GAP, UNPROVEN),
        "link_styles": LINKS,
        "outside": OUTSIDE,
    }


def palette_css(templates: Environment) -> Markup:
    """The style sheet that carries the palette's colours."""
    return Markup(templates.get_template("palette.css").render())


def first_view(overview: Overview, relief_bounds: Bounds | None) -> Bounds:
    """What the map shows at first: where the inventory lies, else the terrain, else the whole country."""
    return widened(overview.bounds or relief_bounds or WHOLE_COUNTRY)


def widened(bounds: Bounds, least_deg: float = LEAST_VIEW_DEG) -> Bounds:
    """The bounds, or as much country round their middle as tells where they are."""
    west, south, east, north = bounds
    wide, high = max(0.0, least_deg - (east - west)) / 2, max(0.0, least_deg - (north - south)) / 2
    return west - wide, south - high, east + wide, north + high


def folium_parts(relief: tuple[str, Bounds] | None) -> Parts:
    """Build and render the Folium map, its scripts and styles pointed at our own server."""
    drawn = build_region_map(relief)
    use_local_assets(drawn)
    root = drawn.get_root()
    root.render()
    # Folium's meta elements would forbid zooming the page, which people with weak sight need.
    head = _META.sub("", root.header.render())
    return Parts(head, root.html.render(), root.script.render())


def with_nonce(markup: str, nonce: str) -> str:
    """Every script and style element of the markup with the nonce that lets it run."""
    return _OPENING.sub(rf'<\1 nonce="{nonce}"', markup) if nonce else markup


def render_map_page(
    overview: Overview, parts: Parts, data: dict[str, Any], settings: PageSettings, *, has_relief: bool
) -> str:
    """The map page as HTML."""
    templates = environment()
    reasons = {gap["reason"] for gap in data["gaps"]}
    drawn = {link_style(link.properties["kind"], link.properties["protection"]) for link in overview.links}
    return templates.get_template("map.html").render(
        title=settings.title,
        policy=settings.policy,
        marking=overview.marking,
        as_of=as_of(overview, settings.now),
        folium_head=Markup(with_nonce(parts.head, settings.nonce)),
        folium_body=Markup(parts.body),
        folium_script=Markup(with_nonce(f"<script>{parts.script}</script>", settings.nonce)),
        styles=settings.styles,
        scripts_before=settings.scripts_before,
        map_address=settings.map_address,
        tables_address=settings.tables_address,
        tables_here=settings.tables_here,
        navigation=settings.navigation,
        watermark=settings.watermark,
        tables=table_rows(overview),
        gap_legend=[style for style in (*GAPS, OTHER_GAP, UNPROVEN) if style.code in reasons],
        link_legend=[style for style in LINKS if style in drawn],
        has_relief=has_relief,
        links_left_out=overview.links_left_out,
        sources=SOURCES,
        data=data,
    )


@dataclass(frozen=True)
class AsOf:
    """The line under the title, and what opens below it: when, from whose records, by which methods."""

    line: str
    details: tuple[tuple[str, tuple[str, ...]], ...]


def as_of(overview: Overview, now: datetime) -> AsOf:
    """When the newest result was computed and the page was made, from whose records and by which methods."""
    made = f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    computed = sorted(f"{head.computed_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for head in overview.results)
    details: list[tuple[str, tuple[str, ...]]] = [("Page made", (made,))]
    if not computed:
        return AsOf(f"Page of {made}, nothing computed yet", tuple(details))
    span = computed[-1] if computed[0] == computed[-1] else f"{computed[0]} to {computed[-1]}"
    details += [
        ("Results computed", (span,)),
        ("From records of", tuple(sorted({name for head in overview.results for name in head.audience}))),
        ("Methods", tuple(sorted({f"{head.method}, version {head.method_version}" for head in overview.results}))),
    ]
    return AsOf(f"Results of {computed[-1]}", tuple((name, values) for name, values in details if values))


def table_rows(overview: Overview) -> dict[str, Any]:
    """The same content as the map, as rows."""
    short = shorten if overview.marking.exercise else str
    return {
        "pairs": [
            replace(pair, agency_a=short(pair.agency_a), agency_b=short(pair.agency_b)) for pair in overview.pairs
        ],
        "coverages": [_shortened(_coverage_row(coverage), short) for coverage in overview.coverages],
        "gaps": [_shortened(_gap_row(gap), short) for gap in overview.gaps],
        "sites": [_shortened(_site_row(site), short) for site in overview.sites],
        "squares": [_shortened(_square_row(square), short) for square in overview.squares],
        "many_sites": overview.many_sites.placed if overview.many_sites else 0,
        "site_clusters": sorted(overview.site_clusters, key=lambda one: -one.count),
    }


def shorten(text: str) -> str:
    """A text without the word that head and foot of the page already say of everything on it."""
    return re.sub(r"\bEXERCISE[\s:-]+", "", text)


def _shortened(row: dict[str, Any], short: Callable[[str], str]) -> dict[str, Any]:
    return {name: short(value) if isinstance(value, str) else value for name, value in row.items()}


def _coverage_row(coverage: SystemCoverage) -> dict[str, str]:
    head = coverage.result
    return {
        "system": coverage.system,
        "subscriber": profile_words(coverage.profile, whole=True),
        "method": f"{head.method} {head.method_version}",
        "computed": f"{head.computed_at:%Y-%m-%d}",
        "doubts": "; ".join(head.caveats),
    }


def _gap_row(gap: Any) -> dict[str, Any]:
    facts = dict(gap_facts(gap))
    style = gap_style(gap.properties.get("reason"), gap.properties.get("known"))
    return {
        "need": facts["Need"],
        "required_level": facts.get("Level asked for", ""),
        "reason": facts["Reason"],
        "area": facts.get("Area", ""),
        "sentence": gap.properties.get("sentence", ""),
        "known": style.known,
    }


def _square_row(square: Any) -> dict[str, str]:
    west, south, east, north = square.geometry.bounds
    return {
        "name": square.properties["name"],
        "owner": square.properties["owner_name"],
        "size": dict(square_facts(square))["Size"],
        "south_west": f"{south:.4f}, {west:.4f}",
        "north_east": f"{north:.4f}, {east:.4f}",
    }


def _site_row(site: Any) -> dict[str, Any]:
    properties = site.properties
    return {
        "name": properties["name"],
        "latitude": "not known" if site.geometry is None else f"{site.geometry.y:.5f}",
        "longitude": "not known" if site.geometry is None else f"{site.geometry.x:.5f}",
        "structure": words(properties["structure_type"]),
        "height": feet(properties["overall_height_agl_m"]),
        "ground": feet(properties["ground_elevation_amsl_m"]),
        "owner": properties["owner_name"],
        "verified": properties["verified_on"] or "not known",
    }
