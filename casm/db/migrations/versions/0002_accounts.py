"""Accounts: people, their factors, sessions, invitations and tokens, apart from the inventory."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

ACCOUNTS = Path(__file__).parent.parent / "accounts"


def upgrade() -> None:
    """Lay down the schema casm_gate and the rights of its role."""
    op.execute("SET LOCAL ROLE casm_owner")
    with closing(op.get_bind().connection.cursor()) as cursor:
        for file in sorted(ACCOUNTS.glob("0[1-3]_*.sql")):
            cursor.execute(file.read_text(encoding="utf-8"))
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Take every account away again."""
    op.execute("DROP POLICY gate_reads ON casm.owner")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA casm, casm_sec FROM casm_gate")
    op.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA casm_sec FROM casm_gate")
    op.execute("REVOKE ALL ON SCHEMA casm, casm_sec FROM casm_gate")
    op.execute("DROP SCHEMA casm_gate CASCADE")
