"""The writer: parsed rows in, whole rows stored, everything else reported; safe to kill and to repeat.

Each chunk of rows is one transaction that also holds the chunk's counts and problems. A file taken in again is read
from its beginning: rows already stored are found by their natural key and left as they are.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from casm.audit.changes import one_event_for_all
from casm.db.session import Database
from casm.errors import CasmError
from casm.intake import batches, owner_rows
from casm.intake.added_values import refuse_astray, write_added
from casm.intake.apply import apply
from casm.intake.batches import BatchLock, FileOrigin
from casm.intake.derivations import derive
from casm.intake.folding import FOLDED_CLASSES, folded_row
from casm.intake.inspections import Inspections
from casm.intake.owner_tree import OwnerTree
from casm.intake.plan import ReadyRow, Unplanned, key_of, plan
from casm.intake.prepare import Preparer, Waiting
from casm.intake.problem import ERROR, Problem
from casm.intake.references import Resolver
from casm.intake.report import CHANGED, CREATED, REPORTED, UNCHANGED, ImportReport
from casm.intake.resume import earlier_outcomes, earlier_owner_outcome
from casm.intake.row import ParsedRow, RejectedRow, StreamItem
from casm.intake.row import rejected as rejected_row
from casm.intake.shapes import DEPENDENCY_ORDER, Shape, names_itself, shape_of
from casm.intake.words import class_words, field_words
from casm.sharing.viewer import Viewer

CHUNK_ROWS = 1000
# Rows that may wait for a record further down; beyond it a row is reported at once, so that memory stays bounded.
WAITING_ROWS = 50_000

Progress = Callable[[int], None]
Place = tuple[str, int]
KeyedRow = tuple[tuple[Any, ...], ReadyRow]


@dataclass
class OpenFile:
    """A file being taken in: its batch, its counts, and what it has already brought."""

    origin: FileOrigin
    owner_id: uuid.UUID
    batch_id: uuid.UUID
    lock: BatchLock | None
    report: ImportReport
    seen: dict[int, Place] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    half_done: dict[Place, str] = field(default_factory=dict)
    owner_codes: set[str] = field(default_factory=set)


@dataclass
class Writer:
    """Takes files in on behalf of a viewer. Use as a context manager, so that every batch is closed.

    dry_run: do everything in one transaction and undo it at the end.
    progress: called with the number of rows of the file settled so far.
    """

    database: Database
    viewer: Viewer
    chunk_rows: int = CHUNK_ROWS
    dry_run: bool = False
    progress: Progress | None = None
    owners: OwnerTree = field(default_factory=OwnerTree)
    inspections: Inspections = field(default_factory=Inspections)
    files: list[OpenFile] = field(default_factory=list)
    steps: int = 0

    def __enter__(self) -> "Writer":
        self._preparer = Preparer(self.owners, Resolver(self.owners))
        self._one_session = self.database.resumable_session(self.viewer) if self.dry_run else None
        self._dry_session = self._one_session.__enter__() if self._one_session else None
        try:
            with self._transaction() as session:
                if not self.dry_run:
                    batches.mark_dead_stopped(self.database, session)
                self.owners.load(session)
        except BaseException:
            self._end_dry_run()
            raise
        return self

    def __exit__(self, kind: object, _error: object, _trace: object) -> None:
        try:
            if kind is None:
                self.finish()
            elif not self.dry_run:
                self._stop()
        finally:
            self._end_dry_run()
            self._release()

    def take(self, origin: FileOrigin, items: Iterable[StreamItem]) -> ImportReport:
        """Take one file in; rows that name records still to come wait for `finish`. The report fills until then."""
        file = self._open(origin)
        chunk: list[StreamItem] = []
        for item in items:
            chunk.append(item)
            if len(chunk) >= self.chunk_rows:
                self._write_chunk(file, chunk)
                chunk = []
        self._write_chunk(file, chunk)
        return file.report

    def finish(self) -> None:
        """Settle the rows that wait, report what never came, and mark the batches done."""
        while True:
            if any([self._retry(file, leave_children=False) for file in self.files]):
                continue
            # Two records may each name the other, such as systems joined by ISSI: store both, then join them.
            if not any([self._retry(file, leave_children=True) for file in self.files]):
                break
        for file in self.files:
            self._give_up(file)
            with self._transaction() as session:
                batches.close_batch(session, file.batch_id, "done", file.owner_codes)
        self._release()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        if self._dry_session is not None:
            yield self._dry_session
            return
        # A batch is one event of the audit, recorded when it is closed.
        with self.database.session(self.viewer) as session, one_event_for_all(session):
            yield session

    def _end_dry_run(self) -> None:
        if self._one_session is not None and self._dry_session is not None:
            self._dry_session.rollback()
            self._one_session.__exit__(None, None, None)
            self._one_session = self._dry_session = None

    def _open(self, origin: FileOrigin) -> OpenFile:
        owner_id = self.owners.ids.get(origin.owner_code)
        if owner_id is None or owner_id not in self.owners.writable:
            raise CasmError(
                f"There is no owner {origin.owner_code!r} whose rows you may write.",
                "name another with --owner, or make it first by importing an owners.csv (code, kind, name)",
            )
        lock = None
        if not self.dry_run:
            number = batches.lock_number(owner_id, origin)
            lock = batches.take_lock(self.database, number, patience_s=batches.LOCK_PATIENCE_S)
            if lock is None:
                raise batches.refuse_rival(origin)
        try:
            with self._transaction() as session:
                batch_id, resumed = batches.open_batch(session, owner_id, origin, self.viewer.actor)
        except BaseException:
            if lock:
                lock.release()
            raise
        report = ImportReport(origin.file_name, batch_id, resumed)
        file = OpenFile(origin, owner_id, batch_id, lock, report)
        self.files.append(file)
        return file

    def _stop(self) -> None:
        """After an interruption: what is stored stays, the batches wait to be resumed."""
        with suppress(SQLAlchemyError):  # where the server is gone, the next import finds them dead
            for file in self.files:
                with self._transaction() as session:
                    batches.close_batch(session, file.batch_id, "stopped", file.owner_codes)

    def _release(self) -> None:
        for file in self.files:
            if file.lock:
                with suppress(SQLAlchemyError):
                    file.lock.release()
        self.files.clear()

    def _retry(self, file: OpenFile, *, leave_children: bool) -> bool:
        """Try the waiting rows again; whether any of them came further."""
        chosen = [
            waiting
            for waiting in file.waiting
            if not leave_children or (waiting.only_children and _place(waiting.row) not in file.half_done)
        ]
        if not chosen:
            return False
        taken = set(map(id, chosen))
        file.waiting = [waiting for waiting in file.waiting if id(waiting) not in taken]
        before = self.steps
        for start in range(0, len(chosen), self.chunk_rows):
            rows = [waiting.row for waiting in chosen[start : start + self.chunk_rows]]
            self._write_chunk(file, rows, leave_children=leave_children)
        return self.steps > before

    def _give_up(self, file: OpenFile) -> None:
        """Report the rows whose references never came."""
        left, file.waiting = file.waiting, []
        rejected = [
            RejectedRow(one.row.file, one.row.row, (*one.row.notes, one.problem), one.row.record_class) for one in left
        ]
        for start in range(0, len(rejected), self.chunk_rows):
            self._write_chunk(file, rejected[start : start + self.chunk_rows])

    def _write_chunk(self, file: OpenFile, items: Sequence[StreamItem], *, leave_children: bool = False) -> None:
        """One transaction: the rows, their counts and their problems."""
        problems: list[Problem] = []
        by_class: dict[str, list[ParsedRow]] = defaultdict(list)
        with self._transaction() as session:
            for item in items:
                if isinstance(item, Problem):
                    problems.append(item)
                elif isinstance(item, RejectedRow):
                    self._reject(file, item, problems)
                else:
                    by_class[item.record_class].append(item)
            for record_class in sorted(by_class, key=_dependency):
                if record_class == "owner":
                    self._write_owners(session, file, by_class[record_class], problems)
                else:
                    self._write_class(session, file, by_class[record_class], problems, leave_children=leave_children)
            if len({problem.file for problem in problems}) == 1:
                problems.sort(key=lambda problem: problem.row or 0)
            for problem in problems:
                file.report.add(problem)
            batches.record(
                session, file.batch_id, file.owner_id, report=file.report, problems=problems, viewer=self.viewer
            )
        if self.progress:
            self.progress(file.report.rows_read)

    def _write_owners(self, session: Session, file: OpenFile, rows: list[ParsedRow], problems: list[Problem]) -> None:
        """Owners, parents before children."""
        for row in sorted(rows, key=lambda row: row.values["code"].count(".")):
            first = file.seen.setdefault(hash(("owner", row.values["code"])), _place(row))
            if first != _place(row):
                self._reject(file, _duplicate(row, first, ("code",)), problems)
                continue
            outcome, problem = owner_rows.write_owner(session, self.owners, row)
            if outcome is None and problem is not None:
                self._wait(file, Waiting(row, problem, only_children=False), problems)
            elif outcome == REPORTED and problem is not None:
                self._reject(file, RejectedRow(row.file, row.row, (*row.notes, problem), "owner"), problems)
            elif outcome is not None:
                if file.report.resumed:
                    outcome = earlier_owner_outcome(session, file.batch_id, row.values["code"], outcome)
                if outcome in (CREATED, CHANGED):
                    file.owner_codes.add(row.values["code"])
                self._settle(file, row, outcome, problems)

    def _write_class(
        self, session: Session, file: OpenFile, rows: list[ParsedRow], problems: list[Problem], *, leave_children: bool
    ) -> None:
        """Rows of one class, in waves where one row of the class may name another."""
        shape = shape_of(rows[0].record_class)
        while rows:
            prepared = self._preparer.prepare(session, shape, rows, leave_children=leave_children)
            for rejected in prepared.rejected:
                self._reject(file, rejected, problems)
            half = {_place(one.row) for one in prepared.waiting} & {_place(ready.row) for ready in prepared.ready}
            first, repeated = self._keyed(session, file, shape, prepared.ready, problems)
            stored = self._store(session, file, shape, first, problems, half)
            if repeated:
                self._fold(session, file, shape, repeated, problems)
            again = [one for one in prepared.waiting if _place(one.row) not in half]
            for one in prepared.waiting:
                if _place(one.row) in half or not (stored and names_itself(shape)):
                    self._wait(file, one, problems)
            if not (stored and names_itself(shape)):
                return
            rows = [one.row for one in again]

    def _keyed(
        self, session: Session, file: OpenFile, shape: Shape, ready_rows: list[ReadyRow], problems: list[Problem]
    ) -> tuple[list[KeyedRow], list[KeyedRow]]:
        """(rows whose key comes first in this file, rows that repeat one and can be folded into it)."""
        first: list[KeyedRow] = []
        repeated: list[KeyedRow] = []
        ready_rows, astray = refuse_astray(session, shape, ready_rows, self.owners.codes)
        for rejected in astray:
            self._reject(file, rejected, problems)
        for ready in ready_rows:
            row = ready.row
            try:
                key = key_of(shape, ready)
            except Unplanned as error:
                problem = row.problem(ERROR, error.field_name, error.reason, error.mend)
                self._reject(file, RejectedRow(row.file, row.row, (*row.notes, problem), row.record_class), problems)
                continue
            place = file.seen.setdefault(hash((shape.record_class, key)), _place(row))
            if place == _place(row):
                first.append((key, ready))
            elif shape.record_class in FOLDED_CLASSES:
                repeated.append((key, ready))
            else:
                self._reject(file, _duplicate(row, place, shape.key), problems)
        return first, repeated

    def _store(
        self,
        session: Session,
        file: OpenFile,
        shape: Shape,
        keyed: list[KeyedRow],
        problems: list[Problem],
        half: set[Place],
    ) -> int:
        """Write the rows and count them; how many were stored. half: places of rows whose children still wait."""
        ready_rows = [ready for _, ready in keyed]
        derive(session, shape.record_class, ready_rows)
        problems.extend(self.inspections.inspect(session, shape, ready_rows))
        plan(session, shape, keyed)
        done, refused = apply(
            session,
            shape,
            ready_rows,
            file.batch_id,
            lambda ready: plan(session, shape, [(key_of(shape, ready), ready)]),
        )
        for rejected in refused:
            self._reject(file, rejected, problems)
        write_added(session, shape, done, file.batch_id, self.owners.codes)
        outcomes = earlier_outcomes(session, shape, done, file.batch_id) if file.report.resumed else {}
        for ready in done:
            outcome = outcomes.get(ready.record_id, ready.outcome)
            if _place(ready.row) in half:
                file.half_done[_place(ready.row)] = outcome
                self.steps += 1
            else:
                self._settle(file, ready.row, outcome, problems)
        return len(done)

    def _fold(
        self, session: Session, file: OpenFile, shape: Shape, keyed: list[KeyedRow], problems: list[Problem]
    ) -> None:
        """Add what repeated rows know to the records they repeat; each is reported as folded."""
        for key, ready in keyed:
            place = file.seen[hash((shape.record_class, key))]
            stated = dict(ready.columns)
            plan(session, shape, [(key, ready)], fill_only=True)
            done, refused = apply(session, shape, [ready], file.batch_id, lambda _ready: None)
            for rejected in refused:
                self._reject(file, rejected, problems)
            if done:
                self._reject(file, folded_row(ready, stated, _said(ready.row, place)), problems)

    def _settle(self, file: OpenFile, row: ParsedRow, outcome: str, problems: list[Problem]) -> None:
        """Count a stored row once, by the most that was done to it."""
        earlier = file.half_done.pop(_place(row), None)
        if earlier == CREATED or (earlier == CHANGED and outcome == UNCHANGED):
            outcome = earlier
        problems.extend(row.notes)
        file.report.count(row.record_class, outcome)
        self.steps += 1

    def _reject(self, file: OpenFile, rejected: RejectedRow, problems: list[Problem]) -> None:
        """Count a row that became no record; one already stored without its children keeps its own outcome."""
        earlier = file.half_done.pop((rejected.file, rejected.row), None)
        problems.extend(rejected.problems)
        file.report.count(rejected.record_class or file.origin.record_class, earlier or REPORTED)
        self.steps += 1

    def _wait(self, file: OpenFile, waiting: Waiting, problems: list[Problem]) -> None:
        if len(file.waiting) < WAITING_ROWS:
            file.waiting.append(waiting)
        else:
            row = waiting.row
            rejected = RejectedRow(row.file, row.row, (*row.notes, waiting.problem), row.record_class)
            self._reject(file, rejected, problems)


def _place(row: ParsedRow) -> Place:
    return (row.file, row.row)


def _said(row: ParsedRow, place: Place) -> str:
    return f"row {place[1]}" if place[0] == row.file else f"{place[0]} row {place[1]}"


def _duplicate(row: ParsedRow, place: Place, key: tuple[str, ...]) -> RejectedRow:
    """A second row of one file with the natural key of an earlier one."""
    named = " and ".join(field_words(name) for name in key)
    return rejected_row(
        row,
        f"{_said(row, place)} of this file is already the {class_words(row.record_class)} with this {named}",
        "keep one of the two rows, or give them different keys",
        key[-1].removesuffix("_id"),
        row.values.get(key[-1]),
    )


def _dependency(record_class: str) -> int:
    return DEPENDENCY_ORDER.index(record_class) if record_class in DEPENDENCY_ORDER else len(DEPENDENCY_ORDER)
