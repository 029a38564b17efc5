"""Positions as people write them, into degrees on WGS84; nothing is guessed, not even a forgotten minus sign."""

import re
from dataclasses import dataclass

from casm.intake.cell import Cell, CellError, tidy
from casm.intake.measures import MINUS

# Longitude/latitude boxes (west, south, east, north) of the states, territories and possessions, generous.
UNITED_STATES = (
    (-125.5, 24.0, -66.5, 49.6),
    (-180.0, 51.0, -129.0, 71.8),
    (172.0, 51.0, 180.0, 54.0),
    (-179.0, 18.0, -154.0, 29.0),
    (-68.2, 17.5, -64.3, 18.7),
    (144.4, 13.0, 146.2, 20.8),
    (-171.3, -14.8, -168.0, -10.8),
    (166.4, 19.1, 166.8, 19.5),
)

_SIGN = r"(?P<sign>[+-])?"
_FIRST = r"(?P<first>[NSEW])?\.?\s*"
_LAST = r"\s*(?P<last>[NSEW])?\.?"
PLAIN = re.compile(r"^[+-]?\d{1,3}(?:\.\d+)?$")
DECIMAL = re.compile(rf"^{_FIRST}{_SIGN}\s*(?P<deg>\d{{1,3}}(?:\.\d+)?)\s*°?{_LAST}$")
SEXAGESIMAL = re.compile(
    rf"^{_FIRST}{_SIGN}\s*(?P<deg>\d{{1,3}})\s*[°:\s-]\s*(?P<min>\d{{1,2}}(?:\.\d+)?)\s*(?:[':\s-]\s*"
    rf"(?:(?P<sec>\d{{1,2}}(?:\.\d+)?)\s*(?:\"|'')?)?)?{_LAST}$"
)
LETTERED = re.compile(r"(\d+)\s*D\s*(\d+(?:\.\d+)?)\s*M\s*(?:(\d+(?:\.\d+)?)\s*S)?")
PACKED = re.compile(rf"^{_FIRST}(?P<packed>\d{{6,7}}(?:\.\d+)?){_LAST}$")
QUOTES = str.maketrans({"º": "°", "˚": "°", "′": "'", "’": "'", "‘": "'", "`": "'", "″": '"', "”": '"', "“": '"'})
WORDS = {"NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "DEGREES": "°", "DEG": "°", "MINUTES": "'", "MIN": "'",
         "SECONDS": '"', "SEC": '"'}  # fmt: skip

HOW = {
    "latitude": "write it as 36.51234, or as 36-30-44.4 N",
    "longitude": "write it as -84.21234, or as 84-12-44.4 W",
}


@dataclass(frozen=True)
class Coordinate:
    """One coordinate in signed degrees. stated: whether a sign or a hemisphere letter was written."""

    degrees: float
    stated: bool


def parse_coordinate(written: str, axis: str) -> Coordinate:
    """Degrees north (axis ``latitude``) or east (``longitude``) from any usual notation.

    CellError with reason and mend: no coordinate, minutes or seconds of 60 or more, sign against hemisphere,
    a hemisphere of the other axis, more than 90° or 180°.
    """
    if PLAIN.match(written):
        degrees = float(written)
        _check_limit(abs(degrees), axis)
        return Coordinate(degrees, stated=written[0] in "+-")
    plain = tidy(written).translate(QUOTES).translate(MINUS).upper()
    for word, sign in WORDS.items():
        plain = re.sub(rf"(?<![A-Z]){word}(?![A-Z])\.?", sign, plain)
    plain = LETTERED.sub(lambda part: f"{part[1]}°{part[2]}'" + (f'{part[3]}"' if part[3] else ""), plain)
    match = DECIMAL.match(plain) or SEXAGESIMAL.match(plain) or PACKED.match(plain)
    if not match:
        comma = re.fullmatch(r"[+-]?\d{1,3},\d+", plain)
        raise CellError(f"this is not a {axis}", "write a point before the decimals" if comma else HOW[axis])
    degrees = _magnitude(match.groupdict(), axis)
    return _with_sign(degrees, match.groupdict(), axis)


def _magnitude(part: dict[str, str | None], axis: str) -> float:
    if packed := part.get("packed"):
        whole, _, fraction = packed.partition(".")
        part = {"deg": whole[:-4], "min": whole[-4:-2], "sec": f"{whole[-2:]}.{fraction or 0}"}
    minutes, seconds = float(part.get("min") or 0), float(part.get("sec") or 0)
    if minutes >= 60 or seconds >= 60:
        raise CellError("minutes and seconds are below 60", "correct it, or write decimal degrees")
    degrees = float(part["deg"] or 0) + minutes / 60 + seconds / 3600
    _check_limit(degrees, axis)
    return degrees


