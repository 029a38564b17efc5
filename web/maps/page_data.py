"""What the map page's own script is given: lists to choose from, facts to show, labels; text only, never HTML."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from casm.exchange.feature import Feature
from casm.exchange.overview import AgencyPair, Bounds, Overview, ResultHead, SystemCoverage
from web.maps.facts import gap_facts, link_facts, profile_watts, profile_words, site_facts, square_facts
from web.maps.layer_data import layer_data
from web.maps.palette import LEVELS, gap_style
from web.maps.places import Place, places_within

# Direction → raster of a system's coverage, in the order offered.
DIRECTIONS = {
    "balanced": ("balanced_probability", "Both ways"),
    "talk_out": ("talk_out_probability", "Talk-out: hear the station"),
    "talk_in": ("talk_in_probability", "Talk-in: be heard by it"),
}

# Given a result and a direction's raster, or None for a pair's levels: the address of its overlay, or the overlay.
OverlayOf = Callable[[ResultHead, str | None], Any]


def page_data(overview: Overview, places: Sequence[Place], overlay_of: OverlayOf, view: Bounds) -> dict[str, Any]:
    """Everything the page's script needs, as JSON-ready values.

    view: (west, south, east, north) to show at first. Results have most of their lines in common: each line stands
    once, in ``lines``, and ``made`` of a result names its lines by number.
    """
    coverages = [
        coverage_choice(coverage, label, overlay_of)
        for coverage, label in zip(overview.coverages, coverage_labels(overview.coverages), strict=True)
    ]
    pairs = [pair_choice(pair, overlay_of) for pair in overview.pairs]
    lines: dict[str, int] = {}
    for chosen in (*coverages, *pairs):
        chosen["made"] = [lines.setdefault(line, len(lines)) for line in chosen["made"]]
    return {
        "view": list(view),
        "layers": layer_data(overview),
        "exercise": overview.marking.exercise,
        "levels": [swatch.label for swatch in LEVELS],
        "coverages": coverages,
        "pairs": pairs,
        "lines": list(lines),
        "sites": site_entries(overview),
        "links": {
            str(link.id): {"name": link.properties["name"], "facts": link_facts(link)} for link in overview.links
        },
        "squares": {
            str(square.id): {"name": square.properties["name"], "facts": square_facts(square)}
            for square in overview.squares
        },
        "openWith": {"coverage": first_coverage(overview), "pair": first_pair(overview)},
        "gaps": [gap_entry(gap) for gap in overview.gaps if gap.geometry is not None],
        "places": [
            {"name": place.name, "kind": place.kind, "longitude": place.longitude_deg, "latitude": place.latitude_deg}
            for place in places_within(places, around(view))
        ],
        "counties": [label_of(county, view) for county in overview.counties if county.geometry is not None],
    }


def around(view: Bounds, share: float = 0.75) -> Bounds:
    """The view and some country round it."""
    west, south, east, north = view
    wide, high = (east - west) * share, (north - south) * share
    return west - wide, south - high, east + wide, north + high


def coverage_labels(coverages: Sequence[SystemCoverage]) -> list[str]:
    """System and subscriber of each coverage, with as much of the subscriber's figures as tells them apart."""
    short = [f"{coverage.system}: {profile_words(coverage.profile)}" for coverage in coverages]
    return [
        label if short.count(label) == 1 else f"{coverage.system}: {profile_words(coverage.profile, whole=True)}"
        for coverage, label in zip(coverages, short, strict=True)
    ]


def first_coverage(overview: Overview) -> str | None:
    """Which coverage to show first: the portables of the system with most stations, as most users carry one.

    Among several portables the one with least power, whose users are worst off.
    """
    stations = Counter(
        name
        for station in overview.stations
        for name in (station.properties["radio_system"], station.properties["channel"])
        if name
    )

    def rank(coverage: SystemCoverage) -> tuple[bool, int, float, str]:
        return (
            "portable" not in coverage.profile,
            -stations[coverage.system],
            profile_watts(coverage.profile),
            coverage.system,
        )

    first = min(overview.coverages, key=rank, default=None)
    return None if first is None else str(first.result.id)


