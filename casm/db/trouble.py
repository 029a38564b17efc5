"""Turn what PostgreSQL says when it cannot go on into what happened and what mends it."""

import errno
import re
import shutil

import psycopg2

from casm.config import Settings
from casm.db import processes
from casm.db.layout import Layout
from casm.errors import CasmError

FULL_DISK = "No space left on device"
LOG_BYTES = 65536
NOTHING_LEFT_BYTES = 1024 * 1024
FULL_BELOW_BYTES = 24 * 1024 * 1024  # one WAL segment of 16 MiB and half as much again


def log_since(layout: Layout, offset: int = 0) -> str:
    """What the server wrote to its log after the offset in bytes, at most the last 64 KiB."""
    try:
        with layout.log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(min(offset, size), size - LOG_BYTES))
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def start_failure(layout: Layout, offset: int, client_message: str) -> CasmError:
    """Why a start failed, from the server's own log."""
    log = log_since(layout, offset)
    # On a disk without a byte left the server cannot even say so.
    if FULL_DISK in log or shutil.disk_usage(layout.home).free < NOTHING_LEFT_BYTES:
        return full_disk(layout)
    if "authentication failed" in client_message:
        return CasmError(
            f"The database does not accept the passwords in {layout.passwords}.",
            f"put back the file that belongs to this data folder, or: casm db stop; rm {layout.passwords}; "
            "casm db start (it sets new passwords)",
        )
    if "has wrong ownership" in log:
        return CasmError(
            f"The data folder {layout.data} belongs to another user than its server.",
            f"chown -R --reference={layout.home} {layout.data}",
        )
    if "could not map anonymous shared memory" in log:
        return CasmError(
            "This machine has too little memory left for the database.",
            f"end other programs, or lower shared_buffers in {layout.data / 'postgresql.conf'}",
        )
    reasons = [line for line in log.splitlines() if "FATAL" in line or "PANIC" in line]
    reason = reasons[-1].strip() if reasons else one_line(client_message)
    return CasmError(f"The database server did not start: {reason}", f"look into {layout.log}")


def full_disk(layout: Layout) -> CasmError:
    """The disk is full."""
    free_mb = shutil.disk_usage(layout.home).free / 1e6
    return CasmError(
        f"The disk of {layout.home} is full ({free_mb:.0f} MB left), so the database cannot write. "
        "Everything it had confirmed is kept.",
        "free some space, then run the same command again",
    )


def connect_failure(server, error: psycopg2.Error) -> CasmError:
    """Why the database cannot be reached, without the password."""
    reason = one_line(str(error))
    password = server.admin_url.password
    if password:
        reason = reason.replace(str(password), "***")
    if server.embedded and (absent := absent_database(reason)):
        return absent
    if server.embedded:
        return CasmError(f"The embedded database does not answer: {reason}", "casm db stop, then casm db start")
    if isinstance(error, psycopg2.errors.InsufficientPrivilege):
        return CasmError(
            f"There is no database {server.database!r} on that server and this login may not make one.",
            f"have an administrator run: CREATE DATABASE {server.database};",
        )
    return CasmError(
        f"The database of CASM_DATABASE_URL does not answer: {reason}",
        "check the host, port, user, password and database it names, or unset CASM_DATABASE_URL "
        "to use the embedded one",
    )


def absent_database(reason: str) -> CasmError | None:
    """What to do when the server runs and the database asked of it was never made; None for other reasons."""
    absent = re.search(r'database "([^"]+)" does not exist', reason)
    return CasmError(f"There is no database {absent[1]} yet.", "casm db start makes it") if absent else None


def explain(error: BaseException, settings: Settings) -> CasmError | None:
    """Say what a database or disk error met anywhere in the program means; None when it is no such error.

    Takes psycopg2's errors, SQLAlchemy's wrapping of them, and a full disk met by the program itself.
    """
    if isinstance(error, OSError):
        return full_file(error) if error.errno == errno.ENOSPC else None
    cause = getattr(error, "orig", error)
    if not isinstance(cause, psycopg2.Error):
        return None
    layout = Layout(settings.data_dir)
    embedded = settings.database_url is None
    if isinstance(cause, psycopg2.errors.DiskFull):
        return full_disk(layout) if embedded else full_elsewhere()
    if not isinstance(cause, (psycopg2.OperationalError, psycopg2.InterfaceError)) or cause.pgcode:
        return None
    if not embedded:
        return CasmError(
            "The connection to the database of CASM_DATABASE_URL was lost.",
            "check that server, then run the same command again; what was confirmed is kept",
        )
    if absent := absent_database(str(cause)):
        return absent
    if disk_is_full(layout):
        return full_disk(layout)
    state = "still runs" if processes.server_pid(layout.data) else "has stopped"
    return CasmError(
        f"The connection to the database was lost; its server {state}.",
        f"run the same command again (it starts the server); the server's own words are in {layout.log}",
    )


def disk_is_full(layout: Layout) -> bool:
    """Whether the server last complained of a full disk and there is still no room for its log of changes."""
    return FULL_DISK in log_since(layout)[-8192:] and shutil.disk_usage(layout.home).free < FULL_BELOW_BYTES


def full_elsewhere() -> CasmError:
    """The other server's disk is full."""
    return CasmError(
        "The disk of the database server is full. Everything it had confirmed is kept.",
        "free some space there, then run the same command again",
    )


def full_file(error: OSError) -> CasmError:
    """The program itself could not write a file."""
    where = f" while writing {error.filename}" if error.filename else ""
    return CasmError(f"The disk is full{where}.", "free some space, then run the same command again")


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())
