"""Findings that were dismissed, and merges of records that can be undone."""

from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0017"
down_revision = "0016"

QUALITY = Path(__file__).parent.parent / "quality"


def upgrade() -> None:
    """Two tables, read and written by who reads and writes the records they are about."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    for name in ("01_tables.sql", "02_hidden.sql"):
        with closing(op.get_bind().connection.cursor()) as cursor:
            cursor.execute((QUALITY / name).read_text(encoding="utf-8"))
    for table in ("finding_dismissal", "record_merge"):
        keep_no_statistics(table)
    op.execute("RESET ROLE")


def keep_no_statistics(table: str) -> None:
    """No statistics but of references by id, as 0001 explains."""
    told = op.get_bind().execute(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 "
            "AND NOT attisdropped AND NOT (atttypid = 'uuid'::regtype AND attname LIKE '%\\_id' "
            "AND attname NOT LIKE '%owner\\_id')"
        ),
        {"name": table},
    )
    for row in told.all():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {row.attname} SET STATISTICS 0")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
