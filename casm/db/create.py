"""Make the embedded database's folders and its data folder: whole, or as if never begun."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from casm.db import binaries
from casm.db.binaries import Binaries, SystemUser
from casm.db.layout import Layout
from casm.db.passwords import Passwords
from casm.db.trouble import FULL_DISK, full_disk
from casm.errors import CasmError

ROOM_NEEDED_BYTES = 200 * 1024 * 1024  # a new data folder with PostGIS takes about 70 MB, its first WAL 32 MB

CONFIGURATION = """
# Written once when casm made this data folder; yours to change. What must hold (the socket) is given at start.
shared_buffers = {shared_buffers_mb}MB
effective_cache_size = {effective_cache_size_mb}MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 1GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
password_encryption = 'scram-sha-256'
log_checkpoints = off
# statements can hold what only their owner may see
log_min_error_statement = panic
log_line_prefix = '%m [%p] %u@%d '
"""

HOST_BASED_ACCESS = """# Only the socket, only with a password.
local all all scram-sha-256
"""


def prepare_folders(layout: Layout, account: SystemUser) -> None:
    """Make the data folder and the database's home; CasmError when we or the account cannot use them."""
    try:
        if not layout.data_dir.exists():
            layout.data_dir.mkdir(parents=True, exist_ok=True)
            # Whatever the umask: the database's account passes through here to its own, closed folder.
            layout.data_dir.chmod(0o755)
        if not layout.home.exists():
            layout.home.mkdir(mode=0o700, exist_ok=True)
            if account.is_other:
                os.chown(layout.home, account.uid, account.gid)
    except PermissionError as error:
        raise CasmError(
            f"{error.filename} cannot be made by this user.", "choose a folder of yours with CASM_DATA_DIR"
        ) from None
    except (FileExistsError, NotADirectoryError) as error:
        raise CasmError(
            f"{error.filename} is a file where a folder is needed.", "choose another with CASM_DATA_DIR"
        ) from None
    check_reach(layout, account)


def check_reach(layout: Layout, account: SystemUser) -> None:
    """CasmError when this program or the database's account may not use the folders that are there."""
    for folder in (layout.data_dir, layout.home):
        if not os.access(folder, os.W_OK | os.X_OK):
            owner = folder.stat().st_uid
            raise CasmError(
                f"{folder} belongs to another user (number {owner}) and is closed to this one.",
                "run casm as that user or as root, or choose a folder of yours with CASM_DATA_DIR",
            )
    if account.is_other and binaries.run(account, ["/usr/bin/test", "-x", str(layout.home)]).returncode:
        closed = first_closed(layout.home)
        raise CasmError(
            f"The database runs as user {account.name!r}, who cannot reach {layout.home}: {closed} is closed to it.",
            f"chmod o+x {closed}, or choose an open folder with CASM_DATA_DIR (such as /var/lib/casm)",
        )


def close_data_folder(layout: Layout, progress: Callable[[str], None] | None) -> None:
    """Take the data folder's rights from other users: PostgreSQL refuses to start on an open one."""
    if layout.data.stat().st_mode & 0o027:
        layout.data.chmod(0o700)
        if progress:
            progress(f"Closed {layout.data} to other users.")


def first_closed(folder: Path) -> Path:
    """The outermost folder on the way that other users may not pass."""
    for place in reversed(folder.parents):
        if not place.stat().st_mode & 0o001:
            return place
    return folder


