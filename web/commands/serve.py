"""`casm serve`: the pages and the map, until Ctrl-C."""

from dataclasses import replace
from pathlib import Path

import click

from casm.accounts.account import list_accounts
from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import locate_database
from casm.db.revive import revive_server
from casm.db.server import DATABASE
from casm.db.session import Database, open_database
from casm.errors import CasmError
from casm.mail.mailer import Mailer
from casm.mail.settings import MailSettings
from casm.sharing.view_state import fold_changes
from casm.sharing.viewer import Viewer
from web.accounts.provider_settings import providers_from_environment
from web.commands.terrain import relief_terrain
from web.config import WebConfig, map_reader
from web.front.layout import worker_account
from web.front.settings import public_parts
from web.maps.page import DEFAULT_TITLE
from web.server import DEFAULT_HOST, DEFAULT_PORT, LOOPBACK, run_behind_proxy, run_server


@click.command(name="serve")
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True,
    help="Port to listen on; the next free one is taken when it is in use, any when 0.",
)  # fmt: skip
@click.option("--database", default=DATABASE, show_default=True, help="Name of the database to show.")
@click.option(
    "--terrain", type=click.Path(path_type=Path),
    help="Elevations to draw the relief from, if the data folder has not just one.",
)  # fmt: skip
@click.option("--title", default=DEFAULT_TITLE, help="What the pages are called.")
@click.option(
    "--local", is_flag=True,
    help="Let everybody on this machine read the whole inventory, contacts left out, without signing in.",
)  # fmt: skip
@click.option(
    "--public-url", envvar="CASM_PUBLIC_URL", default="",
    help="How people elsewhere reach the pages, such as https://radio.example.gov; by default CASM_PUBLIC_URL.",
)  # fmt: skip
@click.option(
    "--socket", type=click.Path(path_type=Path),
    help="Listen on this Unix socket for the proxy of `casm server`, instead of on a port.",
)  # fmt: skip
def command(
    host: str, port: int, database: str, terrain: Path | None, title: str, local: bool, public_url: str,
    socket: Path | None,
) -> None:  # fmt: skip
    """Serve the pages and the map until Ctrl-C; whoever opens them signs in first."""
    if public_url:
        public_parts(public_url)
    if local and socket:
        raise CasmError("Behind a proxy everybody signs in.", "leave out --local, or leave out --socket")
    if local and host not in LOOPBACK:
        raise CasmError(
            f"Reading without signing in is for this machine alone, and {host} is reached from others.",
            "leave out --local, or leave out --host",
        )
    settings = Settings.from_environment()
    opened = open_database(locate_database(settings, database, progress=tell))
    # Pages are wanted most when the machine is in trouble: a killed server comes back with the next one asked for.
    for engine in (opened.engine, opened.gate_engine, opened.asking_engine, opened.asking_gate_engine):
        revive_server(engine, settings)
    fold_changes(opened)
    try:
        if not local:
            say_when_nobody_can_sign_in(opened)
        config = WebConfig(
            opened, map_reader() if local else None, title, relief_terrain(settings, terrain),
            public_url=public_url.rstrip("/"), rate_limits=not local, mailer=mailer_of(public_url),
            providers=providers_from_environment(), settings=settings, database_name=database,
        )  # fmt: skip
        if socket:
            account = worker_account()
            run_behind_proxy(config, socket, group=account.gid if account else None)
        else:
            run_server(config, host=host, port=port, ready=lambda address: tell(f"Serving {address} (Ctrl-C ends it)"))
    finally:
        opened.close()
    if not socket:
        tell("The server has stopped.")


def say_when_nobody_can_sign_in(database: Database) -> None:
    """Name the command that makes the first account, as long as there is none."""
    with database.gate_session(Viewer.local_administrator()) as gate:
        if not list_accounts(gate):
            tell("Nobody can sign in yet: `casm account first-administrator EMAIL` makes the first account.")


def mailer_of(public_url: str) -> Mailer:
    """By what letters go out; their links lead to where people reach the pages."""
    settings = MailSettings.from_environment()
    return Mailer(replace(settings, public_url=public_url.rstrip("/")) if public_url else settings)
