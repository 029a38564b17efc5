"""Serving the application: gunicorn on one port, a line when it is ready, a clean end on Ctrl-C."""

import errno
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from werkzeug.middleware.proxy_fix import ProxyFix

from casm.errors import CasmError
from web import create_app
from web.config import WebConfig
from web.request_log import write_to_stderr

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
# How many ports after the wanted one are tried before giving up.
PORTS_TRIED = 50
LOOPBACK = ("127.0.0.1", "::1", "localhost")

# As many at once as 2 by 8, but with less waiting for one another: a fifth more pages a second on two cores.
WORKERS = 4
THREADS = 4
# Connections that may wait for a worker; a proxy in front holds the rest.
BACKLOG = 1024
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
    trusted = (*LOOPBACK, "[::1]") if host in LOOPBACK else config.trusted_hosts
    _serve(replace(config, trusted_hosts=trusted), listening, address_of(host, listening), ready)


def run_behind_proxy(
    config: WebConfig, path: Path, *, group: int | None = None, ready: Ready | None = None
) -> None:
    """Serve on a Unix socket for our own proxy until SIGTERM, then return.

    config: with the public URL, whose name alone is answered to. group: whose members may connect beside this user.
    CasmError when the socket cannot be opened or the URL is missing.
    """
    host = urlsplit(config.public_url).hostname
    if not host:
        raise CasmError("Behind a proxy the server must know its own address.", "give it with --public-url")
    listening = open_socket(path, group)
    trusted = (f"[{host}]" if ":" in host else host,)
    _serve(replace(config, trusted_hosts=trusted, behind_proxy=True), listening, f"{config.public_url}/", ready)


def _serve(config: WebConfig, listening: socket.socket, address: str, ready: Ready | None) -> None:
    """Run gunicorn on an open socket until a signal ends it."""
    write_to_stderr(every_request=config.behind_proxy)
    here = os.getpid()
    handlers = {number: signal.getsignal(number) for number in ARBITER_SIGNALS}
    try:
        # Gunicorn takes the open socket over and closes it at the end.
        _Server(_application(config), listening.detach(), ready and (lambda: ready(address)), config).run()
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
            opened.listen(BACKLOG)
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


def open_socket(path: Path, group: int | None = None) -> socket.socket:
    """A listening Unix socket for this user, and for a group's members where one is given."""
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)
        opened.bind(str(path))
        if group is not None:
            os.chown(path, -1, group)
            path.chmod(0o660)
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise CasmError(
            f"The socket {path} cannot be opened: {error.strerror or error}.", "choose another folder"
        ) from error
    finally:
        os.umask(before)
    return opened


def address_of(host: str, listening: socket.socket) -> str:
    """The address to type into a browser."""
    shown = "127.0.0.1" if host == "0.0.0.0" else "[::1]" if host == "::" else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}/"


def _application(config: WebConfig) -> Flask:
    """The application; our proxy, and nobody before it, says from where and by which scheme a request came."""
    app = create_app(config)
    if config.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]
    return app


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
            # Names of headers that gunicorn would let a proxy set the environment by; ours sets none of them.
            "forwarder_headers": "",
            "backlog": BACKLOG,
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
        self._config.database.drop_connections(close=False)