def binaries_for(layout: Layout) -> Binaries:
    """The PostgreSQL that fits the data folder: of its version, or for a new one the newest with PostGIS."""
    version_file = layout.data / "PG_VERSION"
    if not layout.data.exists():
        return binaries.choose_for_new()
    try:
        version = version_file.read_text().strip()
    except FileNotFoundError:
        raise CasmError(
            f"{layout.data} is there but is not a PostgreSQL data folder (it has no PG_VERSION).",
            f"move it aside (mv {layout.data} {layout.data}.old) and restore a backup: casm db restore FILE",
        ) from None
    present = binaries.installed()
    for candidate in present:
        if version == str(candidate.major) and candidate.major >= binaries.OLDEST_MAJOR:
            if candidate.has_postgis:
                return candidate
            raise CasmError(
                f"PostgreSQL {version} is installed without PostGIS.",
                f"apt-get install postgresql-{version}-postgis-3 postgresql-{version}-postgis-3-scripts",
            )
    have = ", ".join(str(candidate.major) for candidate in present) or "none"
    raise CasmError(
        f"The data folder {layout.data} is of PostgreSQL {version}; installed here: {have}.",
        f"either install that version with PostGIS (apt-get install postgresql-{version}-postgis-3) and start again; "
        f"or, on a machine that has it, `casm db backup FILE`, then here move the folder aside "
        f"(mv {layout.data} {layout.data}.{version}) and `casm db restore FILE`. With both versions installed, "
        "pg_upgrade moves the folder in place. Nothing in it was changed",
    )


def sweep_unfinished(layout: Layout) -> None:
    """Delete what programs killed while making a data folder left behind; the lock is held."""
    for leftover in layout.home.glob("new-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def create_data_folder(
    layout: Layout,
    account: SystemUser,
    chosen: Binaries,
    passwords: Passwords,
    progress: Callable[[str], None] | None,
) -> None:
    """Make the data folder, under another name first; the lock is held.

    A killed program therefore never leaves half a data folder under the real name.
    """
    room = shutil.disk_usage(layout.home).free
    if room < ROOM_NEEDED_BYTES:
        raise CasmError(
            f"The disk of {layout.home} has {room / 1e6:.0f} MB left; a new database needs "
            f"{ROOM_NEEDED_BYTES / 1e6:.0f} MB.",
            "free some space, or choose another disk with CASM_DATA_DIR",
        )
    if progress:
        progress("Making the database (first time only)…")
    staging = Path(tempfile.mkdtemp(prefix="new-", dir=layout.home))
    password_file = staging / "password"
    data = staging / "data"
    password_file.write_text(passwords.admin)
    if account.is_other:
        os.chown(staging, account.uid, account.gid)
        os.chown(password_file, account.uid, account.gid)
    password_file.chmod(0o600)
    made = binaries.run(
        account,
        [
            chosen.program("initdb"), "-D", str(data), "-U", "casm_admin", f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
        ],
    )  # fmt: skip
    if made.returncode:
        shutil.rmtree(staging, ignore_errors=True)
        if FULL_DISK in made.stderr:
            raise full_disk(layout)
        raise CasmError(
            f"PostgreSQL could not make its data folder: {reason_in(made.stderr)}",
            "mend the reason named, then run the same command again (nothing was left behind)",
        )
    configure(data)
    os.rename(data, layout.data)
    sync_folder(layout.home)
    shutil.rmtree(staging, ignore_errors=True)


def set_admin_password(layout: Layout, account: SystemUser, chosen: Binaries, password: str) -> None:
    """Give the administrator a new password while the server is stopped, when the old one is lost."""
    done = binaries.run(
        account,
        [chosen.program("postgres"), "--single", "-j", "-D", str(layout.data), "postgres"],
        input=f"ALTER ROLE casm_admin PASSWORD '{password}';\n\n",
    )
    if done.returncode or "ERROR" in done.stderr:
        raise CasmError(
            f"The database's administrator could not be given a new password: {reason_in(done.stderr)}",
            "restore a backup: casm db restore FILE",
        )


def configure(data: Path) -> None:
    """Append this program's settings and close every way in but the socket."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    shared_buffers_mb = min(512, max(128, memory_mb // 8))
    with (data / "postgresql.conf").open("a") as file:
        file.write(
            CONFIGURATION.format(shared_buffers_mb=shared_buffers_mb, effective_cache_size_mb=memory_mb // 2)
        )
        file.flush()
        os.fsync(file.fileno())
    with (data / "pg_hba.conf").open("w") as file:
        file.write(HOST_BASED_ACCESS)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def reason_in(text: str) -> str:
    """The line of a program's output that names its failure, else the last that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    failures = [line for line in lines if "error:" in line or "FATAL:" in line or "ERROR:" in line]
    return (failures or lines or ["no reason given"])[-1]
