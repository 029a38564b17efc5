"""Texts, yes and no, dates, lists and the field's own terms, as people write them."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from casm.intake.cell import Cell, CellError, Parser, is_unknown, tidy

LONGEST_TEXT = 10_000

YES = frozenset({"yes", "y", "true", "t", "1", "x", "✓", "✔", "on"})
NO = frozenset({"no", "n", "false", "f", "0", "off"})

# 128 bits or more in hexadecimal: the length of a key. A GUID's hyphens tell it apart.
KEY_MATERIAL = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[ :]?){16,}(?![0-9A-Fa-f-])")

ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
YEAR_FIRST = re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})(?: .*)?$")
US_DATE = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: \d{1,2}:\d{2}.*)?$")
TWO_DIGIT_YEAR = re.compile(r"^\d{1,2}[/-]\d{1,2}[/-]\d{2}$|^\d{1,2}-[A-Za-z]{3,9}-\d{2}$")
NAMED_MONTH = ("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%B-%Y")
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


def refuse_key_material(text: str) -> None:
    """CellError, without the text, for anything as long as an encryption key in hexadecimal."""
    if KEY_MATERIAL.search(text):
        raise CellError(
            "this looks like the material of an encryption key, which must never be in a record",
            "remove it from the file, and write the key's number (CKR or SLN) only",
            secret=True,
        )


def text(cell: Cell) -> str:
    """Plain text, at most 10,000 characters."""
    if len(cell.text) > LONGEST_TEXT:
        raise CellError(f"the text is {len(cell.text):,} characters long", f"shorten it to {LONGEST_TEXT:,}")
    refuse_key_material(cell.text)
    return cell.text


def code(cell: Cell) -> str:
    """Text that a spreadsheet may have turned into a number: 1234567.0 is 1234567."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text(cell))


def call_sign(cell: Cell) -> str:
    """A call sign, upper case; several stay as they are written."""
    return text(cell).upper()


def yes_no(cell: Cell) -> bool:
    """Yes or no."""
    word = cell.text.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellError("this is neither yes nor no", "write yes or no, or leave it empty if it is not known")


def day(cell: Cell) -> date:
    """A date: 2026-11-22, 11/22/2026 (month first), Nov 22, 2026 or 22-Nov-2026."""
    written = cell.text
    if TWO_DIGIT_YEAR.match(written):
        raise CellError("the year has two digits, so the century is not said", "write the year with four digits")
    if match := ISO_DATE.match(written) or YEAR_FIRST.match(written):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := US_DATE.match(written):
        month, day_of_month = int(match[1]), int(match[2])
        if month > 12 >= day_of_month:
            raise CellError(
                "read month first, as is usual in the United States, there is no such month",
                "write it as 2026-11-22 or as month/day/year",
            )
        found = _day(int(match[3]), month, day_of_month)
        if day_of_month <= 12 and month != day_of_month:
            cell.note(
                f"{written} is read month first, as {found:%B} {found.day}, {found.year}; so are others of the column",
                "write dates as 2026-11-22 if that is not meant",
                topic="month first",
            )
        return found
    for form in NAMED_MONTH:
        try:
            parsed = datetime.strptime(written.replace(".", ""), form)
        except ValueError:
            continue
        return _day(parsed.year, parsed.month, parsed.day)
    if re.fullmatch(r"\d{5}(\.\d+)?", written):
        raise CellError(
            "this is a spreadsheet's day number, not a date", "format the column as a date and export it again"
        )
    raise CellError("this is not a date", "write it as 2026-11-22 or 11/22/2026")


def _day(year: int, month: int, day_of_month: int) -> date:
    try:
        found = date(year, month, day_of_month)
    except ValueError:
        raise CellError("there is no such day", "write it as 2026-11-22 or 11/22/2026") from None
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise CellError(f"the year {year} cannot be meant", "correct the year")
    return found


def elements(cell_text: str, separators: str = ";") -> list[str]:
    """The elements of a list cell, unknown ones left out, order kept, each once."""
    parts = re.split(f"[{re.escape(separators)}\n]", cell_text)
    return list(dict.fromkeys(part for part in map(tidy, parts) if not is_unknown(part)))


def texts(cell: Cell) -> list[str]:
    """A list of texts, ; between them."""
    refuse_key_material(cell.text)
    return elements(cell.text)


def folded(word: str) -> str:
    """A term without case, and with spaces for - _ / and dots."""
    return tidy(re.sub(r"[-_/.,()]+", " ", word)).casefold()


def choice(terms: tuple[str, ...], synonyms: Mapping[str, str]) -> Parser:
    """A parser of one of the field's terms or their synonyms (given folded)."""
    known = {folded(term): term for term in terms} | dict(synonyms)

    def parse(cell: Cell) -> str:
        found = known.get(folded(cell.text))
        if found is None:
            raise CellError("this is none of the known terms", f"use one of: {', '.join(terms)}")
        return found

    return parse


def choices(terms: tuple[str, ...], synonyms: Mapping[str, tuple[str, ...]]) -> Parser:
    """A parser of a list of the field's terms; ; or , between them; a synonym may stand for several."""
    known = {folded(term): (term,) for term in terms} | dict(synonyms)

    def parse(cell: Cell) -> list[str]:
        whole = known.get(folded(cell.text))
        found: list[str] = list(whole or ())
        for part in () if whole else elements(cell.text, ";,"):
            if folded(part) not in known:
                raise CellError(f"{part!r} is none of the known terms", f"use, with ; between: {', '.join(terms)}")
            found.extend(known[folded(part)])
        return list(dict.fromkeys(found))

    return parse
