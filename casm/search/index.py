"""The index of words: told which columns are searched, and rebuilt; what keeps it afterwards are the triggers."""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, text

from casm.db import roles
from casm.search import added
from casm.search.columns import SearchedColumn, searched_columns

Progress = Callable[[str], None]

INDEXES = {
    "ix_search_entry_shelf_id_word": "search_entry (shelf_id, word)",
    "ix_search_entry_record_id": "search_entry (record_id)",
    "ix_search_variant_shelf_id_variant": "search_variant (shelf_id, variant)",
}
FILL_SHELVES = """
INSERT INTO casm_sec.search_shelf (shelf_id, owner_id, scope)
SELECT h.shelf_id, o.owner_id, h.shelf_id / 8388608
FROM (SELECT DISTINCT shelf_id FROM casm_sec.search_entry) h
JOIN casm_sec.search_owner o ON o.number = h.shelf_id % 8388608
"""
FILL_VARIANTS = """
INSERT INTO casm_sec.search_variant (shelf_id, variant, word)
SELECT w.shelf_id, v, w.word FROM (SELECT DISTINCT shelf_id, word FROM casm_sec.search_entry) w,
LATERAL unnest(casm_sec.search_variants(w.word)) v
"""
FOLLOWS = """
CREATE TRIGGER words_follow_insert AFTER INSERT ON casm.{table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.{follow}();
CREATE TRIGGER words_follow_update AFTER UPDATE ON casm.{table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.{follow}();
CREATE TRIGGER words_follow_delete AFTER DELETE ON casm.{table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.{follow}();
CREATE POLICY is_searched ON casm.{table} FOR SELECT TO casm_owner USING (true)
"""
UNFOLLOWS = """
DROP TRIGGER IF EXISTS words_follow_insert ON casm.{table};
DROP TRIGGER IF EXISTS words_follow_update ON casm.{table};
DROP TRIGGER IF EXISTS words_follow_delete ON casm.{table};
DROP POLICY IF EXISTS is_searched ON casm.{table}
"""
FOLLOWED = """
SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname LIKE 'words_follow_%' AND c.relnamespace = 'casm'::regnamespace
UNION SELECT tablename FROM pg_policies WHERE schemaname = 'casm' AND policyname = 'is_searched'
"""
ADD_SCOPE = """
INSERT INTO casm_sec.search_scope (scope, asset_class, field_class)
SELECT coalesce(max(scope), 0) + 1, :asset_class, :field_class FROM casm_sec.search_scope
ON CONFLICT (asset_class, field_class) DO NOTHING
"""
ADD_FIELD = """
INSERT INTO casm_sec.search_field (field, table_name, column_name, kind, scope)
SELECT :field, :table, :column, :kind, scope FROM casm_sec.search_scope
WHERE asset_class = :asset_class AND field_class = :field_class
"""


def enrol(connection: Connection, progress: Progress | None = None) -> None:
    """Tell the database which columns are searched, if that has changed, and build the index anew then.

    connection: of a role that may act as casm_owner; committed here.
    """
    if {_told(column) for column in searched_columns()} != enrolled(connection):
        build_anew(connection, progress)


def build_anew(connection: Connection, progress: Progress | None = None) -> int:
    """State the columns, the triggers and the policies again, and every word; how many words.

    One transaction, during which nobody writes and who searches waits. connection: as for enrol; committed here.
    """
    connection.execute(text(f"SET LOCAL ROLE {roles.OWNER}"))
    wanted = list(searched_columns())
    state(connection, wanted)
    follow(connection, dict.fromkeys(column.table for column in wanted))
    words = fill(connection, progress)
    connection.execute(text("RESET ROLE"))
    connection.commit()
    return words


def state(connection: Connection, wanted: Iterable[SearchedColumn]) -> None:
    """Write down the columns; a scope keeps the number it has."""
    connection.execute(text("DELETE FROM casm_sec.search_field"))
    for number, column in enumerate(wanted, start=1):
        connection.execute(text(ADD_SCOPE), {"asset_class": column.asset_class, "field_class": column.field_class})
        connection.execute(text(ADD_FIELD), {"field": number, **vars(column)})


def enrolled(connection: Connection) -> set[tuple[str, ...]]:
    """The searched columns as the database knows them."""
    return {
        tuple(row)
        for row in connection.execute(
            text(
                "SELECT table_name, column_name, kind, asset_class, field_class "
                "FROM casm_sec.search_field f JOIN casm_sec.search_scope s ON s.scope = f.scope"
            )
        )
    }


def _told(column: SearchedColumn) -> tuple[str, ...]:
    return (column.table, column.column, column.kind, column.asset_class, column.field_class)


def follow(connection: Connection, tables: Iterable[str]) -> None:
    """Have the index follow each of these tables, and none of the others."""
    for table in connection.scalars(text(FOLLOWED)).all():
        connection.execute(text(UNFOLLOWS.format(table=table)))
    for table in tables:
        function = "follow_added_values" if table == added.TABLE else "follow_records"
        connection.execute(text(FOLLOWS.format(table=table, follow=function)))


def fill(connection: Connection, progress: Progress | None = None) -> int:
    """Empty the index and fill it from the records; how many words."""
    tables = connection.scalars(
        text("SELECT table_name FROM casm_sec.search_field GROUP BY 1 ORDER BY min(scope), 1")
    ).all()
    # What is written between the reading of the records and the end would be missing.
    connection.execute(text(f"LOCK TABLE {', '.join(f'casm.{table}' for table in tables)} IN SHARE ROW EXCLUSIVE MODE"))
    kept = ("search_entry", "search_variant", "search_shelf", "search_waiting")
    connection.execute(text(f"TRUNCATE {', '.join(f'casm_sec.{name}' for name in kept)}"))
    for index in INDEXES:
        connection.execute(text(f"DROP INDEX IF EXISTS casm_sec.{index}"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    written = 0
    for table in tables:
        statement = "index_added_values()" if table == added.TABLE else "index_records(:table)"
        words = connection.scalar(text(f"SELECT casm_sec.{statement}"), {"table": table}) or 0
        written += words
        if progress and words:
            progress(f"{table}: {words:,} words")
    connection.execute(text(FILL_SHELVES))
    connection.execute(text(FILL_VARIANTS))
    for index, on in INDEXES.items():
        connection.execute(text(f"CREATE INDEX {index} ON casm_sec.{on}"))
    return written
