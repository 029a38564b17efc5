"""Batches: which file was taken in for whom, how far it came, and whether its program still lives.

A batch's program holds an advisory lock for as long as it works; the server lets go of it when the program dies,
however it dies. So a batch that is "running" while nobody holds its lock was killed.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from casm.audit.batch_rows import batch_rows_sha256
from casm.audit.record import record_event
from casm.db.session import Database
from casm.errors import CasmError
from casm.intake.batch_record import ImportBatch, ImportProblem
from casm.intake.problem import Problem
from casm.intake.report import ImportReport
from casm.notices.kinds import IMPORT_FINISHED
from casm.notices.notify import About, notify
from casm.sharing.asset_class import FIELD_CLASS_OF_TABLE
from casm.sharing.viewer import Viewer

READ_BYTES = 1 << 20
LOCK_PATIENCE_S = 5.0
LOCK_POLL_S = 0.05
# What the audit's event of a batch says of it.
TOLD_OF_A_BATCH = (
    "file_name", "file_sha256", "reader", "record_class",
    "rows_read", "rows_created", "rows_changed", "rows_unchanged", "rows_reported",
)  # fmt: skip


@dataclass(frozen=True)
class FileOrigin:
    """The file as a batch records it. options: whatever changes how the file is read."""

    file_name: str
    sha256: str
    reader: str
    owner_code: str
    record_class: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def sha256_of(paths: Iterable[Path]) -> str:
    """SHA-256 of the files' contents, one after the other, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(READ_BYTES):
                digest.update(block)
    return digest.hexdigest()


@dataclass
class BatchLock:
    """Proof that this program works on a batch; held on a connection of its own."""

    connection: Connection
    number: int

    def release(self) -> None:
        """Let go of the batch."""
        self.connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": self.number})
        self.connection.commit()
        self.connection.close()


def take_lock(database: Database, number: int, *, patience_s: float = 0.0) -> BatchLock | None:
    """The lock of that number, or None when another program holds it.

    patience_s: how long to wait, since the server takes a moment to notice that a program was killed.
    """
    connection = database.engine.connect()
    deadline = time.monotonic() + patience_s
    while True:
        taken = connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number})
        connection.commit()  # the lock outlives the transaction, which must not stay open
        if taken or time.monotonic() >= deadline:
            break
        time.sleep(LOCK_POLL_S)
    if taken:
        return BatchLock(connection, number)
    connection.close()
    return None


def lock_number(owner_id: uuid.UUID, origin: FileOrigin) -> int:
    """A signed 64-bit number for one file taken in one way for one owner."""
    told = json.dumps([str(owner_id), origin.sha256, origin.reader, origin.record_class, dict(origin.options)])
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big", signed=True)


def open_batch(session: Session, owner_id: uuid.UUID, origin: FileOrigin, actor: str) -> tuple[uuid.UUID, bool]:
    """(batch id, whether it was begun before and is now resumed); the caller holds the file's lock.

    A resumed batch starts its counts and problems again, since the file is read again from its beginning.
    """
    begun = session.scalars(
        select(ImportBatch.id)
        .where(
            ImportBatch.owner_id == owner_id,
            ImportBatch.file_sha256 == origin.sha256,
            ImportBatch.reader == origin.reader,
            ImportBatch.record_class.is_not_distinct_from(origin.record_class),
            ImportBatch.options == dict(origin.options),
            ImportBatch.state != "done",
        )
        .order_by(ImportBatch.started_at)
    ).first()
    if begun is None:
        batch_id = uuid.uuid4()
        session.execute(
            insert(ImportBatch).values(
                id=batch_id,
                owner_id=owner_id,
                file_name=origin.file_name,
                file_sha256=origin.sha256,
                reader=origin.reader,
                record_class=origin.record_class,
                state="running",
                actor=actor,
                options=dict(origin.options),
            )
        )
        return batch_id, False
    session.execute(delete(ImportProblem).where(ImportProblem.import_batch_id == begun))
    session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == begun)
        .values(state="running", rows_read=0, rows_created=0, rows_changed=0, rows_unchanged=0, rows_reported=0)
    )
    return begun, True


