"""Delimited text as it comes: encoding, separators, quotes, line breaks in cells; whatever is broken is said."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from casm.errors import CasmError
from casm.intake.problem import ERROR, NOTE, Problem

LARGEST_FILE_BYTES = 2_000_000_000
LONGEST_CELL = 8_000_000
MOST_COLUMNS = 2_000
# A quotation mark that is not closed within so many lines was never meant to open anything.
MOST_LINES_IN_A_ROW = 2_000
LOOK_BYTES = 1 << 20
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True)
class Record:
    """One row of the file. number: as a spreadsheet counts it. fault: why it cannot be read, or None."""

    number: int
    cells: list[str]
    fault: tuple[str, str] | None = None


@dataclass
class DelimitedFile:
    """A file of delimited text. notes: what was found about the file as a whole, filled while it is opened."""

    path: Path
    name: str
    encoding: str = ""
    delimiter: str = ""
    notes: list[Problem] = field(default_factory=list)
    stream: BinaryIO | None = None

    @property
    def bytes_read(self) -> int:
        """How far into the file the reading is, in bytes."""
        return self.stream.tell() if self.stream and not self.stream.closed else 0

    def records(self) -> Iterator[Record]:
        """Every row, blank and title rows included."""
        with self.path.open("rb") as stream:
            self.stream = stream
            yield from split_records(_lines(stream, self.encoding), self.delimiter)

    def note(self, severity: str, row: int | None, reason: str, mend: str, value: str | None = None) -> Problem:
        """A finding about the file."""
        return Problem(severity, self.name, row, None, value, reason, mend)


def open_delimited(
    path: Path, name: str, *, encoding: str | None = None, delimiter: str | None = None
) -> DelimitedFile:
    """Look at a file and settle how it is to be read; CasmError for what is no text at all."""
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTES:
        raise CasmError(
            f"{name} has {size / 1e9:.1f} GB.", f"split it into parts of at most {LARGEST_FILE_BYTES:,} bytes"
        )
    file = DelimitedFile(path, name)
    with path.open("rb") as stream:
        head = stream.read(LOOK_BYTES)
    file.encoding = encoding or _encoding_of(path, head, file)
    try:
        codecs.lookup(file.encoding)
    except LookupError:
        raise CasmError(f"{file.encoding!r} is no encoding.", "use utf-8, utf-16, cp1252 or latin-1") from None
    if delimiter is not None and delimiter not in DELIMITERS:
        raise CasmError(f"{delimiter!r} is no delimiter.", "use a comma, semicolon, tab or pipe")
    file.delimiter = delimiter or _delimiter_of(head.decode(file.encoding, errors="replace"))
    return file


def _encoding_of(path: Path, head: bytes, file: DelimitedFile) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if (guess := _wide(head)) is not None:
        file.notes.append(file.note(NOTE, None, f"the file is in {guess} without a byte order mark", "nothing to do"))
        return guess
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")):
        raise CasmError(f"{file.name} is no text file.", "save the sheet as CSV (UTF-8) and import that")
    bad_byte = _first_byte_not_utf8(path)
    if bad_byte is None:
        return "utf-8"
    encoding = "cp1252" if not _has_undefined_cp1252(path) else "latin-1"
    shown = "Windows-1252" if encoding == "cp1252" else "Latin-1"
    file.notes.append(
        file.note(
            NOTE, None, f"the file is not in UTF-8 (byte {bad_byte:,}); it is read as {shown}",
            "look at names with accents and marks, and save the file as UTF-8 if they are wrong",
        )
    )  # fmt: skip
    return encoding


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: text in English has a zero in every second byte."""
    sample = head[:4096]
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _first_byte_not_utf8(path: Path) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = 0
    with path.open("rb") as stream:
        while block := stream.read(LOOK_BYTES):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return before + error.start
            before += len(block)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return before
    return None


