"""Owners can be transferred and merged, and everything follows."""

from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"

MOVES = Path(__file__).parent.parent / "owner_moves" / "01_moves.sql"


def upgrade() -> None:
    """The functions, and the right of the role they run as to touch every row with an owner."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(MOVES.read_text(encoding="utf-8"))
    guarded = op.get_bind().scalars(
        text(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'casm'::regnamespace AND c.relkind = 'r' "
            "AND c.relrowsecurity AND c.relname NOT IN ('audit_event', 'handling_text')"
        )
    )
    for table in guarded.all():
        op.execute(f"DROP POLICY IF EXISTS moves ON {table}")
        op.execute(f"CREATE POLICY moves ON {table} FOR ALL TO casm_owner USING (true) WITH CHECK (true)")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
