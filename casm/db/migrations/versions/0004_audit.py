"""The audit: an append-only, hash-chained record of who saw, changed, exported and shared what."""

import hashlib
import secrets
from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"

AUDIT = Path(__file__).parent.parent / "audit"
COLUMNS = (
    "sequence", "id", "at", "actor", "account_id", "owner_id", "action", "subject_table", "subject_id", "origin",
    "request_id", "details", "seen", "seen_owner_ids", "seen_salt", "seen_sha256", "content_sha256",
    "previous_sha256", "sha256",
)  # fmt: skip


def upgrade() -> None:
    """Lay down the chain, its head, the one function that adds to it, and what refuses everything else."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    with closing(op.get_bind().connection.cursor()) as cursor:
        for file in sorted(AUDIT.glob("0[1-3]_*.sql")):
            cursor.execute(file.read_text(encoding="utf-8"))
    # An audit's own beginning, so that its checkpoints cannot be taken for another's.
    genesis = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
    op.get_bind().execute(
        text(
            "INSERT INTO casm_sec.audit_head (genesis_sha256, event_count, last_sha256) "
            "VALUES (:genesis, 0, :genesis)"
        ),
        {"genesis": genesis},
    )
    # Statistics know no owner, and EXPLAIN would hand them out (0001).
    for column in COLUMNS:
        op.execute(f"ALTER TABLE audit_event ALTER COLUMN {column} SET STATISTICS 0")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Take the audit away, events included."""
    op.execute("DROP FUNCTION casm_sec.append_audit, casm_sec.append_gate_audit, casm_sec.extend_audit")
    op.execute("DROP FUNCTION casm_sec.seen_of, casm_sec.audit_content_sha256")
    op.execute("DROP TABLE casm.audit_event, casm_sec.audit_head")
    op.execute("DROP FUNCTION casm_sec.refuse_audit_change, casm_sec.refuse_audit_rewind")
