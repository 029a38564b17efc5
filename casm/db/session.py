"""Sessions that carry their viewer: each transaction opens with a sealed word on who is asking."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import NullPool

# Every session appends its audit events before it commits.
from casm.audit import append
from casm.audit.changes import watch

# Foreign keys name tables: whoever opens a session needs every class to be mapped.
from casm.db import tables  # noqa: F401
from casm.db.engine import make_engine
from casm.db.locate import DatabaseUrls
from casm.db.roles import GATE, WIDE
from casm.errors import CasmError
from casm.sharing.application_wall import narrow, raise_wall
from casm.sharing.viewer import Viewer

# Longer than any one transaction of ours; a stolen word is worthless afterwards.
CONTEXT_SECONDS = 6 * 3600
# A viewer from whom nothing is hidden works as casm_wide until the transaction ends, whose searches go by place alone.
# Another viewer who took that role on would see nothing by it: its policy asks the database the same question.
WIDEN = text(f"SELECT set_config('role', '{WIDE}', true) WHERE casm_sec.sees_everything()")


@dataclass(frozen=True)
class Seal:
    """The two HMAC pads that make a context believable to the database."""

    inner_pad: bytes = field(repr=False)
    outer_pad: bytes = field(repr=False)

    def sign(self, message: str) -> str:
        """Hex HMAC-SHA-256 of the message (RFC 2104)."""
        inner = hashlib.sha256(self.inner_pad + message.encode()).digest()
        return hashlib.sha256(self.outer_pad + inner).hexdigest()

    def context_of(self, viewer: Viewer, now: float | None = None) -> str:
        """The sealed word that stands for the viewer for the next hours."""
        expires = int((time.time() if now is None else now) + CONTEXT_SECONDS)
        said: tuple[str, ...] = ("v2" if viewer.is_person else "v1", str(expires), viewer.actor)
        if viewer.is_person:
            said += (viewer.principal_kind, str(viewer.principal_id), viewer.origin, str(viewer.home_owner_id))
        else:
            said += (
                str(viewer.home_owner_id),
                ",".join(sorted(map(str, viewer.read_roots))),
                ",".join(sorted(map(str, viewer.write_roots))),
                ",".join(sorted(viewer.field_classes)),
            )
        message = "|".join(said)
        return f"{message}|{self.sign(message)}"


@dataclass(frozen=True)
class Database:
    """An open database: sessions on behalf of viewers, and nothing without one."""

    engine: Engine
    seal: Seal = field(repr=False)
    gate_url: str = field(default="", repr=False)

    @cached_property
    def gate_engine(self) -> Engine:
        """Connections as casm_gate, which keeps the accounts; made when first asked for, as most programs never do."""
        return make_engine(self._gate_url(), GATE)

    @cached_property
    def asking_engine(self) -> Engine:
        """Connections for questions of one message (casm.db.engine.ask_at_once)."""
        return make_engine(self.engine.url, at_once=True)

    @cached_property
    def asking_gate_engine(self) -> Engine:
        """The same as casm_gate."""
        return make_engine(self._gate_url(), GATE, at_once=True)

    @property
    def engines(self) -> list[Engine]:
        """Every engine made so far."""
        made = (self.__dict__.get(name) for name in ("engine", "gate_engine", "asking_engine", "asking_gate_engine"))
        return [engine for engine in made if engine is not None]

    def _gate_url(self) -> str:
        if not self.gate_url:
            raise CasmError("This database was opened without its accounts.", "open it with open_database")
        return self.gate_url

    @contextmanager
    def gate_session(self, viewer: Viewer) -> Iterator[Session]:
        """A session over the accounts on the viewer's behalf: committed at the end, rolled back on an error."""
        with Session(self.gate_engine, expire_on_commit=False) as session:
            event.listen(session, "after_begin", self._declare(viewer))
            session.info[append.GATE_ORIGIN] = viewer.origin
            with session.begin():
                yield session

    @contextmanager
    def session(self, viewer: Viewer) -> Iterator[Session]:
        """A session of the viewer's: committed at the end, rolled back on an error."""
        with Session(self.engine, expire_on_commit=False) as session:
            self._let_in(session, viewer)
            with session.begin():
                yield session

    @contextmanager
    def resumable_session(self, viewer: Viewer) -> Iterator[Session]:
        """A session of the viewer's that commits in steps, for long work that can be stopped and resumed."""
        with Session(self.engine, expire_on_commit=False) as session:
            self._let_in(session, viewer)
            yield session

    def _let_in(self, session: Session, viewer: Viewer) -> None:
        declare = self._declare(viewer)

        def begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
            declare(session, transaction, connection)
            if transaction.nested:
                return
            connection.execute(WIDEN)
            raise_wall(session)

        event.listen(session, "after_begin", begin)
        event.listen(session, "do_orm_execute", narrow)
        watch(session)

    def _declare(self, viewer: Viewer):
        def declare(_session, _transaction, connection) -> None:
            connection.execute(
                text("SELECT set_config('casm.context', :context, true)"), {"context": self.seal.context_of(viewer)}
            )

        return declare

    def close(self) -> None:
        """Give every connection back."""
        self.drop_connections()

    def drop_connections(self, *, close: bool = True) -> None:
        """Empty the pools; close=False after a fork, since the connections are the parent's."""
        for engine in self.engines:
            engine.dispose(close=close)


def open_database(urls: DatabaseUrls) -> Database:
    """Open a located database; CasmError when its seal cannot be read."""
    migrator = create_engine(urls.migrator, poolclass=NullPool)
    with migrator.connect() as connection:
        row = connection.execute(text("SELECT inner_pad, outer_pad FROM casm_sec.seal")).one_or_none()
    if row is None:
        raise CasmError("The database has no seal, so nobody could be let in.", "run `casm doctor`, restore a backup")
    return Database(make_engine(urls.app), Seal(bytes(row.inner_pad), bytes(row.outer_pad)), urls.gate)
