"""Let each account say in which units it reads and types."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0024"
down_revision = "0023"

OWN_UNITS = Path(__file__).parent.parent / "accounts" / "04_own_units.sql"


def upgrade() -> None:
    """Three columns of the account."""
    op.execute("SET LOCAL ROLE casm_owner")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(OWN_UNITS.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
