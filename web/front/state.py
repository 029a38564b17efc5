"""Whether a server runs on a data folder, which processes it has, and what the application says of itself."""

import contextlib
import fcntl
import http.client
import json
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from casm.errors import CasmError
from web.front.layout import FrontLayout
from web.front.processes import Program
from web.front.settings import FrontSettings, public_parts

HEALTH_S = 10.0


@contextlib.contextmanager
def held(layout: FrontLayout) -> Iterator[Callable[..., None]]:
    """Hold the server's lock, which the kernel drops with us; yields what writes the state into it.

    CasmError when another server holds it.
    """
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CasmError("The server already runs.", "`casm server stop` ends it") from None

        def tell_state(programs: Sequence[Program] = (), *, ready: bool) -> None:
            groups = [program.running.pid for program in programs if program.running]
            said = json.dumps({"pid": os.getpid(), "ready": ready, "groups": groups}).encode()
            os.pwrite(descriptor, said, 0)
            os.truncate(descriptor, len(said))

        yield tell_state
    finally:
        os.close(descriptor)


def state(layout: FrontLayout) -> tuple[int, bool] | None:
    """Process id of the running server and whether it is ready; None when none runs."""
    try:
        descriptor = os.open(layout.lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        said = _said(layout.lock)
        return int(said.get("pid", 0)), bool(said.get("ready"))
    else:
        return None
    finally:
        os.close(descriptor)


def groups_before(layout: FrontLayout) -> list[int]:
    """Process groups of the server that held the lock last: what is left of one that was killed."""
    return [int(group) for group in _said(layout.lock).get("groups", ())]


def _said(lock: Path) -> dict[str, Any]:
    try:
        said = json.loads(lock.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over the socket between nginx and the application."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=HEALTH_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def health(settings: FrontSettings, layout: FrontLayout) -> str:
    """What the application says of itself, empty when it does not answer."""
    asked = _SocketConnection(layout.socket)
    try:
        asked.request("GET", "/health", headers={"Host": public_parts(settings.public_url).netloc})
        return str(json.loads(asked.getresponse().read())["status"])
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return ""
    finally:
        asked.close()
