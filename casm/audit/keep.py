"""What the person at the machine does with the audit: check it whole, write checkpoints down, tell of backups."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from casm.audit.chain import Head
from casm.audit.check import Verdict, check
from casm.audit.checkpoint import FILE_NAME, Checkpoint, keep_checkpoint, read_checkpoints, still_binding
from casm.audit.guards import guards
from casm.audit.record import record_event
from casm.config import Settings
from casm.db.finding import Finding
from casm.db.locate import autocommit, locate_server, urls_of
from casm.db.server import Server
from casm.db.session import open_database
from casm.errors import CasmError
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

MOST_FINDINGS = 5


def checkpoints_file(settings: Settings) -> Path:
    """Where checkpoints are kept: in the data folder, which no statement in the database reaches."""
    return settings.data_dir / FILE_NAME


def check_audit(settings: Settings, database: str, files: tuple[Path, ...] = ()) -> Verdict:
    """Check the audit against itself, the data folder's checkpoints and those of further files."""
    return check_with(settings, database, [head for file in files for head in heads_of(file)])


def heads_of(file: Path) -> list[Head]:
    """Heads of a file of checkpoints; CasmError when there is none."""
    found = read_checkpoints(file)
    if not found:
        raise CasmError(f"There is no checkpoint in {file}.", "name a file that `casm audit checkpoint FILE` wrote")
    return still_binding(found)


def check_with(settings: Settings, database: str, elsewhere: list[Head]) -> Verdict:
    """Check the audit against itself, the data folder's checkpoints and these heads."""
    own = still_binding(read_checkpoints(checkpoints_file(settings)))
    with closing(locate_server(settings, database).connect()) as connection:
        return check(connection, [*own, *elsewhere])


def examine_audit(settings: Settings, server: Server) -> Iterator[Finding]:
    """What the doctor says of the audit: its guards, its chain, and the data folder's checkpoints."""
    with autocommit(server.connect()) as connection:
        yield from guards(connection)
    known = still_binding(read_checkpoints(checkpoints_file(settings)))
    with closing(server.connect()) as connection:
        verdict = check(connection, known)
    for fault in verdict.faults[:MOST_FINDINGS]:
        yield Finding("audit", f"event {fault.sequence}: {fault.problem}", "casm audit check shows all; find out who")
    if verdict.sound:
        yield Finding(f"audit: {verdict.head.event_count:,} events hold together")


def make_checkpoint(settings: Settings, database: str, *, restored: bool = False) -> Checkpoint:
    """Check the audit, write its head into the data folder and give it back; CasmError when the audit is not whole.

    restored: a backup was put in place, so that checkpoints from before no longer bind.
    """
    record(settings, database, "restored a backup" if restored else "made a checkpoint")
    if restored:
        with closing(locate_server(settings, database).connect()) as connection:
            verdict = check(connection)
    else:
        verdict = check_with(settings, database, [])
    if not verdict.sound:
        raise CasmError("The audit does not hold together.", "run `casm audit check` and find out who changed it")
    made = checkpoint_of(verdict.head, restored=restored)
    keep_checkpoint(checkpoints_file(settings), made)
    return made


def checkpoint_of(head: Head, *, restored: bool = False) -> Checkpoint:
    """A checkpoint of this moment."""
    return Checkpoint(head, datetime.now(UTC).isoformat(timespec="seconds"), restored)


def record(settings: Settings, database: str, action: str, **details: object) -> None:
    """Record what was done at this machine's own keyboard. Its commit also puts every earlier view on the disk."""
    opened = open_database(urls_of(locate_server(settings, database)))
    try:
        with opened.session(Viewer.local_administrator()) as session:
            record_event(session, action=action, owner_id=NATION_OWNER_ID, details=details)
    finally:
        opened.close()