def _has_undefined_cp1252(path: Path) -> bool:
    undefined = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    with path.open("rb") as stream:
        while block := stream.read(LOOK_BYTES):
            if any(byte in block for byte in undefined):
                return True
    return False


def _delimiter_of(text: str) -> str:
    """The delimiter under which most rows have the same number of cells, several of them."""
    lines = _whole_lines(text + "\n")[0][:200]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(record.cells) for record in split_records(iter(lines), delimiter) if any(record.cells)]
        if not widths:
            continue
        common = max(set(widths), key=widths.count)
        agreeing = widths.count(common) / len(widths)
        score = agreeing * min(common, 50) if common > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Physical lines with their ends; bytes that the encoding does not know become U+FFFD, to be reported."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = ""
    while block := stream.read(LOOK_BYTES):
        rest += decoder.decode(block)
        lines, rest = _whole_lines(rest)
        yield from lines
        if len(rest) > LONGEST_CELL:
            raise CasmError(
                f"A line of the file is longer than {LONGEST_CELL:,} characters.", "check that it is a table in text"
            )
    rest += decoder.decode(b"", final=True)
    lines, rest = _whole_lines(rest + "\n" if rest else "")
    yield from lines


def _whole_lines(text: str) -> tuple[list[str], str]:
    """Lines that have ended, and what follows; a carriage return at the very end may be half of a line break."""
    held = ""
    if text.endswith("\r"):
        text, held = text[:-1], "\r"
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = plain.split("\n")
    return [line + "\n" for line in lines[:-1]], lines[-1] + held


class _Source:
    """Lines that can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.returned: list[str] = []

    def take(self) -> str | None:
        if self.returned:
            return self.returned.pop()
        return next(self.lines, None)

    def give_back(self, lines: list[str]) -> None:
        self.returned.extend(reversed(lines))


def split_records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """Rows of cells. A row that cannot be read has a fault, and reading goes on with the line after it."""
    source = _Source(lines)
    number = 0
    while (line := source.take()) is not None:
        number += 1
        if '"' not in line:
            yield _checked(Record(number, line[:-1].split(delimiter)))
            continue
        yield _checked(_quoted(source, line, number, delimiter))


def _quoted(source: _Source, line: str, number: int, delimiter: str) -> Record:
    """A row with quotation marks, which may go on over several lines."""
    used: list[str] = []

    def pull() -> Iterator[str]:
        used.append(line)
        yield line
        while len(used) < MOST_LINES_IN_A_ROW and (more := source.take()) is not None:
            used.append(more)
            yield more

    try:
        cells = next(csv.reader(pull(), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as error:
        source.give_back(used[1:])
        if "unexpected end" in str(error) or "field larger" in str(error) or isinstance(error, StopIteration):
            reason = "a quotation mark opens a cell and nothing closes it"
        else:
            reason = "a quotation mark stands where it may not"
        mend = 'put the whole cell in quotation marks, and write "" for a mark in its text'
        return Record(number, [line.rstrip("\n")], (reason, mend))
    return Record(number, cells)


def _checked(record: Record) -> Record:
    if record.fault:
        return record
    text = "".join(record.cells)
    if "\x00" in text:
        return Record(record.number, record.cells, ("the row holds NUL bytes", "remove them, or export the file again"))
    if "\ufffd" in text:
        fault = ("the row holds bytes that are no text in the file's encoding", "save the file as UTF-8")
        return Record(record.number, record.cells, fault)
    if len(record.cells) > MOST_COLUMNS:
        fault = (f"the row has {len(record.cells):,} cells", "check its separators")
        return Record(record.number, record.cells[:10], fault)
    return record


def is_blank(record: Record) -> bool:
    """Whether the row has no text in any cell."""
    return record.fault is None and not any(cell.strip() for cell in record.cells)


def fault_problem(name: str, record: Record) -> Problem:
    """The problem of a row that cannot be read."""
    assert record.fault is not None
    return Problem(ERROR, name, record.number, None, record.cells[0] if record.cells else None, *record.fault)
