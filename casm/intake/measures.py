"""Numbers as people write them, and units into those the columns store."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from casm.intake.cell import Cell, CellError, Parser
from geo import units

MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2012": "-"})
NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,2})?"
MEASURE = re.compile(rf"^({NUMBER})\s*([^\d\s].*)?$")
FEET_AND_INCHES = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:'|′|ft|feet)\s*(\d+(?:\.\d+)?)\s*(?:\"|″|''|in|inches)$", re.I)
DECIMALS_KEPT = 9

Convert = Callable[[float], float]


def _same(number: float) -> float:
    return number


def _times(factor: float) -> Convert:
    return lambda number: number * factor


# Spelling → the unit's one name, as headings and cells write it (without regard to case and dots).
SPELLINGS = {
    "m": "m", "meter": "m", "meters": "m", "metre": "m", "metres": "m", "mtr": "m",
    "ft": "ft", "feet": "ft", "foot": "ft", "'": "ft", "′": "ft",
    "km": "km", "kilometers": "km", "kilometres": "km", "mi": "mi", "mile": "mi", "miles": "mi",
    "nmi": "nmi", "hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz",
    "w": "W", "watt": "W", "watts": "W", "kw": "kW", "kilowatts": "kW", "mw": "mW",
    "dbm": "dBm", "dbw": "dBW", "dbd": "dBd", "dbi": "dBi", "db": "dB",
    "uv": "µV", "µv": "µV", "μv": "µV", "microvolts": "µV",
    "deg": "deg", "degrees": "deg", "degree": "deg", "°": "deg", "°t": "deg",
    "min": "min", "mins": "min", "minutes": "min", "minute": "min",
    "h": "h", "hr": "h", "hrs": "h", "hours": "h", "hour": "h", "days": "days", "day": "days",
    "%": "%", "percent": "%", "pct": "%", "mbps": "Mbit/s", "mbit/s": "Mbit/s", "mb/s": "Mbit/s",
    "gbps": "Gbit/s", "kbps": "kbit/s", "hex": "hex", "hexadecimal": "hex", "dec": "dec", "decimal": "dec",
}  # fmt: skip

LENGTH_M: Mapping[str, Convert] = {
    "m": _same, "ft": units.ft_to_m, "km": units.km_to_m, "mi": lambda n: units.km_to_m(units.mi_to_km(n)),
    "nmi": lambda n: units.km_to_m(units.nmi_to_km(n)),
}  # fmt: skip
POWER_W: Mapping[str, Convert] = {
    "W": _same, "kW": _times(1000.0), "mW": _times(0.001), "dBm": units.dbm_to_w,
    "dBW": lambda n: units.dbm_to_w(units.dbw_to_dbm(n)),
}  # fmt: skip
GAIN_DBI: Mapping[str, Convert] = {"dBi": _same, "dBd": units.dbd_to_dbi}
LEVEL_DBM: Mapping[str, Convert] = {"dBm": _same, "dBW": units.dbw_to_dbm, "µV": units.microvolt_to_dbm}
GENERATOR_KW: Mapping[str, Convert] = {"kW": _same, "W": _times(0.001)}
ANGLE_DEG: Mapping[str, Convert] = {"deg": _same}
RATIO_DB: Mapping[str, Convert] = {"dB": _same}
TIME_MINUTES: Mapping[str, Convert] = {"min": _same, "h": _times(60.0), "days": _times(1440.0)}
TIME_HOURS: Mapping[str, Convert] = {"h": _same, "min": _times(1 / 60), "days": _times(24.0)}
PERCENT: Mapping[str, Convert] = {"%": _same}
RATE_MBPS: Mapping[str, Convert] = {"Mbit/s": _same, "Gbit/s": _times(1000.0), "kbit/s": _times(0.001)}
FREQUENCY = {"Hz": 1, "kHz": units.HZ_PER_KHZ, "MHz": units.HZ_PER_MHZ, "GHz": 1_000_000_000}


@dataclass(frozen=True)
class Measured:
    """A number in the column's unit, and the unit it was written in."""

    value: float
    written_unit: str


def unit_named(text: str) -> str | None:
    """The unit a spelling stands for, None when it is none."""
    return SPELLINGS.get(text.strip().rstrip(".").casefold())


def split_number(text: str) -> tuple[Decimal, str | None]:
    """(number, unit named in the cell or None); CellError for anything that is not one number."""
    plain = text.translate(MINUS).strip()
    if inches := FEET_AND_INCHES.match(plain):
        return Decimal(inches[1]) + Decimal(inches[2]) / 12, "ft"
    match = MEASURE.match(plain)
    if not match or not any(letter.isdigit() for letter in match[1] or ""):
        raise CellError("this is not a number", _number_mend(plain))
    unit = None
    if match[2]:
        words = match[2].strip()
        unit = unit_named(words)
        if unit is None:
            raise CellError(f"{words!r} after the number is no unit that is known here", _number_mend(plain))
    return Decimal(match[1].replace(",", "")), unit


