"""Records out of a .dat file: put together where a field holds a line break, and refused where the width is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from casm.intake.fcc.layout import FIELD_COUNTS, POSITIONS

DELIMITER = "|"
# No field of a licence record is longer than 255 characters and no record wider than 59 fields.
MAX_LINE_BYTES = 64 * 1024
MAX_RECORD_LINES = 200
UTF8_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_START = re.compile(rf"(?:{'|'.join(FIELD_COUNTS)})\|\d{{1,12}}\|")
_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its type, the line it begins on (from 1), its fields as written, and lines joined to make it."""

    record_type: str
    file: str
    row: int
    fields: tuple[str, ...]
    lines: int = 1
    has_nul: bool = False

    @property
    def byte_count(self) -> int:
        """Bytes of the file it takes, its line ending included."""
        return sum(map(len, self.fields)) + len(self.fields) + 1

    def text(self, column: str) -> str | None:
        """A field by its column name, spaces trimmed; None where it is empty or the edition lacks the column."""
        position = POSITIONS[self.record_type][column]
        if position >= len(self.fields):
            return None
        return self.fields[position].strip() or None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a file that is no record: where it begins, how it begins, and why it cannot be taken."""

    record_type: str
    file: str
    row: int
    excerpt: str
    reason: str
    mend: str

    @property
    def byte_count(self) -> int:
        """Bytes of the file that its excerpt takes: what is known of it."""
        return len(self.excerpt)


def read_records(stream: IO[bytes], file: str, record_type: str) -> Iterator[Record | Fragment]:
    """Every record of a file and every piece that is none, in order; blank lines between records are nothing.

    stream: bytes in Latin-1, lines ended by CRLF or LF. A line that does not begin a record continues the one
    before it: a field held a line break, kept as one. Reading is line by line; a piece is bounded in size.
    """
    block: list[str] = []
    first_row = 0
    too_long = False
    for row, (line, whole) in enumerate(_lines(stream), start=1):
        starts = _START.match(line) is not None or line.startswith(record_type + DELIMITER)
        if starts or len(block) >= MAX_RECORD_LINES:
            yield from _of_block(block, first_row, file, record_type, too_long=too_long)
            block, first_row, too_long = [], row, False
        if not block:
            first_row = row
        if block or line.strip():
            block.append(line)
        too_long = too_long or not whole
    yield from _of_block(block, first_row, file, record_type, too_long=too_long)


def _lines(stream: IO[bytes]) -> Iterator[tuple[str, bool]]:
    """Lines without their ending, and whether each is whole: a line over the limit is cut off there."""
    first = True
    while raw := stream.readline(MAX_LINE_BYTES):
        if first:
            raw = raw.removeprefix(UTF8_BYTE_ORDER_MARK)
            first = False
        whole = raw.endswith(b"\n") or len(raw) < MAX_LINE_BYTES
        yield raw.rstrip(b"\r\n").decode("latin-1").replace("\r", "\n"), whole
        if not whole:
            while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass


def _of_block(
    block: list[str], first_row: int, file: str, file_type: str, *, too_long: bool
) -> Iterator[Record | Fragment]:
    """The record that a run of lines makes, then what is left over of the run."""
    while block and not block[-1].strip():
        block.pop()
    if not block:
        return
    begins = _START.match(block[0]) is not None or block[0].startswith(file_type + DELIMITER)
    record_type = block[0][:2] if begins else file_type
    excerpt = block[0][:_EXCERPT]
    if too_long:
        yield Fragment(
            record_type, file, first_row, excerpt, f"a line is longer than {MAX_LINE_BYTES} characters",
            "check the file: licence records are short lines of text",
        )  # fmt: skip
        return
    if not begins:
        yield Fragment(
            record_type, file, first_row, excerpt,
            f"{len(block)} line(s) that belong to no record" if len(block) > 1 else "a line that belongs to no record",
            f"a record begins with its type and system identifier, as {file_type}|123456|",
        )  # fmt: skip
        return
    used = _lines_of_record(block, FIELD_COUNTS[record_type])
    if used is None:
        width = 1 + sum(line.count(DELIMITER) for line in block)
        expected = " or ".join(map(str, FIELD_COUNTS[record_type]))
        yield Fragment(
            record_type, file, first_row, excerpt, f"{record_type} record of {width} fields, not {expected}",
            "compare with the FCC's record layout; a pipe inside a text or a cut line gives a wrong count",
        )  # fmt: skip
        return
    text = "\n".join(block[:used])
    fields = tuple(text.replace("\x00", " ").split(DELIMITER))
    yield Record(record_type, file, first_row, fields, used, "\x00" in text)
    rest_row = first_row + used
    rest = block[used:]
    while rest and not rest[0].strip():
        rest.pop(0)
        rest_row += 1
    yield from _of_block(rest, rest_row, file, file_type, too_long=False)


def _lines_of_record(block: list[str], widths: tuple[int, ...]) -> int | None:
    """How many lines, from the first, make a record of a known width: the fewest; None when no number does."""
    width = 1
    for used, line in enumerate(block, start=1):
        width += line.count(DELIMITER)
        if width in widths:
            return used
    return None
