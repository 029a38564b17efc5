"""Serving the application: gunicorn on one port, a line when it is ready, a clean end on Ctrl-C."""

import errno
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from casm.errors import CasmError
from web import create_app
from web.config import WebConfig

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
# How many ports after the wanted one are tried before giving up.
PORTS_TRIED = 50
LOOPBACK = ("127.0.0.1", "::1", "localhost")

WORKERS = 2
THREADS = 4
# A page over a large inventory may take seconds; a worker silent for longer is replaced.
WORKER_TIMEOUT_S = 120
# What gunicorn's main process takes over and leaves behind.
ARBITER_SIGNALS = (
    signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGTERM, signal.SIGTTIN, signal.SIGTTOU, signal.SIGUSR1,
    signal.SIGUSR2, signal.SIGWINCH, signal.SIGCHLD,
)  # fmt: skip

Ready = Callable[[str], None]


def run_server(
    config: WebConfig, *, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT, ready: Ready | None = None
) -> None:
    """Serve until Ctrl-C or SIGTERM, then return.

    port: the next free one is taken when it is in use. ready: told the address once the port is open; it runs in
    the serving process, so it must return. CasmError when no port can be opened.
    """
    listening = open_port(host, port)
    address = address_of(host, listening)
    trusted = (*LOOPBACK, "[::1]") if host in LOOPBACK else config.trusted_hosts
    config = replace(config, trusted_hosts=trusted)
    here = os.getpid()
    handlers = {number: signal.getsignal(number) for number in ARBITER_SIGNALS}
    try:
        # Gunicorn takes the open socket over and closes it at the end.
        _Server(create_app(config), listening.detach(), ready and (lambda: ready(address)), config).run()
    except SystemExit as end:
        if os.getpid() != here:
            # A worker that ends comes out here too; it must not go on as if it were the caller.
            os._exit(end.code if isinstance(end.code, int) else 0)
        if end.code not in (0, None):
            raise CasmError(f"The server ended with status {end.code}.", "see the lines above") from end
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def open_port(host: str, wanted: int) -> socket.socket:
    """A listening socket on the wanted port or the next free one; port 0 lets the system choose."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, wanted + PORTS_TRIED) if wanted else (0,):
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, port))
            opened.listen(128)
        except OSError as error:
            opened.close()
            if error.errno == errno.EADDRINUSE:
                continue
            raise CasmError(
                f"Port {port} of {host} cannot be opened: {error.strerror}.", "choose another with --host or --port"
            ) from error
        except OverflowError as error:
            opened.close()
            raise CasmError(f"{port} is no port.", "choose one from 1 to 65535 with --port") from error
        return opened
    raise CasmError(
        f"Ports {wanted} to {wanted + PORTS_TRIED - 1} of {host} are all taken.", "choose another with --port"
    )


def address_of(host: str, listening: socket.socket) -> str:
    """The address to type into a browser."""
    shown = "127.0.0.1" if host == "0.0.0.0" else "[::1]" if host == "::" else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}/"


class _Server(BaseApplication):
    """Gunicorn around our application, configured here and nowhere else."""

    def __init__(self, application: Any, listening_fd: int, ready: Callable[[], None] | None, config: WebConfig):
        self._application = application
        self._listening_fd = listening_fd
        self._ready = ready
        self._config = config
        super().__init__()

    def load_config(self) -> None:
        """Settings; gunicorn's own files, variables and command line are not read."""
        settings: dict[str, Any] = {
            "bind": f"fd://{self._listening_fd}",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": WORKER_TIMEOUT_S,
            "graceful_timeout": 5,
            "preload_app": True,
            "control_socket_disable": True,
            "loglevel": "warning",
            "when_ready": self._when_ready,
            "post_fork": self._post_fork,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made before the workers are forked, so that they share its memory."""
        return self._application

    def _when_ready(self, _server: Arbiter) -> None:
        if self._ready is not None:
            self._ready()

    def _post_fork(self, _server: Arbiter, _worker: Any) -> None:
        # A connection of the parent's must never be used by two processes.
        self._config.database.engine.dispose(close=False)
