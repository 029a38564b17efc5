"""Words of records in less time: fewer variants, of what changed alone, and after large loads instead of in them."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0027"
down_revision = "0026"

SEARCH = Path(__file__).parent.parent / "search"


def upgrade() -> None:
    """New functions and the records that wait; as the variants are others than before, the index is built anew."""
    op.execute("SET LOCAL ROLE casm_owner")
    for name in ("05_parts.sql", "06_follow.sql"):
        with closing(op.get_bind().connection.cursor()) as cursor:
            cursor.execute((SEARCH / name).read_text(encoding="utf-8"))
    # Whoever finds other columns stated than the program searches states them and builds the index (casm.search.enrol).
    op.execute("DELETE FROM casm_sec.search_field")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
