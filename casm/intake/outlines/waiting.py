"""An uploaded file that waits to be looked at and taken: an hour at most, for who uploaded it alone."""

import hashlib
import json
import os
import re
import secrets
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from casm.errors import CasmError

LONGEST_WAIT_S = 3600
MOST_WAITING = 50
KEY = re.compile(r"[A-Za-z0-9_-]{32}")
GONE = CasmError("The file is not waiting any more, or it was somebody else's.", "upload it again")


@dataclass(frozen=True)
class Waiting:
    """A file that waits. key: what its next request names it by."""

    key: str
    file_name: str
    content: bytes


def keep(actor: str, file_name: str, content: bytes) -> Waiting:
    """Have a file wait; what has waited too long goes. CasmError when too many wait."""
    folder = _folder()
    _sweep(folder)
    if sum(1 for _ in folder.glob("*.json")) >= MOST_WAITING:
        raise CasmError("Too many files wait to be looked at.", "try again in an hour")
    key = secrets.token_urlsafe(24)
    name = _name(key)
    (folder / f"{name}.bin").write_bytes(content)
    (folder / f"{name}.json").write_text(json.dumps({"actor": actor, "file_name": file_name}), encoding="utf-8")
    return Waiting(key, file_name, content)


def fetch(actor: str, key: str) -> Waiting:
    """The file of a key; CasmError alike when there is none and when it is somebody else's."""
    if not KEY.fullmatch(key):
        raise GONE
    folder = _folder()
    _sweep(folder)
    try:
        told = json.loads((folder / f"{_name(key)}.json").read_text(encoding="utf-8"))
        content = (folder / f"{_name(key)}.bin").read_bytes()
    except FileNotFoundError:
        raise GONE from None
    if told["actor"] != actor:
        raise GONE
    return Waiting(key, told["file_name"], content)


def let_go(key: str) -> None:
    """The file was taken, and need not wait any more."""
    if KEY.fullmatch(key):
        for ending in ("json", "bin"):
            (_folder() / f"{_name(key)}.{ending}").unlink(missing_ok=True)


def _name(key: str) -> str:
    """What a key's files are called: whoever reads the folder's list learns no key."""
    return hashlib.sha256(key.encode()).hexdigest()


def _folder() -> Path:
    """A folder of this program's user alone; CasmError where somebody else has made it."""
    folder = Path(tempfile.gettempdir()) / f"casm-outlines-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or folder.is_symlink():
        raise CasmError(f"The folder {folder} is open to others.", "delete it")
    return folder


def _sweep(folder: Path) -> None:
    now = time.time()
    for one in folder.iterdir():
        with suppress(FileNotFoundError):
            if now - one.stat().st_mtime > LONGEST_WAIT_S:
                one.unlink()