def first_pair(overview: Overview) -> str | None:
    """Which pair to show first: one with a stated need that is not met, because of place if there is one, else one
    whose need is not proven, else one with a map; among equals the one with the widest place.
    """
    reasons = {
        frozenset(gap.properties.get("members", ())): gap_style(
            gap.properties.get("reason"), gap.properties.get("known")
        )
        for gap in sorted(overview.gaps, key=lambda gap: gap.properties.get("reason") == "COVERAGE")
    }

    def rank(pair: AgencyPair) -> tuple[bool, bool, bool, bool, float]:
        style = reasons.get(frozenset((pair.agency_a, pair.agency_b)))
        return (
            "proven_level" not in pair.result.raster_names,
            style is None,
            style is not None and not style.known,
            style is not None and style.code != "COVERAGE",
            0.0 if pair.result.bounds is None else -box(*pair.result.bounds).area,
        )

    first = min(overview.pairs, key=rank, default=None)
    return None if first is None else str(first.result.id)


def coverage_choice(coverage: SystemCoverage, label: str, overlay_of: OverlayOf) -> dict[str, Any]:
    """One system's coverage to choose, with an overlay for each direction there is a raster of."""
    views = [
        {"direction": direction, "label": words, "overlay": overlay_of(coverage.result, raster)}
        for direction, (raster, words) in DIRECTIONS.items()
        if raster in coverage.result.raster_names
    ]
    subscriber = f"Subscriber: {profile_words(coverage.profile, whole=True)}"
    return {
        "id": str(coverage.result.id),
        "system": coverage.system,
        "subscriber": label.removeprefix(f"{coverage.system}: "),
        "label": label,
        "views": views,
        "made": [subscriber, *made(coverage.result)],
    }


def pair_choice(pair: AgencyPair, overlay_of: OverlayOf) -> dict[str, Any]:
    """One pair of agencies to choose, with its answer."""
    rasters = {"proven_level", "possible_level"} <= set(pair.result.raster_names)
    return {
        "id": str(pair.result.id),
        "a": pair.agency_a,
        "b": pair.agency_b,
        "answer": pair.answer,
        "overlay": overlay_of(pair.result, None) if rasters else None,
        "made": made(pair.result),
    }


def made(head: ResultHead) -> list[str]:
    """How a result came to be: when, by which method, from whose records, with which doubts."""
    lines = [f"Computed {head.computed_at:%Y-%m-%d %H:%M} UTC, method {head.method} {head.method_version}"]
    if head.audience:
        lines.append("From records of " + ", ".join(head.audience))
    return [*lines, *head.caveats]


def site_entries(overview: Overview) -> list[dict[str, Any]]:
    """Sites with a position, each with its facts."""
    stations: dict[str, list[Feature]] = {}
    for station in overview.stations:
        stations.setdefault(station.properties["site_id"] or "", []).append(station)
    return [
        {
            "id": str(site.id),
            "name": site.properties["name"],
            "longitude": round(site.geometry.x, 6),
            "latitude": round(site.geometry.y, 6),
            "facts": site_facts(site, stations.get(str(site.id), ())),
        }
        for site in overview.sites
        if site.geometry is not None
    ]


def gap_entry(gap: Feature) -> dict[str, Any]:
    """A gap for the list: its reason class, sentence, and a point inside to go to."""
    style = gap_style(gap.properties.get("reason"), gap.properties.get("known"))
    return {
        **label_of(gap),
        "name": str(gap.properties.get("need", gap.properties["title"])),
        "reason": style.code,
        "known": style.known,
        "sentence": str(gap.properties.get("sentence", "")),
        "members": list(gap.properties.get("members", ())),
        "facts": gap_facts(gap),
    }


def label_of(feature: Feature, view: Bounds | None = None) -> dict[str, Any]:
    """A feature's name at a point inside it (inside the part in view, if any), and the box to show."""
    geometry: BaseGeometry = feature.geometry  # type: ignore[assignment]
    seen = geometry if view is None else geometry.intersection(box(*view))
    inside = (geometry if seen.is_empty else seen).representative_point()
    return {
        "id": str(feature.id),
        "name": feature.properties.get("name", ""),
        "longitude": round(inside.x, 6),
        "latitude": round(inside.y, 6),
        "bounds": [round(edge, 6) for edge in geometry.bounds],
    }
