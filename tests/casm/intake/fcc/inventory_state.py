"""The state of the inventory without what differs from run to run: ids told by names, no times."""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import text

RUN_COLUMNS = {"id", "import_batch_id", "created_at", "updated_at", "started_at", "finished_at"}
TABLES = {
    "licence": "call_sign",
    "site": "name",
    "station": "name",
    "station_frequency": "id",
    "backhaul_link": "name",
    "microwave_path": "id",
    "import_batch": "id",
    "import_problem": "id",
}


def state_of(session, *, with_batches: bool = True) -> dict[str, list[str]]:
    """Every row of every table that an import writes, as sorted text; history as a count of its rows by table."""
    names: dict[Any, str] = {}
    for table, column in TABLES.items():
        if column != "id":
            for row_id, name in session.execute(text(f"SELECT id, {column} FROM {table}")):
                names[row_id] = f"{table}:{name}"
    for owner_id, code in session.execute(text("SELECT id, code FROM owner")):
        names[owner_id] = f"owner:{code}"
    found: dict[str, list[str]] = {}
    for table in TABLES:
        if not with_batches and table.startswith("import_"):
            continue
        rows = session.execute(text(f"SELECT * FROM {table}")).mappings()
        found[table] = sorted(
            json.dumps({key: _plain(value, names) for key, value in row.items() if key not in RUN_COLUMNS})
            for row in rows
        )
    history = session.execute(text("SELECT table_name, count(*) FROM history GROUP BY 1 ORDER BY 1"))
    found["history"] = [f"{table} {number}" for table, number in history]
    return found


def digest_of(state: dict[str, list[str]]) -> str:
    """One hash for a whole state."""
    return sha256(json.dumps(state).encode()).hexdigest()


def _plain(value: Any, names: dict[Any, str]) -> Any:
    if isinstance(value, UUID):
        return names.get(value, "an id")
    if isinstance(value, list | dict | str | int | float | bool) or value is None:
        return value
    return str(value)
