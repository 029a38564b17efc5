"""Each owner's rules of handling: its words, floor, ceiling and what it releases."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0004"

HANDLING = Path(__file__).parent.parent / "handling"


def upgrade() -> None:
    """One table, read by who knows the owner and written by who rules it."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute((HANDLING / "01_handling_text.sql").read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Take the table away again."""
    op.execute("DROP TABLE IF EXISTS casm.handling_text")
