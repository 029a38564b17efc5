"""Search what records have in fields that owners added, and sort tables by it."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0023"
down_revision = "0022"

FOLLOW = Path(__file__).parent.parent / "added_search" / "01_follow_values.sql"


def upgrade() -> None:
    """Functions and indexes; what is searched is stated after each upgrade, by casm.search.enrol."""
    op.execute("SET LOCAL ROLE casm_owner")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(FOLLOW.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
