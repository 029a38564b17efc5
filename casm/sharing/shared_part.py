"""The part of an owner's records that a grant or a share link shows: which layers, fields, where, how finely."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from casm.errors import CasmError
from casm.sharing.asset_class import (
    APPROXIMATE_CLASSES,
    ASSET_CLASSES,
    FIELD_CLASS_OF_TABLE,
    PLACED_CLASSES,
    RESULT_LAYERS,
)
from casm.sharing.shared_part_columns import PRECISIONS_M
from casm.sharing.viewer import FIELD_CLASSES
from casm.sharing.words import CLASS_WORDS, FIELD_CLASS_WORDS

MOST_CORNERS = 100_000


@dataclass(frozen=True)
class SharedPart:
    """What is shown of an owner's subtree.

    area: polygons, EPSG:4326, longitude first, or None for everywhere. precision_m: 0 for positions as recorded, else
    the grid's step. Made by `shared_part`, which says in words what cannot be.
    """

    asset_classes: tuple[str, ...]
    field_classes: tuple[str, ...]
    area: MultiPolygon | None = field(default=None, repr=False)
    precision_m: int = 0

    def columns(self) -> dict[str, Any]:
        """The columns of a grant or link that hold it."""
        return {
            "asset_classes": list(self.asset_classes),
            "field_classes": list(self.field_classes),
            "area": None if self.area is None else from_shape(self.area, 4326),
            "precision_m": self.precision_m,
        }


def shared_part(
    asset_classes: Iterable[str],
    field_classes: Iterable[str],
    area: BaseGeometry | None = None,
    precision_m: int = 0,
) -> SharedPart:
    """A part that can be shared; CasmError names the field and the mend where it cannot."""
    layers = known(asset_classes, ASSET_CLASSES, "layer")
    fields = known({"public", *field_classes}, FIELD_CLASSES, "kind of details")
    if not layers:
        raise CasmError("No layer is chosen.", "choose at least one layer to share")
    for layer in layers:
        wanted = FIELD_CLASS_OF_TABLE.get(layer, "public")
        if wanted not in fields:
            details = FIELD_CLASS_WORDS[wanted].partition(":")[0].lower()
            raise CasmError(
                f"The layer of {CLASS_WORDS[layer].lower()} is chosen, but not the kind of details that all of it "
                f"is ({details}), so nothing of it would be seen.",
                f"choose {details} too, or leave the {CLASS_WORDS[layer].lower()} out",
            )
    if precision_m not in PRECISIONS_M:
        raise CasmError(
            f"Positions cannot be shown to {precision_m} m.", f"choose one of {', '.join(map(str, PRECISIONS_M))}"
        )
    if area is not None:
        refuse_outside(PLACED_CLASSES, layers, "for an area")
        if {"station", "backhaul_link"} & set(layers) and "site" not in layers:
            raise CasmError(
                "Stations and links lie where their sites are, and the sites are not chosen.",
                f"choose {CLASS_WORDS['site'].lower()} as well, or share everywhere",
            )
    if precision_m:
        refuse_outside(APPROXIMATE_CLASSES, layers, "with less exact positions")
    return SharedPart(layers, fields, None if area is None else checked_area(area), precision_m)


def known(given: Iterable[str], allowed: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The given names in their usual order, each once; CasmError on one that does not exist."""
    chosen = set(given)
    unknown = chosen - set(allowed)
    if unknown:
        raise CasmError(f"There is no {what} {sorted(unknown)[0]!r}.", f"choose from {', '.join(allowed)}")
    return tuple(name for name in allowed if name in chosen)


def refuse_outside(possible: tuple[str, ...], layers: tuple[str, ...], how: str) -> None:
    """CasmError when a layer has no place to judge by, or is computed from places that would have to be hidden."""
    computed = set(layers) & set(RESULT_LAYERS)
    if computed:
        raise CasmError(
            f"What is computed cannot be shared {how}: {in_words(computed, CLASS_WORDS)}. It would give away the exact "
            "places it was computed from.",
            "share it apart, everywhere and with positions as recorded, or leave it out",
        )
    others = set(layers) - set(possible)
    if others:
        raise CasmError(
            f"These layers cannot be shared {how}, as their records lie at no single place: "
            f"{in_words(others, CLASS_WORDS)}.",
            "share them apart, everywhere and with positions as recorded, or leave them out",
        )


def in_words(names: Iterable[str], words: dict[str, str]) -> str:
    """Names in the words people use, in the order of the form."""
    chosen = set(names)
    return "; ".join(text for name, text in words.items() if name in chosen)


def checked_area(area: BaseGeometry) -> MultiPolygon:
    """The area as valid polygons on the globe; CasmError when it encloses nothing or lies off the globe."""
    mended = area if area.is_valid else shapely.make_valid(area)
    parts = [part for part in shapely.get_parts(mended) if isinstance(part, Polygon) and part.area > 0]
    parts += [
        inner
        for part in shapely.get_parts(mended)
        if isinstance(part, MultiPolygon)
        for inner in part.geoms
        if inner.area > 0
    ]
    if not parts:
        raise CasmError("The area encloses nothing.", "give at least three corners that do not lie on one line")
    whole = MultiPolygon(parts)
    west, south, east, north = whole.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise CasmError("The area lies off the globe.", "give longitude (-180 to 180) before latitude (-90 to 90)")
    if shapely.get_num_coordinates(whole) > MOST_CORNERS:
        raise CasmError(f"The area has more than {MOST_CORNERS} corners.", "simplify it")
    return whole


def area_of_corners(text: str) -> Polygon:
    """An area from its corners, one "longitude latitude" a line; CasmError names the line that cannot be read."""
    corners = []
    for number, line in enumerate(filter(None, (line.strip() for line in text.splitlines())), 1):
        parts = line.replace(",", " ").split()
        try:
            longitude_deg, latitude_deg = map(float, parts)
        except ValueError:
            raise CasmError(
                f"Corner {number} of the area is not understood: {line[:60]!r}.",
                "write longitude and latitude in degrees, as -84.2 36.4, one corner a line",
            ) from None
        if not (abs(longitude_deg) <= 180 and abs(latitude_deg) <= 90):
            raise CasmError(
                f"Corner {number} of the area lies off the globe: {line[:60]!r}.",
                "write the longitude first, then the latitude",
            )
        corners.append((longitude_deg, latitude_deg))
    if len(corners) < 3:
        raise CasmError("An area needs at least three corners.", "give one corner a line, longitude first")
    return Polygon(corners)


def checked_end(until: datetime | None, longest: timedelta, now: datetime | None = None) -> datetime:
    """When a share ends; CasmError when no end is given, or it is past or too far off."""
    now = datetime.now(UTC) if now is None else now
    last = now + longest
    if until is None:
        raise CasmError("No end is given.", f"give the day it ends, at most {longest.days} days from now")
    if until <= now:
        raise CasmError("The end is past.", "give a day to come")
    if until > last:
        raise CasmError(f"The end is more than {longest.days} days off.", f"choose a day up to {last:%Y-%m-%d}")
    return until
