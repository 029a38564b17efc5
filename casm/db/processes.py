"""Which server process, if any, lives in a data folder: read from /proc, since pid files lie."""

import os
from pathlib import Path

PROC = Path("/proc")


def pid_in_file(data: Path) -> int | None:
    """Process id that postmaster.pid names, None when there is no such file or no number in it."""
    try:
        first = (data / "postmaster.pid").read_text().splitlines()[:1]
        return abs(int(first[0])) if first else None
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """Whether the process exists and is more than a zombie."""
    try:
        # proc(5): the state letter follows the command name, which stands in brackets and may hold any character
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return False
    return state not in "ZX"


def lives_in(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL program working in this very data folder."""
    process = PROC / str(pid)
    try:
        program = os.readlink(process / "exe").removesuffix(" (deleted)")
        return Path(program).name == "postgres" and (process / "cwd").samefile(data)
    except OSError:
        return False


def server_pid(data: Path) -> int | None:
    """Process id of the server running in the data folder, None when none runs."""
    pid = pid_in_file(data)
    if pid and is_alive(pid) and lives_in(pid, data):
        return pid
    return None


def processes_in(data: Path) -> list[int]:
    """Every PostgreSQL process working in the data folder, such as children that outlive a killed server."""
    numbers = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    return [pid for pid in numbers if lives_in(pid, data) and is_alive(pid)]