def _number_mend(text: str) -> str:
    if re.fullmatch(r"[+-]?\d+,\d{1,2}|[+-]?\d+,\d{4,}", text):
        return "write a point before the decimals (a comma separates thousands)"
    if re.match(r"^[<>~≈]|^(?:about|approx|ca)", text, re.I):
        return "write the number itself, or leave it empty if it is not known"
    return "write one number, such as 45.7, with its unit if the heading names none"


def measure(conversions: Mapping[str, Convert], *, default_unit: str | None = None, low: float, high: float) -> Parser:
    """A parser of a measured number into the unit that converts to itself; low and high in that unit."""
    return lambda cell: measured(cell, conversions, default_unit=default_unit, low=low, high=high).value


def measured(
    cell: Cell, conversions: Mapping[str, Convert], *, default_unit: str | None, low: float, high: float
) -> Measured:
    """The number in the column's unit with the unit it was written in; CellError with reason and mend."""
    number, unit = split_number(cell.text)
    unit = unit or cell.unit or default_unit
    known = ", ".join(conversions)
    if unit is None:
        raise CellError(
            "no unit is stated", f"write the unit in the heading or the cell, or name it in a mapping: {known}"
        )
    if unit not in conversions:
        raise CellError(f"{unit} is no unit for this", f"use one of: {known}")
    value = round(conversions[unit](float(number)), DECIMALS_KEPT)
    check_range(value, low, high, _stored_unit(conversions))
    return Measured(value, unit)


def _stored_unit(conversions: Mapping[str, Convert]) -> str:
    return next(name for name, convert in conversions.items() if convert is _same)


def check_range(value: float, low: float, high: float, unit: str = "") -> None:
    """CellError unless low <= value <= high."""
    if not low <= value <= high:
        spaced = f" {unit}" if unit else ""
        # A whole number of hundreds of digits is no float, so it could not be written so.
        shown = f"{value:g}{spaced}" if abs(value) < 1e300 else "so large a number"
        raise CellError(
            f"{shown} is outside what is possible, {low:g} to {high:g}{spaced}",
            "correct the number or its unit",
        )


def frequency_hz(cell: Cell) -> int:
    """A frequency into whole hertz; megahertz where no unit is stated, as the field writes it."""
    number, unit = split_number(cell.text)
    unit = unit or cell.unit or "MHz"
    if unit not in FREQUENCY:
        raise CellError(f"{unit} is no unit of frequency", f"use one of: {', '.join(FREQUENCY)}")
    freq_hz = round(number * FREQUENCY[unit])
    if not 25_000_000 <= freq_hz <= 100_000_000_000:
        raise CellError(
            f"{number} {unit} is outside 25 MHz to 100 GHz", "write megahertz, such as 155.7525, or name the unit"
        )
    return freq_hz


def bandwidth_hz(cell: Cell) -> int:
    """A channel's bandwidth into hertz: 12.5 kHz, or the N and W of an ICS-217A."""
    letter = cell.text.upper()
    if letter in ("N", "NARROW", "NFM"):
        return 12_500
    if letter in ("W", "WIDE"):
        return 25_000
    number, unit = split_number(re.sub(r"(?<=\d)\s*k$", "kHz", cell.text, flags=re.I))
    unit = unit or cell.unit
    if unit not in FREQUENCY:
        raise CellError(
            "no unit is stated", "write N or W, or the unit: 12.5 kHz" if unit is None else "use Hz, kHz or MHz"
        )
    width_hz = round(number * FREQUENCY[unit])
    check_range(width_hz, 1, 100_000_000, "Hz")
    return width_hz


def integer(low: int, high: int) -> Parser:
    """A parser of whole numbers; 12.0, as spreadsheets write it, is 12."""

    def parse(cell: Cell) -> int:
        number, unit = split_number(cell.text)
        if unit is not None or number != number.to_integral_value():
            raise CellError("this is not a whole number", "write a whole number without a unit")
        check_range(int(number), low, high)
        return int(number)

    return parse


def share(low: float, high: float) -> Parser:
    """A parser of a share of one: 0.95 or 95 %."""

    def parse(cell: Cell) -> float:
        number, unit = split_number(cell.text)
        unit = unit or cell.unit
        if unit not in (None, "%"):
            raise CellError(f"{unit} is no unit for a share", "write 0.95 or 95 %")
        value = float(number) / 100 if unit == "%" else float(number)
        check_range(round(value, DECIMALS_KEPT), low, high)
        return round(value, DECIMALS_KEPT)

    return parse


HEXADECIMAL = re.compile(r"^(?:\$|0x|x|nac\s*\$?|h')?\s*([0-9a-f]+)\s*(?:h|hex|')?$", re.I)


def hexadecimal(highest: int) -> Parser:
    """A parser of a network code, hexadecimal as the field writes it, with or without $; decimal where so headed."""

    def parse(cell: Cell) -> int:
        if cell.unit == "dec":
            return integer(0, highest)(cell)
        match = HEXADECIMAL.match(cell.text)
        if not match:
            raise CellError("this is not a hexadecimal code", "write it like $293, or put (dec) in the heading")
        value = int(match[1], 16)
        if value > highest:
            raise CellError(
                f"${value:X} is above ${highest:X}, the highest possible",
                "correct the code, or put (dec) in the heading",
            )
        return value

    return parse
