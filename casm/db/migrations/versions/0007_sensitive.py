"""Sensitive fields of sites and links in tables of their own: row security hides rows, not columns."""

from contextlib import closing
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"

SENSITIVE = Path(__file__).parent.parent / "sensitive"
# Frozen with this migration: side table → (asset class, field class).
SIDE_TABLES = {"site_sensitive": ("site", "sensitive"), "backhaul_link_sensitive": ("backhaul_link", "sensitive")}
# Every table that keeps a history, as 0003 guards it, with the side tables.
GUARDED = {
    "jurisdiction": ("jurisdiction", "public"),
    "agency": ("agency", "public"),
    "contact": ("contact", "contact"),
    "site": ("site", "public"),
    "licence": ("licence", "public"),
    "radio_system": ("radio_system", "public"),
    "system_peer": ("radio_system", "public"),
    "channel": ("channel", "public"),
    "talkgroup": ("talkgroup", "public"),
    "resource_encryption": ("channel", "encryption"),
    "station": ("station", "public"),
    "station_frequency": ("station", "public"),
    "fleet": ("fleet", "public"),
    "fleet_encryption": ("fleet", "encryption"),
    "template": ("fleet", "public"),
    "template_slot": ("fleet", "public"),
    "radio_cache": ("radio_cache", "public"),
    "gateway": ("gateway", "public"),
    "gateway_port": ("gateway", "public"),
    "backhaul_link": ("backhaul_link", "public"),
    "microwave_path": ("backhaul_link", "public"),
    "link_carries_system": ("backhaul_link", "public"),
    "agreement": ("agreement", "public"),
    "agreement_party": ("agreement", "public"),
    "agreement_asset": ("agreement", "public"),
    "need": ("need", "public"),
    "need_party": ("need", "public"),
    **SIDE_TABLES,
}
MOVED_FROM = ("site", "backhaul_link", "history", "import_problem")


def upgrade() -> None:
    """The side tables, what moves into them, and the policies of their rows and history."""
    op.execute("SET LOCAL ROLE casm_owner")
    op.execute("SET LOCAL search_path = casm, casm_geo, public")
    run("01_tables.sql")
    # Forced row security hides every row from the owner too, who would move nothing and say nothing of it.
    for table in MOVED_FROM:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    run("02_move.sql")
    for table in MOVED_FROM:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table, (asset_class, field_class) in SIDE_TABLES.items():
        guard(table, asset_class, field_class)
        keep_no_statistics(table)
    guard_history()
    guard_import_problems()
    op.execute("RESET ROLE")


def run(name: str) -> None:
    """Execute one frozen SQL file."""
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute((SENSITIVE / name).read_text(encoding="utf-8"))


def among(function: str, *arguments: str) -> str:
    """A row's owner is one of those a function names, which is asked once a statement."""
    given = ", ".join(f"'{argument}'" for argument in arguments)
    return f"owner_id = ANY ((SELECT casm_sec.{function}({given}))::uuid[])"


def guard(table: str, asset_class: str, field_class: str) -> None:
    """Forced row security by owner, class and field class, versions, history, and the roles' rights."""
    writable = among("writable_owners", asset_class, field_class)
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    visible = among("visible_owners", asset_class, field_class)
    op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO casm_app, casm_wide USING ({visible})")
    op.execute(f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({writable})")
    op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE USING ({writable}) WITH CHECK ({writable})")
    op.execute(f"CREATE POLICY removes ON {table} FOR DELETE USING ({writable})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO casm_app, casm_wide")
    op.execute(f"GRANT SELECT ON {table} TO casm_backup")
    op.execute(
        f"CREATE TRIGGER step_version BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION casm_sec.step_version()"
    )
    op.execute(
        f"CREATE TRIGGER keep_history AFTER UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION casm_sec.keep_history('{field_class}')"
    )


def guard_history() -> None:
    """History by the class of its table, and by the field class that each entry bears."""
    by_table = " OR ".join(
        f"(table_name = '{table}' AND field_class = '{field_class}' AND {among('member_owners', asset_class, 'public')}"
        + ("" if field_class == "public" else f" AND {among('member_owners', asset_class, field_class)}")
        + ")"
        for table, (asset_class, field_class) in GUARDED.items()
    )
    op.execute("DROP POLICY reads ON history")
    op.execute(f"CREATE POLICY reads ON history FOR SELECT USING ({by_table})")


def guard_import_problems() -> None:
    """Findings of imports by the field class of that owner: having it of another owner opens nothing."""
    own_class = " OR ".join(
        f"(field_class = '{name}' AND {among('member_owners', 'work', name)})"
        for name in ("sensitive", "encryption", "contact")
    )
    reads = f"{among('member_owners', 'work', 'public')} AND (field_class = 'public' OR {own_class})"
    op.execute("DROP POLICY reads ON import_problem")
    op.execute(f"CREATE POLICY reads ON import_problem FOR SELECT USING ({reads})")


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
