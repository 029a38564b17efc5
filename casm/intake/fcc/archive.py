"""The .dat files of a licence download: a folder, a zip archive or one file, opened without trusting what it says.

Nothing is ever extracted: members are read as streams, so a name cannot lead anywhere. What comes out of an archive
is counted as it comes, whatever its directory claims.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from casm.errors import CasmError
from casm.intake.fcc.layout import FIELD_COUNTS
from casm.intake.problem import ERROR, NOTE, Problem

MAX_MEMBERS = 1000
# The largest download the FCC makes, land mobile, unpacks to about 4 GB.
MAX_UNPACKED_BYTES = 16 * 2**30
# Pipe-delimited text shrinks to about a tenth; deflate reaches 1032 times on a bomb. Small files are let be.
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 16 * 2**20

# What zipfile raises for a damaged archive, and for a way of packing that no download uses.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


Source = tuple[str, Path, str | None, int]
"""Name of a file, where it or its archive is, its name within the archive, and its size as stated."""


class UnsafeArchive(CasmError):
    """An archive that unpacks to more than any licence download could."""


@dataclass(frozen=True)
class RecordFile:
    """One file of records: its name for messages, the record type its name gives, where it is, its unpacked size."""

    name: str
    record_type: str
    path: Path
    member: str | None = None
    byte_count: int = 0


@dataclass(frozen=True)
class Download:
    """What a folder or archive holds: files of records, and findings about the rest of it."""

    files: tuple[RecordFile, ...]
    problems: tuple[Problem, ...]


def open_download(path: Path) -> Download:
    """The record files in a folder, a zip archive or a single .dat file, in order of name.

    CasmError when there is nothing to read; findings about single members are problems of the download.
    """
    found: list[Source] = []
    problems: list[Problem] = []
    if path.is_dir():
        entries = [entry for entry in sorted(path.iterdir()) if entry.is_file() and entry.name[:1] != "."]
        found = [(entry.name, entry, None, entry.stat().st_size) for entry in entries]
    elif path.is_file() and zipfile.is_zipfile(path):
        found, problems = _members(path)
    elif path.is_file():
        found = [(path.name, path, None, path.stat().st_size)]
    else:
        raise CasmError(f"There is no file or folder {path}.", "check the path")
    files: dict[str, RecordFile] = {}
    for name, where, member, byte_count in found:
        record_type = record_type_of(name)
        if record_type is None:
            problems.append(
                Problem(
                    NOTE, name, None, None, None, "not a file of licence records, so not read",
                    "nothing to do, unless records are in it: then name it after its record type, as HD.dat",
                )
            )  # fmt: skip
        elif record_type in files:
            problems.append(
                Problem(
                    ERROR, name, None, None, None, f"a second file of {record_type} records beside "
                    f"{files[record_type].name}, not read", "import the two downloads one after the other",
                )
            )  # fmt: skip
        else:
            files[record_type] = RecordFile(name, record_type, where, member, byte_count)
    if not files:
        raise CasmError(
            f"{path} holds no FCC licence records.", "name a folder or zip that holds HD.dat, EN.dat, LO.dat and so on"
        )
    return Download(tuple(sorted(files.values(), key=lambda file: file.record_type)), tuple(problems))


def record_type_of(name: str) -> str | None:
    """The record type a file name gives (``HD.dat`` → HD), or None when it is no file of licence records."""
    stem, dot, suffix = PurePosixPath(name).name.partition(".")
    record_type = stem.upper()
    return record_type if dot and suffix.lower() == "dat" and record_type in FIELD_COUNTS else None


def is_download(path: Path) -> bool:
    """Whether a folder, archive or file looks like FCC licence records, by the names in it alone."""
    if path.is_dir():
        return any(record_type_of(entry.name) for entry in path.iterdir())
    if path.is_file() and path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(record_type_of(name) for name in archive.namelist())
    return path.is_file() and record_type_of(path.name) is not None


@contextmanager
def open_records(file: RecordFile) -> Iterator[IO[bytes]]:
    """The bytes of one record file.

    UnsafeArchive while reading, when a member unpacks to more than allowed; CasmError when it is damaged.
    """
    if file.member is None:
        with file.path.open("rb") as stream:
            yield stream
        return
    with ExitStack() as opened:
        try:
            archive = opened.enter_context(zipfile.ZipFile(file.path))
            member: IO[bytes] = archive.open(file.member)
            opened.callback(member.close)
            packed_bytes = archive.getinfo(file.member).compress_size
        except DAMAGE as error:
            raise _damaged(file.name, error) from error
        yield io.BufferedReader(_Counted(member, file.name, packed_bytes), buffer_size=1 << 20)


def _damaged(name: str, error: Exception) -> CasmError:
    return CasmError(f"{name} is damaged inside its archive: {error}.", "download it again")


def _members(path: Path) -> tuple[list[Source], list[Problem]]:
    """Members of an archive that may be read, and findings about those that may not."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise CasmError(f"{path.name} is not a readable zip archive: {error}.", "download it again") from error
    if len(infos) > MAX_MEMBERS:
        raise UnsafeArchive(
            f"{path.name} holds {len(infos)} files; a licence download holds a few dozen.", "download it again"
        )
    found: list[Source] = []
    problems: list[Problem] = []
    for info in sorted(infos, key=lambda each: each.filename):
        if info.is_dir():
            continue
        reason = _why_unsafe(info)
        if reason:
            problems.append(
                Problem(ERROR, info.filename, None, None, None, reason, "download the archive again from the FCC")
            )
        else:
            found.append((PurePosixPath(info.filename).name, path, info.filename, info.file_size))
    return found, problems


def _why_unsafe(info: zipfile.ZipInfo) -> str | None:
    """Why a member is not read, or None."""
    name = PurePosixPath(info.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in info.filename:
        return "the archive gives this file a path outside itself, so it is not read"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "the archive holds a link instead of a file here, so it is not read"
    if info.flag_bits & 0x1:
        return "the file is encrypted, so it cannot be read"
    return None


class _Counted(io.RawIOBase):
    """A member of an archive, refused as soon as it has given more than any licence file could."""

    def __init__(self, stream: IO[bytes], name: str, packed_bytes: int) -> None:
        super().__init__()
        self._stream, self._name = stream, name
        self._given = 0
        self._limit = min(MAX_UNPACKED_BYTES, max(packed_bytes * MAX_RATIO, RATIO_MATTERS_FROM_BYTES))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        try:
            piece = self._stream.read(len(buffer))
        except DAMAGE as error:
            raise _damaged(self._name, error) from error
        self._given += len(piece)
        if self._given > self._limit:
            raise UnsafeArchive(
                f"{self._name} unpacks to more than {self._limit >> 20} MiB, as a zip bomb does.", "download it again"
            )
        buffer[: len(piece)] = piece
        return len(piece)
