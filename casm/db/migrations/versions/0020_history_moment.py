"""Find what one transaction changed, to undo it as one."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """An index of each owner's history by its moment."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("CREATE INDEX ix_history_moment ON casm.history (owner_id, changed_at)")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
