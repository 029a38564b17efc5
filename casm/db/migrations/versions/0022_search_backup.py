"""Let the backup's role read where the numbers of the search's shelves have got to."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """What 0001 gives for the inventory's own sequences; without it an ordinary owner's dump stops."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA casm_sec TO casm_backup")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
