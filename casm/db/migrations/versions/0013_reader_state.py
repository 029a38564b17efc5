"""A reader's state and standing, told in one go."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"

READER_STATE = Path(__file__).parent.parent / "reader_state" / "01_reader_state.sql"


def upgrade() -> None:
    """The function that tells both, and the word by it."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(READER_STATE.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
