"""Turn what PostgreSQL says when it cannot go on into what happened and what mends it."""

import shutil

from casm.db.layout import Layout
from casm.errors import CasmError

FULL_DISK = "No space left on device"


def log_since(layout: Layout, offset: int) -> str:
    """What the server wrote to its log after the offset in bytes, at most the last 64 KiB."""
    try:
        with layout.log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(min(offset, size), size - 65536))
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def start_failure(layout: Layout, offset: int, client_message: str) -> CasmError:
    """Why a start failed, from the server's own log."""
    log = log_since(layout, offset)
    if FULL_DISK in log:
        return full_disk(layout)
    if "authentication failed" in client_message:
        return CasmError(
            f"The database does not accept the passwords in {layout.passwords}.",
            f"put back the file that belongs to this data folder, or casm db stop, delete {layout.passwords} "
            "and casm db start, which sets new passwords",
        )
    if "has invalid permissions" in log:
        return CasmError(
            f"The data folder {layout.data} is open to other users, which PostgreSQL refuses.",
            f"chmod 700 {layout.data}",
        )
    if "has wrong ownership" in log:
        return CasmError(
            f"The data folder {layout.data} belongs to another user than its server.",
            f"chown -R $(stat -c %U {layout.home}) {layout.data}",
        )
    reasons = [line for line in log.splitlines() if "FATAL" in line or "PANIC" in line or "ERROR" in line]
    reason = reasons[-1].strip() if reasons else client_message.strip().splitlines()[-1]
    return CasmError(f"The database server did not start: {reason}", f"look into {layout.log}")


def full_disk(layout: Layout) -> CasmError:
    """The disk is full."""
    free_mb = shutil.disk_usage(layout.home).free / 1e6
    return CasmError(
        f"The disk of {layout.home} is full ({free_mb:.0f} MB left), so the database has stopped. "
        "Everything it had confirmed is kept.",
        "free some space, then run the same command again",
    )
