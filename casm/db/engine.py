"""Pooled connections that act as one role: clean when they are handed out, alive as far as their socket tells."""

import select
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Engine, Executable, Row, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from casm.db.roles import APP

SEARCH_PATH = "casm,casm_geo,public"
# One viewer's transaction leaves nothing on a pooled connection for the next: no setting, cursor, plan, lock or role.
CLEAN = (
    "RESET ALL; CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; RESET SESSION AUTHORIZATION; "
    "SET ROLE {role}; SELECT pg_advisory_unlock_all()"
)
# When a connection came back, as its record remembers.
BACK_AT = "casm.back_at"
# A network may lose a connection without a word; a server that ends closes it, which the socket tells.
ASKED_AFTER_S = 30.0


def make_engine(url: str | URL, role: str = APP, *, at_once: bool = False) -> Engine:
    """A pooled engine whose connections act as casm_app (or casm_gate) and look in CASM's schemas first.

    A login of another role (an external database with one address) steps down to it on connecting.
    at_once: for ask_at_once alone, whose questions leave nothing that would have to be cleaned away.
    """
    # The address may carry options of its own; ours come last, so that ours hold.
    given = make_url(url).query.get("options", "")
    options = f"{given} -c search_path={SEARCH_PATH}".strip()
    level = {"isolation_level": "AUTOCOMMIT"} if at_once else {}
    engine = create_engine(url, pool_reset_on_return=None, connect_args={"options": options}, **level)

    @event.listens_for(engine, "connect")
    def step_down(connection, _record) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            if cursor.fetchone()[0] != role:
                cursor.execute(f"SET ROLE {role}")
        connection.commit()

    @event.listens_for(engine, "checkout")
    def look(connection, record, _proxy) -> None:
        if not still_there(connection, time.monotonic() - record.info.get(BACK_AT, time.monotonic())):
            raise DisconnectionError

    @event.listens_for(engine, "reset")
    def clean(connection, record, state) -> None:
        connection.rollback()
        if state.terminate_only:
            return
        record.info[BACK_AT] = time.monotonic()
        if at_once:
            return
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(CLEAN.format(role=role))
        connection.autocommit = False

    return engine


def still_there(connection: Any, idle_s: float) -> bool:
    """Whether a connection still has its server: nothing to be read means that nobody has closed it.

    Asked with a question of its own only when there is something to read, or after a long rest.
    """
    try:
        waiting = select.poll()
        waiting.register(connection, select.POLLIN)
        if waiting.poll(0) or idle_s > ASKED_AFTER_S:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            connection.rollback()
    except (OSError, ValueError, connection.Error):
        return False
    return True


def ask_at_once(engine: Engine, question: str | Executable, values: Mapping[str, Any]) -> Row[Any] | None:
    """Send a question as one message, and so as one transaction of one round trip; its last statement's row, if any.

    engine: made for it. question: one statement, or fixed text of several, that sets nothing beyond its transaction
    (set_config(..., true)); values are bound.
    """
    with engine.connect() as connection:
        asked = connection.exec_driver_sql if isinstance(question, str) else connection.execute
        return asked(question, values).one_or_none()
