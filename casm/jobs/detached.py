"""Programs that go on by themselves when whoever started them has answered, or has ended."""

import fcntl
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from casm.config import Settings
from casm.errors import CasmError

LOOK_S = 1.0


def log_of(settings: Settings) -> Path:
    """Where such programs write what they have to say."""
    return settings.data_dir / "jobs" / "jobs.log"


def start_detached(command: Sequence[str], settings: Settings) -> int:
    """Start a program on these settings in a session of its own, its words in the log; return its process id.

    CasmError when it cannot be started.
    """
    environment = os.environ | {"CASM_DATA_DIR": str(settings.data_dir)}
    if settings.database_url:
        environment["CASM_DATABASE_URL"] = settings.database_url
    log = log_of(settings)
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=opened, stderr=opened, env=environment,
                start_new_session=True,
            )  # fmt: skip
        finally:
            os.close(opened)
    except OSError as error:
        raise CasmError(
            f"The program could not be started: {error.strerror or error}.", "ask whoever keeps the server"
        ) from error
    # Whoever started it takes its end note, or it would stay among the processes.
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


@contextmanager
def own_turn(settings: Settings, waiting: Callable[[], None]) -> Iterator[None]:
    """One program at a time on this machine; the others wait here and say so by ``waiting`` now and then."""
    lock = log_of(settings).with_name("turn.lock")
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.open("a") as held:
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waiting()
                time.sleep(LOOK_S)
        yield