def mark_dead_stopped(database: Database, session: Session) -> int:
    """Mark every running batch whose program is gone as stopped; how many there were."""
    from casm.intake.owner_tree import OwnerTree

    tree = OwnerTree()
    tree.load(session)
    dead = 0
    for batch in session.scalars(select(ImportBatch).where(ImportBatch.state == "running")).all():
        origin = FileOrigin(
            batch.file_name,
            batch.file_sha256,
            batch.reader,
            tree.codes.get(batch.owner_id, ""),
            batch.record_class,
            batch.options,
        )
        if lock := take_lock(database, lock_number(batch.owner_id, origin)):
            dead += close_batch(session, batch.id, "stopped")
            lock.release()
    return dead


def refuse_rival(origin: FileOrigin) -> CasmError:
    """Another program takes in the same file."""
    return CasmError(
        f"{origin.file_name} is being taken in by another casm at this moment.",
        "wait for it to end, then run the same command again if you need to",
    )


def record(
    session: Session,
    batch_id: uuid.UUID,
    owner_id: uuid.UUID,
    *,
    report: ImportReport,
    problems: list[Problem],
    viewer: Viewer,
) -> None:
    """Store the counts so far and the problems newly found, in the transaction of the rows themselves."""
    if problems:
        record_class = session.scalar(select(ImportBatch.record_class).where(ImportBatch.id == batch_id))
        session.execute(
            insert(ImportProblem),
            [
                {
                    "id": uuid.uuid4(),
                    "owner_id": owner_id,
                    "import_batch_id": batch_id,
                    "severity": problem.severity,
                    "file_name": problem.file,
                    "row_number": problem.row,
                    "column_name": problem.column,
                    "mend": problem.mend,
                    **_closed(problem, record_class, viewer),
                }
                for problem in problems
            ],
        )
    session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .values(
            rows_read=report.rows_read,
            rows_created=report.total("created"),
            rows_changed=report.total("changed"),
            rows_unchanged=report.total("unchanged"),
            rows_reported=report.total("reported"),
        )
    )


def _closed(problem: Problem, record_class: str | None, viewer: Viewer) -> dict[str, str | None]:
    """What a problem repeats of the file, under its class of field; nothing where the viewer may not write that."""
    field_class = FIELD_CLASS_OF_TABLE.get(record_class or "", problem.field_class)
    if field_class == "public" or field_class in viewer.field_classes:
        return {"value": problem.value, "reason": problem.reason, "field_class": field_class}
    return {"value": None, "reason": f"a fault in its {field_class} fields", "field_class": "public"}


def close_batch(session: Session, batch_id: uuid.UUID, state: str, owner_codes: Iterable[str] = ()) -> bool:
    """Mark a batch done, or stopped where it may be resumed, and record its one event; whether the viewer could.

    owner_codes: owners that the batch made or renamed.
    """
    finished = func.now() if state == "done" else None
    closed = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .values(state=state, finished_at=finished)
        .returning(
            ImportBatch.owner_id,
            *[getattr(ImportBatch, name) for name in TOLD_OF_A_BATCH],
        )
    ).one_or_none()
    if closed is None:
        return False
    rows_sha256, rows = batch_rows_sha256(session, batch_id, owner_codes)
    record_event(
        session,
        action="imported" if state == "done" else "stopped importing",
        owner_id=closed.owner_id,
        subject_table="import_batch",
        subject_id=batch_id,
        details={name: getattr(closed, name) for name in TOLD_OF_A_BATCH}
        | {"rows_sha256": rows_sha256, "rows_stored": rows},
    )
    if state == "done":
        about = About(closed.owner_id, subject_table="import_batch", subject_id=batch_id)
        taken = closed.rows_created + closed.rows_changed
        told = {"taken": taken, "reported": closed.rows_reported}
        notify(session, IMPORT_FINISHED, about, to_managers=True, details=told)
    return True
