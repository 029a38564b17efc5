"""Changes that are proposed before they are made, and notices to those concerned."""

from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0019"
down_revision = "0018"

MIGRATIONS = Path(__file__).parent.parent
FIELD_CLASSES = ("public", "sensitive", "encryption", "contact")
NEW_TABLES = ("proposal_rule", "proposal", "notice")


def upgrade() -> None:
    """The tables and functions, then who may read and decide."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    for file in ("proposals/01_proposals.sql", "notices/01_notices.sql"):
        with closing(op.get_bind().connection.cursor()) as cursor:
            cursor.execute((MIGRATIONS / file).read_text(encoding="utf-8"))
    guard_proposals()
    guard_notices()
    for table in NEW_TABLES:
        keep_no_statistics(table)
    op.execute("RESET ROLE")


def held(*, writes: bool) -> str:
    """A row's owner, class and every field class are among what the asker edits, or sees."""
    keys = f"((SELECT casm_sec.scope_keys({str(writes).lower()}))::text[])"

    def key(field_class: str) -> str:
        return (
            f"(owner_id || '|*|{field_class}' = ANY ({keys}) "
            f"OR owner_id || '|' || asset_class || '|{field_class}' = ANY ({keys}))"
        )

    more = [f"('{name}' <> ALL (field_classes) OR {key(name)})" for name in FIELD_CLASSES[1:]]
    return " AND ".join([key("public"), *more])


def guard_proposals() -> None:
    """Read by those who edit such records and by who proposed it; decided by who may make the change; withdrawn."""
    own = "account_id = (SELECT casm_sec.account_id())"
    decides = "casm_sec.decides(owner_id, asset_class, field_classes::text[])"
    actor = "decided_by = (SELECT casm_sec.actor())"
    seen = f"({held(writes=True)}) OR {own} AND {held(writes=False)}"
    op.execute(f"CREATE POLICY reads ON proposal FOR SELECT USING ({seen})")
    op.execute(
        "CREATE POLICY adds ON proposal FOR INSERT WITH CHECK (state = 'waiting' "
        "AND proposed_by = (SELECT casm_sec.actor()) "
        "AND account_id IS NOT DISTINCT FROM (SELECT casm_sec.account_id()) "
        "AND casm_sec.may_propose(owner_id, asset_class, field_classes::text[]))"
    )
    op.execute(
        f"CREATE POLICY changes ON proposal FOR UPDATE USING ({own} OR {decides}) "
        f"WITH CHECK ({actor} AND (state = 'withdrawn' AND {own} "
        f"OR state::text = ANY (ARRAY['applied'::text, 'declined'::text]) AND {decides}))"
    )


def guard_notices() -> None:
    """A notice is its reader's, as long as what it is about may be seen."""
    own = "account_id = (SELECT casm_sec.account_id())"
    seen = f"{own} AND (asset_class IS NULL OR {held(writes=False)})"
    op.execute(f"CREATE POLICY reads ON notice FOR SELECT USING ({seen})")
    op.execute(f"CREATE POLICY changes ON notice FOR UPDATE USING ({own}) WITH CHECK ({own})")


def keep_no_statistics(table: str) -> None:
    """No statistics but of references by id, as 0001 explains."""
    told = op.get_bind().execute(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 "
            "AND NOT attisdropped AND NOT (atttypid = 'uuid'::regtype AND attname LIKE '%\\_id' "
            "AND attname NOT LIKE '%owner\\_id')"
        ),
        {"name": table},
    )
    for row in told.all():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {row.attname} SET STATISTICS 0")


def downgrade() -> None:
    """Nothing by itself: the way down leads to nothing at all, and 0001 drops the schemas with everything in them."""
