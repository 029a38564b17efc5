"""Files that leave: whole or not there, and never without their mark."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from casm.exchange.atomic import atomic_write
from casm.exchange.marking import Marking


@contextmanager
def marked_file(path: Path, marking: Marking) -> Iterator[BinaryIO]:
    """Open a file that takes its name only once it is on disk and bears the mark given, as casm.exchange.marking.mark
    made it of the rows written.

    Every writer of a format writes through here; one that forgets the mark ends in a RuntimeError and leaves no file.
    Otherwise as atomic_write.
    """
    with atomic_write(path) as stream:
        yield stream
        stream.flush()
        if not holds(stream, marking.label.encode("ascii")):
            raise RuntimeError(f"{path.name} was to bear {marking.label}, and does not")


def holds(stream: BinaryIO, wanted: bytes) -> bool:
    """Whether a file that is being written holds these bytes already."""
    if stream.tell() == 0:
        return False
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as written:
        return written.find(wanted) >= 0