def _check_limit(degrees: float, axis: str) -> None:
    limit = 90 if axis == "latitude" else 180
    if degrees > limit:
        raise CellError(f"a {axis} lies within {limit} degrees", f"correct the {axis}, or exchange the two columns")


def _with_sign(degrees: float, part: dict[str, str | None], axis: str) -> Coordinate:
    letters = {letter for letter in (part.get("first"), part.get("last")) if letter}
    if len(letters) > 1:
        raise CellError("it names two hemispheres", "write one of N, S, E, W")
    sign = part.get("sign")
    if not letters:
        return Coordinate(-degrees if sign == "-" else degrees, stated=sign is not None)
    letter = letters.pop()
    if letter not in ("NS" if axis == "latitude" else "EW"):
        raise CellError(f"{letter} is no hemisphere of a {axis}", "exchange latitude and longitude")
    if sign == "-":
        raise CellError(f"it has both a minus sign and the letter {letter}", "write one of the two")
    return Coordinate(-degrees if letter in "SW" else degrees, stated=True)


def parse_position(latitude: Cell, longitude: Cell) -> tuple[float, float]:
    """(longitude, latitude) in degrees; CellError where the pair cannot be right, a note where it is doubtful."""
    if _looks_projected(latitude.text) or _looks_projected(longitude.text):
        raise CellError(
            "these are metres or feet of a projection, not degrees", "give latitude and longitude in degrees"
        )
    if _looks_exchanged(latitude.text, longitude.text):
        raise CellError(
            "latitude and longitude look exchanged: this way round the place is not on the globe or not in the "
            "United States, the other way round it is",
            "exchange the two columns",
        )
    lat, lon = parse_coordinate(latitude.text, "latitude"), parse_coordinate(longitude.text, "longitude")
    if lat.degrees == 0 and lon.degrees == 0:
        raise CellError("0, 0 is what programs write where they know no position", "empty both cells")
    if in_united_states(lon.degrees, lat.degrees):
        return lon.degrees, lat.degrees
    if lon.degrees > 0 and in_united_states(-lon.degrees, lat.degrees):
        raise CellError(
            "the longitude lies east of Greenwich; the minus sign or the W seems forgotten",
            f"write -{longitude.text.lstrip('+')} or {longitude.text.lstrip('+')} W",
        )
    if lon.degrees >= 0 or lat.degrees <= 0:
        raise CellError("the position is not in the United States", "check latitude, longitude and their signs")
    latitude.note(
        f"{lat.degrees:.5f}, {lon.degrees:.5f} lies outside the United States and its territories",
        "check latitude and longitude",
    )
    return lon.degrees, lat.degrees


def parse_pair(cell: Cell) -> tuple[float, float]:
    """(longitude, latitude) from one cell that holds latitude, then longitude."""
    parts = [part for part in re.split(r"\s*[,;/]\s*", cell.text) if part]
    if len(parts) == 1:
        lettered = re.match(r"^(.*[NS])\s*(.*[EW])$|^([NS].*?)\s*([EW].*)$", cell.text, re.I)
        parts = [part for part in lettered.groups() if part] if lettered else re.split(r"\s+", cell.text)
    if len(parts) != 2:
        raise CellError("this is not one latitude and one longitude", "write them as 36.51234, -84.21234")
    latitude, longitude = Cell(parts[0], notes=cell.notes), Cell(parts[1], notes=cell.notes)
    return parse_position(latitude, longitude)


def in_united_states(longitude_deg: float, latitude_deg: float) -> bool:
    """Whether a position may be in a state, territory or possession."""
    return any(w <= longitude_deg <= e and s <= latitude_deg <= n for w, s, e, n in UNITED_STATES)


def _plain_number(written: str) -> float | None:
    plain = tidy(written).translate(MINUS)
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", plain) if "." in plain else plain
    try:
        return float(plain)
    except ValueError:
        return None


def _looks_projected(written: str) -> bool:
    number = _plain_number(written)
    if number is None or abs(number) <= 1000:
        return False
    return not PACKED.match(tidy(written)) or number < 0


def _looks_exchanged(latitude: str, longitude: str) -> bool:
    if re.search(r"[EW]", latitude.upper().replace("DEG", "").replace("SEC", "")) and re.search(
        r"[NS](?![A-Z])", longitude.upper()
    ):
        return True
    lat, lon = _plain_number(latitude), _plain_number(longitude)
    if lat is None or lon is None:
        return False
    return in_united_states(lat, lon) and not in_united_states(lon, lat)
