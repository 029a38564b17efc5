"""How the project compiles its numeric kernels: one decorator, one cache.

numba checks a cached kernel only against the file the kernel itself stands in, so a change in a file it
calls would go unseen. The cache folder is therefore named after the text of every file that holds kernels.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

PACKAGE = Path(__file__).resolve().parent
KEPT_CACHES = 3


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of numbers and arrays to machine code: no GIL, IEEE division, exact arithmetic.

    No fast-math: published reference figures are met to 1e-9 dB only in the written order of operations.
    """
    return numba.njit(cache=_CACHED, nogil=True, error_model="numpy")(function)


def _fingerprint() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(PACKAGE.rglob("*.py")):
        text = source.read_bytes()
        if b"geo.compiled import" in text:
            digest.update(source.relative_to(PACKAGE).as_posix().encode() + text)
    return digest.hexdigest()[:16]


def _writable_cache_folder() -> Path | None:
    """A cache folder only this user writes to, beside the package or in the user's own cache; else None."""
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for base in (PACKAGE / "__pycache__" / "kernels", user_cache / "casm" / "kernels"):
        folder = base / _fingerprint()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            _forget_old_caches(base)
            return folder
    return None


def _forget_old_caches(base: Path) -> None:
    folders = sorted(base.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in folders[KEPT_CACHES:]:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare_cache() -> bool:
    if os.environ.get("NUMBA_CACHE_DIR"):
        return True
    folder = _writable_cache_folder()
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)
    return folder is not None


_CACHED = _prepare_cache()
