"""A person's own units: canonical texts of fields as that person reads them, and what is typed in them taken back.

Only what people see goes through here: stored figures, files and the API keep to the canonical units. A text that comes
back as it was shown is the canonical text it was made from, so that showing a figure never changes it, however it is
rounded for reading. A unit that is typed always wins; a bare number is in the person's own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from casm.custom_fields.definitions import PREFIX
from casm.editing.form_fields import OTHER_NOTATION
from casm.errors import CasmError
from casm.intake.cell import CellError, tidy
from casm.intake.measures import split_number
from geo import units
from geo.errors import GeoError
from geo.grid_reference import to_national_grid

KEPT = ""
US, METRIC = "us", "metric"
DBI, DBD = "dBi", "dBd"
DECIMAL, DMS, USNG = "decimal", "dms", "usng"
# Preference → what may be chosen, and what it is called; the first is what holds without an account.
CHOICES: dict[str, dict[str, str]] = {
    "length_units": {KEPT: "metres, in tables with feet beside them", US: "feet and miles",
                     METRIC: "metres and kilometres"},
    "gain_unit": {KEPT: "as each was entered", DBI: "dBi", DBD: "dBd"},
    "position_notation": {KEPT: "decimal degrees", DMS: "degrees, minutes and seconds", USNG: "U.S. National Grid"},
}  # fmt: skip
# Lengths along the ground: read in miles or kilometres. All others are heights and the like, in feet or metres.
DISTANCES = frozenset({"declared_range_m", "driving_range_m", "filed_segment_length_m", "path_length_m"})
AXES = ("latitude", "longitude")
GRID_LABEL = "Position (U.S. National Grid)"
MEASURED = re.compile(r"^(-?\d+(?:\.\d+)?) (m|dBi|dBd)$")
# Of a figure as it is shown: a hundredth of a foot is 3 mm, a thousandth of a mile 1.6 m, of a second of arc 3 cm.
DECIMALS = {"ft": 2, "mi": 3, "km": 3, "m": 6, "dBi": 2, "dBd": 2}
SECONDS_DECIMALS = 3
FROM_CANONICAL: dict[tuple[str, str], Callable[[float], float]] = {
    ("m", "ft"): units.m_to_ft,
    ("m", "mi"): lambda length_m: units.km_to_mi(units.m_to_km(length_m)),
    ("m", "km"): units.m_to_km,
    ("dBi", "dBd"): units.dbi_to_dbd,
    ("dBd", "dBi"): units.dbd_to_dbi,
}


@dataclass(frozen=True)
class OwnUnits:
    """What a person chose, as CHOICES names it; without a choice everything is shown as it is kept."""

    length_units: str = KEPT
    gain_unit: str = KEPT
    position_notation: str = KEPT

    def unit_of(self, name: str) -> str | None:
        """The unit that a field's figures are read in; None where they are shown as they are kept."""
        field = name.rpartition(".")[2]
        if field.startswith(PREFIX):
            # Fields that owners added have one unit, which the owner states.
            return None
        if field.endswith("_m") and self.length_units:
            far, near = {US: ("mi", "ft"), METRIC: ("km", "m")}[self.length_units]
            return far if field in DISTANCES else near
        if field.endswith("_dbi") and self.gain_unit:
            return self.gain_unit
        return None

    def shown(self, name: str, text: str) -> str:
        """A canonical text of a field as the person reads it; what is none of a unit is left as it is."""
        field = name.rpartition(".")[2]
        if field in AXES and self.position_notation == DMS:
            return _sexagesimal(text, field)
        unit = self.unit_of(name)
        return text if unit is None else "; ".join(_in_unit(one, unit) for one in text.split("; "))

    def shown_pair(self, name: str, before: str, after: str) -> tuple[str, str]:
        """Two texts of a field as the person reads them; as they are kept where they would look alike and are not."""
        shown = self.shown(name, before), self.shown(name, after)
        return (before, after) if shown[0] == shown[1] else shown

    def shown_all(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts of a form as the person reads them; a position by its grid reference as well, if so chosen."""
        found = {name: self.shown(name, text) for name, text in texts.items()}
        if self.position_notation == USNG and OTHER_NOTATION in texts:
            found[OTHER_NOTATION] = grid_reference(texts.get("latitude", ""), texts.get("longitude", "")) or ""
        return found

    def taken(self, typed: Mapping[str, str], on_file: Mapping[str, str]) -> dict[str, str]:
        """What a person typed into a form, as fields take it. on_file: the canonical texts that it was filled with.

        What came back as it was shown is the text on file itself.
        """
        shown = self.shown_all({OTHER_NOTATION: "", **on_file})
        found = {}
        for name, text in typed.items():
            untouched = name in shown and tidy(text) == tidy(shown[name])
            found[name] = on_file.get(name, "") if untouched else self.with_unit(name, text)
        return found

    def shown_again(
        self, typed: Mapping[str, str], taken: Mapping[str, str], texts: Mapping[str, str]
    ) -> dict[str, str]:
        """The texts of a form that is shown again: what was typed as it was typed, all else as the person reads it.

        taken: of what was typed, as fields take it. texts: the form's, as whoever refused it gives them back.
        """
        found = self.shown_all(texts)
        return found | {name: text for name, text in typed.items() if texts.get(name) in (None, taken.get(name))}

    def with_unit(self, name: str, text: str) -> str:
        """A bare number, or a range of two, with the person's unit behind it; anything else as it is."""
        unit = self.unit_of(name)
        written = tidy(text)
        if unit is None or not written:
            return text
        if re.fullmatch(r"[+-]?[\d.,]+\s*(?:\.\.+|–|-|to)\s*[+-]?[\d.,]+", written):
            return f"{written} {unit}"
        try:
            stated = split_number(written)[1]
        except CellError:
            return text
        return text if stated else f"{written} {unit}"


def own_units_of(chosen: Mapping[str, str]) -> OwnUnits:
    """The choices of a form; CasmError where one is none of those offered."""
    told = {name: chosen.get(name, KEPT) for name in CHOICES}
    for name, value in told.items():
        if value not in CHOICES[name]:
            raise CasmError("This is none of the choices.", "choose from the lists")
    return OwnUnits(**told)


def grid_reference(latitude: str, longitude: str) -> str | None:
    """The U.S. National Grid reference, to a metre, of two texts in decimal degrees; None where there is none."""
    try:
        return to_national_grid(float(longitude), float(latitude))
    except (ValueError, GeoError):
        return None


def _in_unit(text: str, unit: str) -> str:
    match = MEASURED.match(text)
    convert = FROM_CANONICAL.get((match[2], unit)) if match else None
    if match is None or convert is None:
        return text
    return f"{_written(convert(float(match[1])), DECIMALS[unit])} {unit}"


def _written(value: float, decimals: int) -> str:
    plain = f"{Decimal(repr(round(value, decimals))):f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def _sexagesimal(text: str, axis: str) -> str:
    """Decimal degrees as 36-30-44.4 N."""
    try:
        degrees = float(text)
    except ValueError:
        return text
    thousandths = round(abs(degrees) * 3600 * 10**SECONDS_DECIMALS)
    whole, rest = divmod(thousandths, 3600 * 10**SECONDS_DECIMALS)
    minutes, rest = divmod(rest, 60 * 10**SECONDS_DECIMALS)
    letter = ("N" if degrees >= 0 else "S") if axis == "latitude" else ("E" if degrees >= 0 else "W")
    return f"{whole}-{minutes:02d}-{_written(rest / 10**SECONDS_DECIMALS, SECONDS_DECIMALS)} {letter}"
