"""Colours, patterns and words of the map: the one place the legend and the drawing both take them from.

Every pair that lies side by side differs in lightness as well as hue, so that it is told apart by people with a
colour vision deficiency and on a grey print (checked in tests/web/maps/test_palette.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Swatch:
    """One entry of a legend: a colour (#rrggbb), an SVG pattern's name or empty, and words."""

    colour: str
    label: str
    pattern: str = ""


LAND = "#f3f1ea"
OUTSIDE = "#dfe5e8"
INK = "#1d2b36"
# The sites' own colour: a square stands for sites and what is at them.
SQUARE = "#7a004c"

# Coverage: probability that the service criterion is met. Lower limits, highest first.
SERVED_FROM = 0.95
UNCERTAIN_FROM = 0.5
COVERAGE = (
    Swatch("#2a78b8", "Served: 95 % or better"),
    Swatch("#fdc04a", "Uncertain: 50 to 95 %"),
    Swatch("#c9b3c6", "Not served: under 50 %"),
)
NO_DATA = Swatch("#8b949b", "No data (outside the terrain)", pattern="no-data")

LEVEL_NAMES = (
    "no means",
    "cached or swapped radios",
    "gateway or console patch",
    "shared channel",
    "shared proprietary system",
    "shared standards-based system",
)
# Index is the level of the interoperability table.
LEVELS = tuple(
    Swatch(colour, f"{level}  {name[0].upper()}{name[1:]}")
    for level, (colour, name) in enumerate(
        zip(("#4a1e3d", "#f9e9b8", "#eea236", "#a3d9cf", "#3d93ae", "#0a4f94"), LEVEL_NAMES, strict=True)
    )
)


@dataclass(frozen=True)
class GapStyle:
    """How a gap of one reason class is drawn and named. `known` is False where the need may be met after all."""

    code: str
    colour: str
    pattern: str
    label: str
    known: bool = True


GAPS = (
    GapStyle("COVERAGE", "#c23b1e", "lines-right", "Coverage: the signal does not reach"),
    GapStyle("NO_METHOD", "#1d2b36", "cross", "No means at all"),
    GapStyle("BAND", "#8a5a00", "lines-level", "Band: radios on different bands"),
    GapStyle("MODE", "#8a5a00", "lines-upright", "Mode: radios cannot share the mode"),
    GapStyle("PROGRAMMING", "#00614a", "lines-left", "Programming: channel not in the radios"),
    GapStyle("ENCRYPTION", "#6a2c91", "grid", "Encryption does not match"),
    GapStyle("AUTHORITY", "#004f8c", "lines-level", "Authority: no agreement or licence in force"),
    GapStyle("TIME", "#a3195b", "lines-upright", "Time: not up soon enough"),
    GapStyle("CAPACITY", "#a3195b", "cross", "Capacity: ports or radios all taken"),
    GapStyle("MISSING", "#4a5660", "dots", "Not known: a record is missing", known=False),
    GapStyle("STALE", "#4a5660", "rings", "Not known: a record is out of date", known=False),
)
GAPS_BY_CODE = {style.code: style for style in GAPS}
OTHER_GAP = GapStyle("OTHER", "#1d2b36", "cross", "Another reason")
UNPROVEN = GapStyle("UNPROVEN", "#4a5660", "squares", "Not known: not everything about it is on record", known=False)


def gap_style(reason: str | None, known: bool | None) -> GapStyle:
    """The style of a gap by its reason; one whose need may be met after all is never drawn like a gap."""
    style = GAPS_BY_CODE.get(reason or "", OTHER_GAP)
    return UNPROVEN if known is False and style.known else style


@dataclass(frozen=True)
class LinkStyle:
    """How links of a kind are drawn and named; `dash` is an SVG dash pattern or None for a plain line."""

    name: str
    colour: str
    dash: str | None
    label: str


MICROWAVE_RING = LinkStyle("microwave-ring", "#b0006d", None, "Microwave, in a ring")
MICROWAVE_SPUR = LinkStyle("microwave-spur", "#b0006d", "9 6", "Microwave, no ring behind it")
FIBRE = LinkStyle("fibre", "#0b6e4f", None, "Fibre")
OTHER_LINK = LinkStyle("other", "#4a5660", "2 6", "Leased circuit or other link")
LINKS = (MICROWAVE_RING, MICROWAVE_SPUR, FIBRE, OTHER_LINK)


def link_style(kind: str | None, protection: str | None) -> LinkStyle:
    """The style of a link by its kind and its recorded protection."""
    if kind == "microwave":
        return MICROWAVE_RING if protection == "ring" else MICROWAVE_SPUR
    return FIBRE if kind == "fibre" else OTHER_LINK


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
