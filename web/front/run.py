"""Run the server: prepare its folder, start the application and nginx in front of it, watch both until told to end."""

import contextlib
import errno
import os
import signal
import socket
import time
from datetime import UTC, datetime

from casm.errors import CasmError
from web.front.certificate import check_pair, ensure_own_certificate
from web.front.layout import FrontLayout, make_folders
from web.front.nginx import certificate_files, check_configuration, find_nginx, nginx_command, write_configuration
from web.front.processes import Program, Say, end_group, ended_meanwhile, hold_signals, keep_running, own_program
from web.front.settings import FrontSettings
from web.front.site import write_site
from web.front.state import groups_before, health, held

PORT_S = 2.0  # of grace for the workers of a server that was killed
READY_S = 300.0  # a database that recovers comes first
LOOK_S = 0.1


def run_front(settings: FrontSettings, layout: FrontLayout, say: Say) -> None:
    """Run until SIGTERM or Ctrl-C; CasmError when it cannot start or will not stay up, or already runs."""
    hold_signals()
    make_folders(layout)
    with held(layout) as tell_state:
        for group in groups_before(layout):
            end_group(group)
        program = find_nginx()
        prepare(settings, layout, program, say)
        programs = programs_of(settings, layout, program)
        try:
            for started in programs:
                started.start()
            tell_state(programs, ready=False)
            if wait_until_ready(settings, layout, programs):
                tell_state(programs, ready=True)
                say(f"Serving {settings.public_url}/")
                keep_running(programs, lambda: tell_state(programs, ready=True), [layout.log, layout.refused_log], say)
        finally:
            # nginx first, so that nobody new is let in while the application finishes what it has begun.
            for stopped in reversed(programs):
                stopped.stop()
            layout.socket.unlink(missing_ok=True)
    say("The server has stopped.")


def prepare(settings: FrontSettings, layout: FrontLayout, program: str, say: Say) -> None:
    """Write everything nginx reads, and let it check that."""
    now = datetime.now(UTC)
    if settings.does_tls and settings.certificate:
        check_pair(*certificate_files(settings, layout), now)
    elif settings.does_tls and ensure_own_certificate(layout.own_certificate, layout.own_key, settings.host, now):
        say(f"Made a certificate for {settings.host}. Browsers will warn of it until you give one of your own.")
    write_site(layout.site)
    layout.refused_log.touch(mode=0o600)
    for port in filter(None, (settings.port, settings.redirect_port)):
        check_port(settings.listen, port)
    write_configuration(settings, layout)
    check_configuration(program, layout)


def programs_of(settings: FrontSettings, layout: FrontLayout, nginx: str) -> list[Program]:
    """The application, and nginx, in the order they start."""
    environment = os.environ | {"CASM_DATA_DIR": str(layout.data_dir), "CASM_PUBLIC_URL": settings.public_url}
    application = own_program("serve", "--socket", str(layout.socket), "--database", settings.database)
    application += ["--title", settings.title] if settings.title else []
    return [
        Program("The application", application, dict(environment)),
        Program("nginx", nginx_command(nginx, layout), end=signal.SIGQUIT, reload=signal.SIGHUP),
    ]


def wait_until_ready(settings: FrontSettings, layout: FrontLayout, programs: list[Program]) -> bool:
    """Wait until both answer; False when told to end meanwhile, CasmError when one ends by itself."""
    deadline = time.monotonic() + READY_S
    while not (health(settings, layout) and port_is_open(settings)):
        for program in programs:
            if program.has_ended():
                raise CasmError(f"{program.name} did not start.", "see the lines above")
        if ended_meanwhile():
            return False
        if time.monotonic() > deadline:
            raise CasmError(f"The server did not answer within {READY_S:.0f} s.", "see the lines above")
        time.sleep(LOOK_S)
    return True


def check_port(listen: str, port: int) -> None:
    """CasmError when nginx could not open the port: nginx itself would try for long, and say so where nobody looks."""
    deadline = time.monotonic() + PORT_S
    while True:
        with socket.socket(socket.AF_INET6 if ":" in listen else socket.AF_INET) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((listen, port))
                tried.listen()
                return
            except PermissionError:
                raise CasmError(
                    f"Port {port} may not be opened by this user.", "take a port above 1023, or use `make server`"
                ) from None
            except OSError as error:
                if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    raise CasmError(
                        f"Port {port} of {listen} cannot be opened: {error.strerror}.",
                        "end the program that holds it, or choose another with `casm server configure`",
                    ) from None
        time.sleep(LOOK_S)


def port_is_open(settings: FrontSettings) -> bool:
    """Whether nginx listens."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.listen, settings.listen)
    with contextlib.suppress(OSError), socket.create_connection((own, settings.port), timeout=5):
        return True
    return False
