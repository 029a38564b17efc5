"""One index of words for all records, walled by owner, asset class and field class, kept by triggers."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"

SEARCH = Path(__file__).parent.parent / "search"


def upgrade() -> None:
    """Tables, words and triggers; which columns are searched is stated after each upgrade, by casm.search.enrol."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    for name in ("01_tables.sql", "02_words.sql", "03_follow.sql"):
        with closing(op.get_bind().connection.cursor()) as cursor:
            cursor.execute((SEARCH / name).read_text(encoding="utf-8"))
    # The database's own functions read the tree whole, by the policy that directs them.
    op.execute("INSERT INTO casm_sec.search_owner (owner_id) SELECT id FROM owner ORDER BY created_at, id")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
