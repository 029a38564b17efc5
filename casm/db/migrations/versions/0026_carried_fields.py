"""Fields that owners added go along with records that leave them, and their values with them."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0026"
down_revision = "0025"

CARRIED_FIELDS = Path(__file__).parent.parent / "carried_fields" / "01_carried_fields.sql"


def upgrade() -> None:
    """Transfers and mergers that take the definitions along."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(CARRIED_FIELDS.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
