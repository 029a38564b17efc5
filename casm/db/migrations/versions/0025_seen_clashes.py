"""Keys that stand in the way of a merger are told to who may read the records: held by the database."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0025"
down_revision = "0024"

SEEN_CLASHES = Path(__file__).parent.parent / "seen_clashes" / "01_seen_clashes.sql"


def upgrade() -> None:
    """The list of clashes by the asker's own rights."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(SEEN_CLASHES.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
