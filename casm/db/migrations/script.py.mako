"""${message}"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """What this migration lays down."""
    ${upgrades if upgrades else "raise RuntimeError('empty migration')"}


def downgrade() -> None:
    """What undoes it."""
    ${downgrades if downgrades else "raise RuntimeError('empty migration')"}
