"""`casm db`: the database's server, its address, a prompt, backups."""

import contextlib
import datetime
import signal
import subprocess
import sys
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from casm.audit.keep import make_checkpoint, record
from casm.commands.terminal import tell
from casm.config import Settings
from casm.db import cluster as clusters
from casm.db.backup import backup, default_name, postgis_version
from casm.db.layout import Layout
from casm.db.locate import locate_database, locate_server
from casm.db.restore import restore
from casm.db.revisions import database_revision
from casm.db.server import DATABASE, client_programs, embedded_server
from casm.errors import CasmError

NOT_RUNNING = 3  # exit status of a stopped service, Linux Standard Base 3.1, 20.2


@click.group(name="db")
def command() -> None:
    """The database: start, stop, back up, restore."""


@command.command()
def start() -> None:
    """Start the embedded server and bring the database to the newest schema."""
    settings = own_settings("start")
    locate_database(settings, progress=tell)
    tell(f"The database runs (process {clusters.running_pid(settings)}).")


@command.command()
@click.option("--if-idle", is_flag=True, help="Leave it running when another program is connected.")
def stop(if_idle: bool) -> None:
    """Stop the embedded server; what is confirmed is kept, what is open is rolled back."""
    settings = own_settings("stop")
    if if_idle and clusters.running_pid(settings) and clusters.other_sessions(clusters.ensure_running(settings)):
        tell("The database is in use and was left running.")
        return
    stopped = clusters.stop(settings, tell)
    tell("The database has stopped." if stopped else "The database was not running.")


@command.command()
def status() -> None:
    """Say whether the database runs, and which versions; status 3 when it does not."""
    settings = Settings.from_environment()
    if settings.database_url:
        server = locate_server(settings)
        click.echo("server:      the one CASM_DATABASE_URL names")
    else:
        click.echo(f"data folder: {settings.data_dir}")
        pid = clusters.running_pid(settings)
        if pid is None:
            click.echo("server:      not running")
            sys.exit(NOT_RUNNING)
        click.echo(f"server:      running (process {pid})")
        server = embedded_server(clusters.ensure_running(settings, tell))
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        version, size = cursor.fetchone()
        click.echo(f"PostgreSQL:  {version}")
        click.echo(f"PostGIS:     {postgis_version(connection)}")
        click.echo(f"schema:      {database_revision(connection) or 'none yet'}")
        click.echo(f"size:        {size}")


@command.command()
@click.option("--with-password", is_flag=True, help="Show the password too.")
@click.option("--migrator", is_flag=True, help="The login that may change the schema.")
def url(with_password: bool, migrator: bool) -> None:
    """Print the database's address for other programs."""
    urls = locate_database(Settings.from_environment(), progress=tell)
    address = make_url(urls.migrator if migrator else urls.app)
    click.echo(address.render_as_string(hide_password=not with_password))


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open PostgreSQL's own prompt as administrator; ARGUMENTS go to psql."""
    settings = Settings.from_environment()
    locate_database(settings, progress=tell)
    server = locate_server(settings)
    with contextlib.closing(server.connect()) as connection:
        program = client_programs(connection.server_version // 10000).program("psql")
    # Ctrl-C is psql's to answer while it runs.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ended = subprocess.run(
            [program, *arguments],
            env=server.program_environment(),
            check=False,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    finally:
        signal.signal(signal.SIGINT, before)
    sys.exit(ended.returncode)


@command.command(name="backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def backup_command(file: Path | None) -> None:
    """Write the whole database to FILE (by default a dated one below the data folder)."""
    settings = Settings.from_environment()
    name = default_name(datetime.datetime.now(datetime.UTC))
    target = Layout(settings.data_dir).backups / name if file is None else file / name if file.is_dir() else file
    locate_database(settings, progress=tell)
    manifest = backup(locate_server(settings), target.absolute(), tell)
    record(settings, DATABASE, "backed up the database", file=target.name, sha256=manifest.dump_sha256)
    tell(f"{manifest.dump_bytes / 1e6:.1f} MB, schema {manifest.schema_revision}, SHA-256 {manifest.dump_sha256}")
    click.echo(target)


@command.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Go on although the database holds data.")
def restore_command(file: Path, yes: bool) -> None:
    """Put a backup in the database's place; the old database is kept under another name."""
    settings = Settings.from_environment()
    server = locate_server(settings, DATABASE, tell)
    aside = restore(server, file.absolute(), replace=yes, progress=tell)
    # What happened since the backup is gone from the audit by right; from here on nothing may be.
    make_checkpoint(settings, DATABASE, restored=True)
    tell(f"Restored {file}. Start `casm serve` again where it runs.")
    if aside:
        tell(f"The old database is kept as {aside}; casm db psql -c 'DROP DATABASE \"{aside}\"' deletes it.")


def own_settings(verb: str) -> Settings:
    """Settings of the embedded server; CasmError when another is in use, whose server is not ours."""
    settings = Settings.from_environment()
    if settings.database_url:
        raise CasmError(
            f"CASM_DATABASE_URL names another server, which is not casm's to {verb}.",
            f"{verb} it there, or unset CASM_DATABASE_URL to use the embedded one",
        )
    return settings
