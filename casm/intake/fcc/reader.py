"""Licence files as a reader that the import iterates: its rows, how far it is, and what became of each record."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from casm.intake.fcc.archive import Download, is_download, open_download
from casm.intake.fcc.known import Known, known_places
from casm.intake.fcc.outcome import Outcome
from casm.intake.fcc.read import read_download
from casm.intake.fcc.tally import READ, Tally
from casm.intake.row import ParsedRow, StreamItem

READER = "fcc"
# Reading the files takes about a fifth of the time that storing their rows takes.
READING_SHARE = 0.2
# Record types that make a row each; a segment makes a path row and, mostly, its share of a link.
ROWS_OF_RECORD = {"HD": 1, "LO": 1, "AN": 1, "SG": 2}

__all__ = ["READER", "LicenceReader", "is_download", "open_licences"]


@dataclass
class LicenceReader:
    """FCC licence files being read for one owner. Iterate it once for its rows."""

    download: Download
    owner_code: str
    known: Known
    outcome: Outcome = field(default_factory=Outcome)
    rows_made: int = 0
    finished: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files on disk that are read (one, for an archive): what the import's file hash covers."""
        return tuple(dict.fromkeys(file.path for file in self.download.files))

    @property
    def tally(self) -> Tally:
        """What became of every record, by record type; complete once the iteration has ended."""
        return self.outcome.tally

    @property
    def byte_count(self) -> int:
        """Bytes in all files of records, unpacked."""
        return sum(file.byte_count for file in self.download.files)

    @property
    def bytes_read(self) -> int:
        """How far the work is, in bytes of byte_count: reading the files, then making their rows."""
        if self.finished:
            return self.byte_count
        expected = sum(
            number * self.tally.counts[record_type][READ] for record_type, number in ROWS_OF_RECORD.items()
        )
        made = min(self.rows_made / expected, 1.0) if expected else 0.0
        read_bytes = min(self.outcome.bytes_read, self.byte_count)
        return int(read_bytes * READING_SHARE + self.byte_count * made * (1.0 - READING_SHARE))

    def __iter__(self) -> Iterator[StreamItem]:
        for item in read_download(self.download, self.owner_code, self.known, self.outcome):
            self.rows_made += isinstance(item, ParsedRow)
            yield item
        self.finished = True


def open_licences(path: Path, owner_code: str, session: Session, owner_id: uuid.UUID) -> LicenceReader:
    """A reader of a folder, zip archive or single .dat file, which knows what the owner's inventory already holds.

    CasmError when there is nothing to read. The session is used now, and not while the rows are read.
    """
    return LicenceReader(open_download(path), owner_code, known_places(session, owner_id))
