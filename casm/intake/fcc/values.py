"""Fields of a record as typed values: what cannot be read is left unknown and said, never guessed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from casm.intake.fcc.records import Record
from casm.intake.problem import NOTE, WARNING, Problem
from geo.errors import GeoError
from geo.units import mhz_to_hz

# What the inventory can hold (the same bounds as its constraints).
LOWEST_FREQ_HZ, HIGHEST_FREQ_HZ = 25_000_000, 100_000_000_000

MEND_IN_FILING = "compare with the licence on file at the FCC; the value stays unknown until it is corrected"


@dataclass
class Reading:
    """Reads one record's fields and gathers what was found on the way."""

    record: Record
    problems: list[Problem] = field(default_factory=list)

    def say(
        self, severity: str, column: str | None, reason: str, mend: str = MEND_IN_FILING, *, value: str | None = None
    ) -> None:
        """A finding about the record; the value is the field as written unless another is given."""
        if value is None and column is not None:
            value = self.record.text(column)
        self.problems.append(Problem(severity, self.record.file, self.record.row, column, value, reason, mend))

    def text(self, column: str) -> str | None:
        """A text on one line; None where empty."""
        value = self.record.text(column)
        return None if value is None else " ".join(value.split())

    def integer(self, column: str, low: int = 0, high: int = 2**31 - 1) -> int | None:
        """A whole number within bounds; None where empty or not one."""
        value = self.number(column, low, high)
        if value is None:
            return None
        if value != int(value):
            self.say(WARNING, column, "not a whole number")
            return None
        return int(value)

    def number(self, column: str, low: float, high: float) -> float | None:
        """A number within bounds; None where empty, not a number, or beyond what is possible."""
        value = self._decimal(column)
        if value is None:
            return None
        if not low <= value <= high:
            self.say(WARNING, column, f"outside the possible range {low:g} to {high:g}")
            return None
        return float(value)

    def day(self, column: str) -> date | None:
        """A date written MM/DD/YYYY; None where empty or not a date."""
        value = self.record.text(column)
        if value is None:
            return None
        parts = value.split("/")
        try:
            month, day, year = (int(part) for part in parts)
            return date(year, month, day)
        except ValueError:
            self.say(WARNING, column, "not a date as MM/DD/YYYY")
            return None

    def code(self, column: str, words: Mapping[str, str], meaning: str) -> str | None:
        """A code in the inventory's words; None where empty, or not in the FCC's list."""
        value = self.record.text(column)
        if value is None:
            return None
        if value.upper() not in words:
            self.say(WARNING, column, f"a code for {meaning} that has no certain meaning")
            return None
        return words[value.upper()]

    def freq_hz(self, column: str) -> int | None:
        """A frequency in megahertz as whole hertz; None where empty, not a frequency or out of range."""
        value = self.record.text(column)
        if value is None or set(value) <= set("0."):
            return None
        try:
            freq_hz = mhz_to_hz(value)
        except (GeoError, OverflowError):
            self.say(WARNING, column, "not a frequency in megahertz")
            return None
        if not LOWEST_FREQ_HZ <= freq_hz <= HIGHEST_FREQ_HZ:
            self.say(
                WARNING, column, "a frequency outside 25 MHz to 100 GHz, which the inventory does not hold",
                "nothing to do: land mobile and microwave lie within that range",
            )  # fmt: skip
            return None
        if Decimal(value) * 1_000_000 != freq_hz:
            self.say(NOTE, column, "a frequency finer than one hertz, rounded to the nearest hertz")
        return freq_hz

    def is_yes(self, column: str) -> bool | None:
        """Y or N as a truth value; None where empty or anything else."""
        value = self.record.text(column)
        return {"Y": True, "N": False}.get(value.upper()) if value else None

    def _decimal(self, column: str) -> Decimal | None:
        value = self.record.text(column)
        if value is None:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or abs(number) > Decimal(10**15):
            self.say(WARNING, column, "not a number")
            return None
        return number


@dataclass(frozen=True, slots=True)
class FiledPosition:
    """A position as filed (NAD83): decimal degrees, the strings as filed, and a key for equal positions."""

    longitude_deg: float
    latitude_deg: float
    latitude_text: str
    longitude_text: str

    @property
    def key(self) -> str:
        """Equal for equal positions as filed, whatever the spelling of the numbers."""
        return f"{self.latitude_text}/{self.longitude_text}"


def filed_position(reading: Reading) -> FiledPosition | None:
    """The position of an LO record from its degrees, minutes, seconds and directions; None where not known.

    Latitude 0 to 90 and longitude 0 to 180 degrees, minutes and seconds under 60, directions N/S and E/W. A
    missing part, or zero throughout, is no position: nothing is put at 0, 0.
    """
    latitude = _angle(reading, "lat", 90, {"N": 1, "S": -1})
    longitude = _angle(reading, "long", 180, {"E": 1, "W": -1})
    if latitude is None or longitude is None:
        return None
    if latitude[0] == 0 and longitude[0] == 0:
        reading.say(WARNING, "lat_degrees", "the position is zero throughout, which stands for none", value="0 0 0 N")
        return None
    return FiledPosition(longitude[0], latitude[0], latitude[1], longitude[1])


def _angle(reading: Reading, name: str, limit_deg: int, signs: Mapping[str, int]) -> tuple[float, str] | None:
    """Signed degrees and the text as filed, normalised; None (and said, unless wholly empty) where not known."""
    columns = [f"{name}_degrees", f"{name}_minutes", f"{name}_seconds"]
    direction = f"{name}_direction"
    raw = [reading.record.text(column) for column in (*columns, direction)]
    if all(part is None for part in raw):
        return None
    what = "latitude" if name == "lat" else "longitude"
    shown = " ".join(part or "-" for part in raw)
    if any(part is None for part in raw):
        reading.say(WARNING, columns[0], f"an incomplete {what}: no position", value=shown)
        return None
    try:
        degrees, minutes, seconds = (Decimal(str(part)) for part in raw[:3])
    except InvalidOperation:
        degrees = minutes = seconds = Decimal("NaN")
    sign = signs.get(str(raw[3]).upper())
    finite = degrees.is_finite() and minutes.is_finite() and seconds.is_finite()
    if (
        sign is None
        or not finite
        or not (0 <= degrees <= limit_deg and 0 <= minutes < 60 and 0 <= seconds < 60)
        or degrees != int(degrees)
        or minutes != int(minutes)
    ):
        reading.say(WARNING, columns[0], f"not a {what}: no position", value=shown)
        return None
    angle_deg = float(degrees + (minutes * 60 + seconds) / 3600)
    if angle_deg > limit_deg:
        reading.say(WARNING, columns[0], f"not a {what}: no position", value=shown)
        return None
    # One spelling for 7.0, 07.00 and 7: trailing zeros go, at least one decimal stays.
    fixed = f"{seconds:f}"
    whole, _, decimals = fixed.partition(".")
    spelled = f"{int(degrees)}-{int(minutes):02d}-{int(whole):02d}.{decimals.rstrip('0') or '0'} {str(raw[3]).upper()}"
    return math.copysign(angle_deg, sign) if angle_deg else 0.0, spelled
