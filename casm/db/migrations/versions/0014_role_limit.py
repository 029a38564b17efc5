"""A role is given with no more than its giver has: held by the database."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"

ROLE_LIMIT = Path(__file__).parent.parent / "role_limit" / "01_role_limit.sql"


def upgrade() -> None:
    """The trigger on memberships."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(ROLE_LIMIT.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
