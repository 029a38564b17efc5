"""The backup file: a zip of the database's dump and a manifest that says what must come out of it again."""

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from casm.db.create import sync_folder
from casm.errors import CasmError

DUMP = "database.dump"
MANIFEST = "manifest.json"
FORMAT = 1
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: when (UTC), from which versions, its dump's SHA-256 and size, rows per table."""

    format: int
    made_at: str
    schema_revision: str | None
    postgresql: int
    postgis: str
    dump_sha256: str
    dump_bytes: int
    rows: dict[str, int]


class ArchiveWriter:
    """Takes the dump as it comes, counting and hashing it; then the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.digest = hashlib.sha256()
        self.size_bytes = 0

    def write_dump(self, source: IO[bytes], advance: Callable[[int], object]) -> None:
        """Copy the dump to its end, telling how many bytes came each time."""
        with self.archive.open(DUMP, "w", force_zip64=True) as member:
            while chunk := source.read(CHUNK_BYTES):
                self.digest.update(chunk)
                self.size_bytes += len(chunk)
                member.write(chunk)
                advance(len(chunk))

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest as readable JSON."""
        self.archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2, ensure_ascii=False))


@contextlib.contextmanager
def new_archive(target: Path) -> Iterator[ArchiveWriter]:
    """Write a backup under a temporary name; it gets its own only when whole and on the disk.

    The file is closed to other users: it holds everything.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            # The dump is compressed already.
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                yield ArchiveWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sweep_parts(folder: Path) -> None:
    """Delete unfinished backups of programs that are gone (their process id is in the name)."""
    for part in folder.glob(".*.part"):
        pid = part.name.removesuffix(".part").rpartition(".")[2]
        if pid.isdigit() and not Path("/proc", pid).exists():
            part.unlink(missing_ok=True)


def read_manifest(file: Path) -> Manifest:
    """Read and check a backup's manifest; CasmError when the file is no whole backup."""
    try:
        with zipfile.ZipFile(file) as archive:
            values = json.loads(archive.read(MANIFEST))
            if values["format"] > FORMAT:
                raise CasmError(f"{file} was written by a newer casm.", "install that version to restore it")
            manifest = Manifest(**values)
            if archive.getinfo(DUMP).file_size != manifest.dump_bytes:
                raise ValueError("size")
            return manifest
    except FileNotFoundError:
        raise CasmError(f"There is no file {file}.", "casm db backup makes one") from None
    except PermissionError:
        raise CasmError(f"{file} is closed to this user.", "run casm as the user who made it") from None
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError):
        raise CasmError(f"{file} is not a whole backup made by casm.", "use another backup") from None


def check_digest(file: Path, manifest: Manifest) -> None:
    """Read the dump to its end; CasmError when a single bit has changed."""
    digest = hashlib.sha256()
    try:
        for chunk in dump_chunks(file):
            digest.update(chunk)
    except (zipfile.BadZipFile, OSError):
        digest = hashlib.sha256()
    if digest.hexdigest() != manifest.dump_sha256:
        raise CasmError(f"{file} is damaged: its contents do not match their SHA-256.", "use another backup")


def dump_chunks(file: Path) -> Iterator[bytes]:
    """The dump in pieces of at most 1 MiB."""
    with zipfile.ZipFile(file) as archive, archive.open(DUMP) as member:
        while chunk := member.read(CHUNK_BYTES):
            yield chunk
