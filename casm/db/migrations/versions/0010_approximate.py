"""A station shared at a reduced precision is as sensitive as the site whose place it tells."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"

STATIONS = Path(__file__).parent.parent / "approximate" / "01_stations.sql"


def upgrade() -> None:
    """The function that snaps places, in place of the one of before."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(STATIONS.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
