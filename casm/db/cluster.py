"""The embedded PostgreSQL server: made once, started when needed, shared by every program on its data folder."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2

from casm.config import Settings
from casm.db import create, passwords, processes
from casm.db.binaries import Binaries, SystemUser, account_for, clean_environment
from casm.db.layout import PORT, SOCKET, Layout, make_socket_dir
from casm.db.trouble import start_failure
from casm.errors import CasmError

ADMIN = "casm_admin"
START_SECONDS = 300.0  # crash recovery replays at most max_wal_size, well within this on slow disks
STOP_SECONDS = 60.0
ORPHAN_SECONDS = 20.0
LOG_BYTES = 10_000_000  # a longer log is put aside at the next start, and the one before it dropped
SOCKET_SECONDS = 5.0  # a server makes its socket before anything that takes long

Progress = Callable[[str], None]

_started: list[subprocess.Popen] = []


@dataclass(frozen=True)
class Cluster:
    """A server that answers: where its socket is, who runs it, and the logins' passwords."""

    layout: Layout
    account: SystemUser
    socket_dir: Path
    passwords: passwords.Passwords
    started_now: bool

    def connect(self, database: str = "postgres"):
        """Open an administrator's psycopg2 connection; the caller closes it."""
        return connect_admin(self.socket_dir, self.passwords, database)


def ensure_running(settings: Settings, progress: Progress | None = None) -> Cluster:
    """Return the running server, making and starting it first where needed; CasmError says why not."""
    layout, account = reachable(settings)
    running = attach(layout, account)
    if running:
        return running
    create.prepare_folders(layout, account)
    with locked(layout, progress):
        running = attach(layout, account)
        return running or start(layout, account, progress)


def reachable(settings: Settings) -> tuple[Layout, SystemUser]:
    """The data folder's layout and account; CasmError when the folder is there but closed to us."""
    layout = Layout(settings.data_dir)
    account = account_for(layout.home)
    if layout.home.exists():
        create.check_reach(layout, account)
    return layout, account


def attach(layout: Layout, account: SystemUser) -> Cluster | None:
    """Connect to the server that already runs in the data folder; None when none does or it is not ready."""
    if processes.server_pid(layout.data) is None:
        return None
    kept = passwords.read(layout.passwords)
    socket_dir = layout.socket_dir(account)
    try:
        connect_admin(socket_dir, kept).close()
    except psycopg2.OperationalError:
        return None
    return Cluster(layout, account, socket_dir, kept, started_now=False)


def start(layout: Layout, account: SystemUser, progress: Progress | None) -> Cluster:
    """Start the server; the lock is held. The data folder is made first when there is none."""
    socket_dir = layout.socket_dir(account)
    offset = log_size(layout)
    child = None
    if processes.server_pid(layout.data) is None:
        binaries = create.binaries_for(layout)
        create.sweep_unfinished(layout)
        if layout.data.exists():
            clear_leftovers(layout, socket_dir)
            create.close_data_folder(layout, progress)
        kept = ensure_passwords(layout, account, binaries)
        if not layout.data.exists():
            create.create_data_folder(layout, account, binaries, kept, progress)
        make_socket_dir(socket_dir, account)
        if offset > LOG_BYTES:
            layout.log.replace(layout.log.with_suffix(".log.1"))
            offset = 0
        child = launch(layout, account, binaries, socket_dir)
    kept = passwords.read(layout.passwords)
    wait_until_ready(layout, socket_dir, kept, child=child, log_offset=offset, progress=progress)
    return Cluster(layout, account, socket_dir, kept, started_now=True)


def log_size(layout: Layout) -> int:
    """Bytes in the server's log; 0 when there is none."""
    return layout.log.stat().st_size if layout.log.exists() else 0


def ensure_passwords(layout: Layout, account: SystemUser, binaries: Binaries) -> passwords.Passwords:
    """Read the passwords; make them where missing, and tell a data folder that is already there."""
    if layout.passwords.exists():
        return passwords.read(layout.passwords)
    made = passwords.make()
    if layout.data.exists():
        create.set_admin_password(layout, account, binaries, made.admin)
    passwords.write(layout.passwords, made)
    return made


def complete_passwords(cluster: Cluster, tell_server: Callable[[passwords.Passwords], None]) -> Cluster:
    """Add to a password file from before there were accounts the password of casm_gate.

    tell_server sets it on the server first: a program killed in between leaves a file that is still incomplete, and
    the next program starts over.
    """
    if cluster.passwords.gate is not None:
        return cluster
    with locked(cluster.layout):
        kept = passwords.read(cluster.layout.passwords)
        if kept.gate is None:
            kept = replace(kept, gate=passwords.draw())
            tell_server(kept)
            passwords.write(cluster.layout.passwords, kept)
    return replace(cluster, passwords=kept)


