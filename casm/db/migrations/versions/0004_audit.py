"""The audit: an append-only, hash-chained record of who saw, changed, exported and shared what."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
