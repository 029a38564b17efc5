"""Accounts: people, their factors, sessions, invitations and tokens, apart from the inventory."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
