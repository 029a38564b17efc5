"""One word for everything that decides what a page shows to its reader, so that a page need not be made twice."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"

VIEW_STATE = Path(__file__).parent.parent / "view_state" / "01_view_state.sql"


def upgrade() -> None:
    """The count of changes, the triggers that keep it, and the function that tells the state."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(VIEW_STATE.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
