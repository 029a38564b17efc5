"""Files that are whole or not there: written beside their place and renamed into it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from casm.errors import CasmError


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only once everything is on disk.

    The folder is made where missing. On an error nothing is left behind and an older file stays as it was.
    CasmError when the folder cannot be made or written to.
    """
    make_folder_of(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CasmError(f"{path} cannot be written: {error.strerror}.", "free some space, or choose --out") from error
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def make_folder_of(path: Path) -> None:
    """Make the folder that a file is to be written into, where missing; CasmError when that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> CasmError:
    """What is said of a place that cannot be written to."""
    return CasmError(f"{path} cannot be written: {error.strerror}.", "choose another folder with --out")


def _umask() -> int:
    # The only portable way to read it is to set it; mkstemp's 0600 would keep the file from colleagues.
    mask = os.umask(0)
    os.umask(mask)
    return mask
