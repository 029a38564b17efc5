"""Note dismissals of findings and merges as changes, so that no page kept in memory outlives them."""

from alembic import op

revision = "0021"
down_revision = "0020"

TABLES = ("finding_dismissal", "record_merge")


def upgrade() -> None:
    """The trigger that every table has from which a page is made (0009)."""
    op.execute("SET LOCAL ROLE casm_owner")
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON casm.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION casm_sec.note_data_change()"
        )
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
