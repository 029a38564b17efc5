"""Compare the running environment with a lock file: versions, and each installed file's presence and size.

Usage: .venv/bin/python -I scripts/check_venv.py requirements/casm.lock [NAME ...]
A NAME is a distribution that must be whole as well, in whatever version.
Prints one line a fault on stderr and ends with status 1 if there is any. Reads 15,000 file sizes in half a
second, and no contents.
"""

import importlib.metadata
import re
import sys
from collections.abc import Iterator
from pathlib import Path

REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


def locked_versions(lock: Path) -> dict[str, str]:
    """Map each distribution's name in the lock file to its version."""
    matches = (REQUIREMENT.match(line) for line in lock.read_text(encoding="utf-8").splitlines())
    return {match[1]: match[2] for match in matches if match}


def faults(name: str, version: str | None) -> Iterator[str]:
    """Yield what is wrong with one installed distribution: absent, another version, files gone or cut short.

    A version of None accepts any.
    """
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        yield f"{name} is not installed"
        return
    if version is not None and distribution.version != version:
        yield f"{name} is {distribution.version}, not {version}"
    for file in distribution.files or ():
        # pip records no size for what it makes itself, such as byte code: those may come and go.
        if file.size is None:
            continue
        try:
            size = Path(file.locate()).stat().st_size
        except OSError:
            yield f"{name}: {file} is gone"
            continue
        if size != file.size:
            yield f"{name}: {file} has {size} bytes, not {file.size}"


def main() -> int:
    """Report every fault; the status says whether there was one."""
    lock, *others = sys.argv[1:]
    wanted: dict[str, str | None] = {**locked_versions(Path(lock)), **dict.fromkeys(others)}
    found = [fault for name, version in wanted.items() for fault in faults(name, version)]
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
