"""Squelch as the field writes it: CSQ, a CTCSS tone, a DCS code or a P25 NAC, four kinds that are never mixed."""

import re
from dataclasses import dataclass
from decimal import Decimal

from casm.intake.cell import Cell, CellError

_TONES = """
67.0 69.3 71.9 74.4 77.0 79.7 82.5 85.4 88.5 91.5 94.8 97.4 100.0 103.5 107.2 110.9 114.8 118.8 123.0 127.3
131.8 136.5 141.3 146.2 150.0 151.4 156.7 159.8 162.2 165.5 167.9 171.3 173.8 177.3 179.9 183.5 186.2 189.9
192.8 196.6 199.5 203.5 206.5 210.7 213.8 218.1 221.3 225.7 229.1 233.6 237.1 241.8 245.5 250.3 254.1
"""
_CODES = """
006 007 015 017 021 023 025 026 031 032 036 043 047 050 051 053 054 065 071 072 073 074 114 115 116 122 125 131
132 134 141 143 145 152 155 156 162 165 172 174 205 212 214 223 225 226 243 244 245 246 251 252 255 261 263 265
266 271 274 306 311 315 325 331 332 343 346 351 356 364 365 371 411 412 413 423 431 432 445 446 452 454 455 462
464 465 466 503 506 516 523 526 532 546 565 606 612 624 627 631 632 654 662 664 703 712 723 731 732 734 743 754
"""
# The tones (Hz) and octal codes that radios offer: those of TIA-603 and the additions in general use.
CTCSS_HZ = frozenset(map(Decimal, _TONES.split()))
DCS_CODES = frozenset(_CODES.split())
CSQ_WORDS = frozenset({"csq", "carrier", "carrier squelch", "none", "no tone", "off", "open", "no pl", "cs"})

FOOTNOTES = re.compile(r"[†‡*]+$")
TONE = re.compile(r"^(?:pl|ctcss|tpl|tone)?\s*(\d{2,3}(?:\.\d)?\d*)\s*(?:hz|pl)?$", re.I)
DCS = re.compile(r"^(?:d|dcs|dpl|cdcss)\s*[-:]?\s*([0-7]{3})\s*([ni])?$", re.I)
NAC = re.compile(r"^(?:\$|0x|x|nac\s*[:$x]?\s*\$?)\s*([0-9a-f]{1,3})(?:h)?$", re.I)
MEND = "write CSQ, a tone such as 156.7, a DCS code such as D612, or a NAC such as $293"


@dataclass(frozen=True)
class Squelch:
    """One squelch: its kind and the one value that the kind has. dcs_code: three octal digits, N or I if stated."""

    kind: str
    ctcss_hz: Decimal | None = None
    dcs_code: str | None = None
    nac: int | None = None

    def columns(self, side: str) -> dict[str, object]:
        """The channel's columns of one side, rx or tx."""
        return {
            f"{side}_squelch_kind": self.kind,
            f"{side}_ctcss_hz": self.ctcss_hz,
            f"{side}_dcs_code": self.dcs_code,
            f"{side}_nac": self.nac,
        }


def parse_squelch(cell: Cell) -> Squelch:
    """The squelch a cell states; CellError where it could be two things or is none.

    A bare number is a tone only where no DCS code is written the same. cell.unit ``hex`` or ``dec`` marks a column
    of NACs.
    """
    written = cell.text
    if marks := FOOTNOTES.search(written):
        written = written[: marks.start()].strip()
        cell.note(
            f"the footnote mark {marks[0]!r} after the squelch was left out", "put what it means into the remarks"
        )
    if written.casefold() in CSQ_WORDS:
        return Squelch("csq")
    if match := NAC.match(written):
        return Squelch("nac", nac=int(match[1], 16))
    if match := DCS.match(written):
        return _dcs(match[1], (match[2] or "").upper(), cell)
    if match := TONE.match(written):
        return _tone(match[1], written, cell)
    raise CellError("this is no squelch", MEND)


def _dcs(code: str, polarity: str, cell: Cell) -> Squelch:
    if code not in DCS_CODES:
        cell.note(f"{code} is not one of the usual DCS codes", "check it against the radio")
    return Squelch("dcs", dcs_code=code + polarity)


def _tone(digits: str, written: str, cell: Cell) -> Squelch:
    tone_hz = Decimal(digits)
    bare = written == digits and "." not in digits
    if bare and digits in DCS_CODES:
        raise CellError(
            f"{digits} may be a DCS code or a NAC" + (" or a tone" if tone_hz in CTCSS_HZ else ""),
            f"write D{digits} for DCS, ${digits} for a NAC, {digits}.0 for a tone in hertz",
        )
    if bare and tone_hz not in CTCSS_HZ:
        raise CellError(
            f"{digits} is no tone that radios use; it may be a NAC",
            f"write ${digits} for a NAC, or the tone with its decimal",
        )
    if not 60 <= tone_hz <= 260 or tone_hz != tone_hz.quantize(Decimal("0.1")):
        raise CellError(f"{digits} Hz is no tone", MEND)
    if tone_hz not in CTCSS_HZ:
        cell.note(f"{digits} Hz is not one of the usual tones", "check it against the radio")
    return Squelch("ctcss", ctcss_hz=tone_hz.quantize(Decimal("0.1")))
