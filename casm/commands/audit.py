"""`casm audit`: check, list and export who saw, changed, exported and shared what."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from casm.audit.chain import Fault, faults_of_export
from casm.audit.checkpoint import keep_checkpoint
from casm.audit.export import FORMATS, audit_marking, read_export, write_export
from casm.audit.guards import guards
from casm.audit.keep import check_audit, checkpoint_of, checkpoints_file, heads_of, make_checkpoint, record
from casm.audit.read import Filter, owner_codes_of, read_events
from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import autocommit, locate_database, locate_server
from casm.db.server import DATABASE
from casm.db.session import open_database
from casm.db.trouble import one_line
from casm.errors import CasmError
from casm.exchange.marked_file import marked_file
from casm.sharing.viewer import Viewer

DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
FILE = click.Path(dir_okay=False, path_type=Path)
database_option = click.option(
    "--database", default=DATABASE, show_default=True, help="Database of the embedded server."
)


def narrowed(command):
    """The options that say which events are wanted."""
    for option in (
        click.option("--owner", "owner_code", help="Events of this owner and all below it, as us.tn."),
        click.option("--action", help="Events of this action, as 'changed'."),
        click.option("--actor", help="Events of who has this in the name."),
        click.option("--until", type=DAY, help="Events before this day or moment (UTC)."),
        click.option("--since", type=DAY, help="Events from this day or moment (UTC) on."),
        database_option,
    ):
        command = option(command)
    return command


@click.group(name="audit")
def command() -> None:
    """Who saw, changed, exported and shared what: check, list, export."""


@command.command(name="check")
@click.option("--checkpoint", "checkpoints", type=FILE, multiple=True, help="Checkpoints that were kept elsewhere.")
@click.option("--export", "export_file", type=FILE, help="Check this exported file instead of the database.")
@database_option
def check_command(checkpoints: tuple[Path, ...], export_file: Path | None, database: str) -> None:
    """Check that nothing in the audit was changed, left out or cut off; status 1 when anything was."""
    if export_file is not None:
        faults, good = check_export(export_file, checkpoints)
        report(faults, good)
    settings = Settings.from_environment()
    locate_database(settings, database, progress=tell)
    closed = []
    try:
        # An event of its own, whose commit puts every earlier view on the disk: what is found good must stay.
        record(settings, database, "checked the audit")
    except SQLAlchemyError as error:
        closed.append(Fault(0, f"it cannot be added to: {one_line(str(getattr(error, 'orig', error)))}"))
    verdict = check_audit(settings, database, checkpoints)
    with autocommit(locate_server(settings, database).connect()) as connection:
        problems = [finding.problem for finding in guards(connection) if not finding.sound]
    faults = [*closed, *verdict.faults, *(Fault(0, problem) for problem in problems)]
    met = f"{verdict.checkpoints} checkpoint{'s' if verdict.checkpoints != 1 else ''}"
    if verdict.more:
        tell("There are more faults than are shown.")
    if not faults:
        keep_checkpoint(checkpoints_file(settings), checkpoint_of(verdict.head))
        if not checkpoints:
            tell("Kept in the data folder how far it reaches; `casm audit checkpoint FILE` writes it down elsewhere.")
    report(faults, f"{verdict.head.event_count:,} events hold together and meet {met}.")


def check_export(file: Path, checkpoints: tuple[Path, ...]) -> tuple[list[Fault], str]:
    """(faults, what is said when there are none) of an exported file."""
    known = [head for one in checkpoints for head in heads_of(one)]
    count, linked = 0, 0

    def counted(events):
        nonlocal count, linked
        for event in events:
            count += 1
            linked += bool(event.sequence)
            yield event

    try:
        with file.open("rb") as stream:
            faults = list(faults_of_export(counted(read_export(stream, format_of(file))), known))
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise CasmError(
            f"{file} is no export of the audit: {error}.", "name a file that `casm audit export` or the page wrote"
        ) from None
    how = "and follow each other as they should" if linked else "(a part: that none is left out cannot be told)"
    return faults, f"{count:,} events say what they said when they were written {how}."


def report(faults: list[Fault], good: str) -> None:
    """Say what was found and end the program."""
    for fault in faults:
        click.echo(f"problem  {f'event {fault.sequence}: ' if fault.sequence else ''}{fault.problem}")
    click.echo(good if not faults else f"{len(faults)} problem{'s' if len(faults) > 1 else ''} found.")
    sys.exit(1 if faults else 0)


@command.command(name="checkpoint")
@click.argument("file", required=False, type=FILE)
@click.option("--after-restore", is_flag=True, help="A backup was put in place: older checkpoints no longer bind.")
@database_option
def checkpoint_command(file: Path | None, after_restore: bool, database: str) -> None:
    """Write down how far the audit reaches, in the data folder and in FILE, to be kept where nobody can change it."""
    settings = Settings.from_environment()
    locate_database(settings, database, progress=tell)
    made = make_checkpoint(settings, database, restored=after_restore)
    if file is not None:
        keep_checkpoint(file.absolute(), made)
    tell(f"Kept in {checkpoints_file(settings)}{f' and {file}' if file else ''}.")
    click.echo(made.line())


@command.command(name="list")
@narrowed
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1), help="How many, newest first.")
def list_command(limit: int, database: str, **given: object) -> None:
    """List events, newest first."""
    opened = open_database(locate_database(Settings.from_environment(), database, progress=tell))
    try:
        with opened.session(Viewer.local_administrator()) as session:
            for line in read_events(session, filter_of(**given), limit=limit):
                origin = f" from {line.origin}" if line.origin else ""
                click.echo(f"{line.at:%Y-%m-%d %H:%M:%S}  {line.actor}{origin}: {line.sentence}  [{line.owner_code}]")
    finally:
        opened.close()


@command.command(name="export")
@click.argument("file", type=FILE)
@narrowed
def export_command(file: Path, database: str, **given: object) -> None:
    """Write events to FILE (.csv or .jsonl), oldest first, with the hashes by which anybody can check them."""
    file_format, wanted = format_of(file), filter_of(**given)
    viewer = Viewer.local_administrator()
    opened = open_database(locate_database(Settings.from_environment(), database, progress=tell))
    try:
        with opened.session(viewer) as session:
            marking = audit_marking(session, owner_codes_of(session, wanted))
            with marked_file(file.absolute(), marking) as stream:
                count = write_export(session, viewer, stream, file_format, wanted, marking, datetime.now(UTC))
    finally:
        opened.close()
    tell(f"{file}: {count:,} events, {marking.text}")


def format_of(file: Path) -> str:
    """The format a file's name asks for; CasmError when it is none of ours."""
    file_format = file.suffix.lower().removeprefix(".")
    if file_format not in FORMATS:
        raise CasmError(f"{file.name} is no kind of file the audit is written as.", "end its name with .csv or .jsonl")
    return file_format


def filter_of(
    since: datetime | None = None,
    until: datetime | None = None,
    actor: str | None = None,
    action: str | None = None,
    owner_code: str | None = None,
) -> Filter:
    """The filter that the options ask for."""
    from_utc, until_utc = (moment and moment.replace(tzinfo=UTC) for moment in (since, until))
    return Filter(from_utc, until_utc, actor, action, owner_code)