def launch(layout: Layout, account: SystemUser, binaries: Binaries, socket_dir: Path) -> subprocess.Popen:
    """Start the server program in a session of its own, so that neither Ctrl-C nor our end reaches it."""
    arguments = [
        binaries.program("postgres"), "-D", str(layout.data),
        "-c", "listen_addresses=",
        "-c", f"port={PORT}",
        "-c", f"unix_socket_directories={socket_dir}",
        "-c", "unix_socket_permissions=0700",
    ]  # fmt: skip
    descriptor = os.open(layout.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if account.is_other:
            os.fchown(descriptor, account.uid, account.gid)
        child = subprocess.Popen(
            arguments,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,
            env=clean_environment(),
            **account.popen_options(),
        )
    finally:
        os.close(descriptor)
    _started.append(child)
    return child


def clear_leftovers(layout: Layout, socket_dir: Path) -> None:
    """Make way for a start after a crash: reap our zombie, end orphaned children, drop a pid file that lies.

    PostgreSQL itself refuses to start when postmaster.pid, or the like file beside the socket, names any live
    process of the same account, even a zombie or a stranger that was given the number later. No PostgreSQL
    process works in the folder once this returns, so the files mean nothing.
    """
    _started[:] = [child for child in _started if child.poll() is None]
    begun = time.monotonic()
    sent: set[tuple[int, int]] = set()
    while left := processes.processes_in(layout.data):
        waited = time.monotonic() - begun
        if waited > ORPHAN_SECONDS:
            numbers = " ".join(map(str, left))
            raise CasmError(
                f"Processes {numbers} of an earlier database server still work in {layout.data}.",
                f"kill -9 {numbers}, then try again",
            )
        # Most children end by themselves when their server dies; one in a long calculation does not look up.
        request = signal.SIGQUIT if waited > 5 else signal.SIGTERM if waited > 1 else None
        for pid in left:
            if request and (pid, request) not in sent:
                sent.add((pid, request))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, request)
        time.sleep(0.05)
    (layout.data / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET, f"{SOCKET}.lock"):
        (socket_dir / name).unlink(missing_ok=True)


def wait_until_ready(
    layout: Layout,
    socket_dir: Path,
    kept: passwords.Passwords,
    *,
    child: subprocess.Popen | None,
    log_offset: int,
    progress: Progress | None,
) -> None:
    """Wait until the server answers; CasmError with the server's own reason when it ends instead."""
    begun = time.monotonic()
    said = begun
    while True:
        try:
            connect_admin(socket_dir, kept).close()
            return
        except psycopg2.OperationalError as error:
            ended = child.poll() is not None if child else processes.server_pid(layout.data) is None
            if ended or "authentication failed" in str(error) or time.monotonic() - begun > START_SECONDS:
                raise start_failure(layout, log_offset, str(error)) from None
        if time.monotonic() - begun > SOCKET_SECONDS and not (socket_dir / SOCKET).exists():
            raise CasmError(
                f"The database server runs but its socket in {socket_dir} is gone.", "casm db stop, then casm db start"
            )
        if progress and time.monotonic() - said > 2:
            said = time.monotonic()
            progress(f"Waiting for the database to recover ({said - begun:.0f} s)…")
        time.sleep(0.03)


def running_pid(settings: Settings) -> int | None:
    """Process id of the server that runs in the data folder, None when none does."""
    layout, _ = reachable(settings)
    return processes.server_pid(layout.data)


def other_sessions(cluster: Cluster) -> int:
    """How many programs are connected to the server at this moment, this one left out."""
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def stop(settings: Settings, progress: Progress | None = None) -> bool:
    """Stop the server, ending its sessions cleanly; False when none was running."""
    layout, _ = reachable(settings)
    if processes.server_pid(layout.data) is None:
        return False
    with locked(layout, progress):
        pid = processes.server_pid(layout.data)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGINT)  # "fast": roll back what is open, write a checkpoint, end
        except PermissionError:
            raise CasmError(
                f"The database server (process {pid}) belongs to another user.", "stop it as that user or as root"
            ) from None
        deadline = time.monotonic() + STOP_SECONDS
        while processes.server_pid(layout.data) is not None:
            if time.monotonic() > deadline:
                raise CasmError(
                    f"The database server (process {pid}) did not stop within {STOP_SECONDS:.0f} s.",
                    f"look into {layout.log}; kill -QUIT {pid} ends it at once and the next start recovers",
                )
            time.sleep(0.02)
        _started[:] = [child for child in _started if child.poll() is None]
        return True


@contextlib.contextmanager
def locked(layout: Layout, progress: Progress | None = None) -> Iterator[None]:
    """Hold the data folder's lock: one program at a time makes, starts or stops the server.

    The kernel lets go of it when its holder dies, however it dies.
    """
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if progress:
                progress("Another casm is starting or stopping the database; waiting for it…")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def connect_admin(socket_dir: Path, kept: passwords.Passwords, database: str = "postgres"):
    """Open a connection as the administrator."""
    return psycopg2.connect(
        host=str(socket_dir), port=PORT, user=ADMIN, password=kept.admin, dbname=database, connect_timeout=10
    )
