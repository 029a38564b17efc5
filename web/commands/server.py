"""`casm server`: the pages for others than this machine, by TLS, behind an nginx of their own."""

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import click

from casm.commands.terminal import tell
from casm.config import Settings
from casm.errors import CasmError
from web.front.layout import FrontLayout
from web.front.processes import PROGRAM, own_program
from web.front.settings import DEFAULT_PORTS, FrontSettings, public_parts, read_settings, save_settings
from web.front.state import health, state
from web.front.unit import unit_text

NOT_RUNNING = 3  # exit status of a stopped service, Linux Standard Base 3.1, 20.2
START_S = 360.0  # a little longer than the server itself waits
STOP_S = 60.0
LOG_LINES = 20


@click.group(name="server")
def command() -> None:
    """Serve the pages to others, by TLS behind nginx: configure, start, stop, status."""


@command.command()
@click.option("--public-url", required=True, help="How people reach it, such as https://radio.example.gov.")
@click.option("--listen", default="0.0.0.0", show_default=True, help="Address nginx listens on; :: for all.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port nginx listens on; by default that of the public URL.")
@click.option("--certificate", type=click.Path(path_type=Path), help="Your certificate with its chain, PEM.")
@click.option("--key", type=click.Path(path_type=Path), help="Its key, PEM, without a password.")
@click.option(
    "--trusted-proxy", multiple=True,
    help="Address or network of a proxy that does TLS before this server; may be given more than once.",
)  # fmt: skip
@click.option("--redirect-port", type=click.IntRange(0, 65535), default=0, help="Plain HTTP port that leads there.")
@click.option("--database", default=FrontSettings.database, show_default=True, help="Name of the database to show.")
@click.option("--title", default=FrontSettings.title, help="What the pages are called.")
def configure(
    public_url: str, listen: str, port: int | None, certificate: Path | None, key: Path | None,
    trusted_proxy: tuple[str, ...], redirect_port: int, database: str, title: str,
) -> None:  # fmt: skip
    """Say under which address, with whose certificate or behind which proxy the server answers.

    Without a certificate and a proxy it makes a certificate of its own.
    """
    public_url = public_url.rstrip("/")
    parts = public_parts(public_url)
    settings = FrontSettings(
        public_url, listen, port or parts.port or DEFAULT_PORTS[parts.scheme],
        str(certificate.absolute()) if certificate else "", str(key.absolute()) if key else "",
        trusted_proxy, redirect_port, database, title,
    )  # fmt: skip
    save_settings(own_layout().settings, settings)
    tell(f"The server will answer as {settings.public_url}, listening on {settings.listens_on}.")


@command.command()
def run() -> None:
    """Run the server here until Ctrl-C; what a service manager calls."""
    from web.front.run import run_front

    layout = own_layout()
    if os.geteuid() == 0:
        tell("Warning: the application runs as root here, which is for a trial; `make server` makes a user for it.")
    run_front(read_settings(layout.settings), layout, tell)


@command.command()
def start() -> None:
    """Start the server in the background and wait until it answers."""
    layout = own_layout()
    settings = read_settings(layout.settings)
    if state(layout) is not None:
        raise CasmError("The server already runs.", "`casm server stop` ends it")
    layout.home.mkdir(parents=True, exist_ok=True)
    written = os.open(layout.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    begun = layout.log.stat().st_size
    environment = os.environ | {"CASM_DATA_DIR": str(layout.data_dir)}
    child = subprocess.Popen(
        own_program("server", "run"), env=environment, cwd=PROGRAM, stdin=subprocess.DEVNULL, stdout=written,
        stderr=written, start_new_session=True,
    )  # fmt: skip
    os.close(written)
    deadline = time.monotonic() + START_S
    while state(layout) != (child.pid, True):
        if child.poll() is not None or time.monotonic() > deadline:
            with layout.log.open("rb") as log:
                log.seek(begun)
                said = log.read().decode("utf-8", "replace").strip().splitlines()[-LOG_LINES:]
            raise CasmError("The server did not start. It said: " + "\n".join(said), f"see {layout.log}")
        time.sleep(0.1)
    tell(f"The server runs (process {child.pid}): {settings.public_url}/")


@command.command()
def stop() -> None:
    """Stop the server; what it has begun to answer is answered."""
    layout = own_layout()
    found = state(layout)
    if found is None:
        tell("The server was not running.")
        return
    signal_to(found[0], signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    while state(layout) is not None:
        if time.monotonic() > deadline:
            raise CasmError(f"The server (process {found[0]}) did not stop within {STOP_S:.0f} s.", f"see {layout.log}")
        time.sleep(0.05)
    tell("The server has stopped.")


@command.command()
def reload() -> None:
    """Take up a renewed certificate without ending any connection."""
    found = state(own_layout())
    if found is None:
        raise CasmError("The server does not run.", "`casm server start` starts it")
    signal_to(found[0], signal.SIGHUP)
    tell("The certificate is read again.")


@command.command()
def status() -> None:
    """Say whether the server runs and answers; status 3 when it does not run."""
    layout = own_layout()
    settings = read_settings(layout.settings)
    click.echo(f"address:     {settings.public_url}/ (listens on {settings.listens_on})")
    found = state(layout)
    if found is None:
        click.echo("server:      not running")
        sys.exit(NOT_RUNNING)
    click.echo(f"server:      running (process {found[0]})")
    click.echo(f"application: {health(settings, layout) or 'does not answer'}")


@command.command()
@click.option("--user", help="The account it runs under; by default yours.")
def unit(user: str | None) -> None:
    """Print a systemd unit that runs the server; `make server` installs it."""
    layout = own_layout()
    click.echo(unit_text(layout, read_settings(layout.settings), user or pwd.getpwuid(os.geteuid()).pw_name), nl=False)


def own_layout() -> FrontLayout:
    """The server's place in the data folder."""
    return FrontLayout(Settings.from_environment().data_dir)


def signal_to(pid: int, number: signal.Signals) -> None:
    """Send the running server a signal; CasmError when it is another user's."""
    try:
        os.kill(pid, number)
    except PermissionError:
        raise CasmError(
            f"The server (process {pid}) belongs to another user.", "do this as that user or as root"
        ) from None
